import { Redis } from 'ioredis';
import type { RedisTarget } from '../../config/redis-target.ts';

/** What one Sentinel says of the master; what it cannot be asked is `undefined`. */
export interface SentinelFacts {
  /** `host:port` */
  address: string;
  /** Why it does not answer, its first line. */
  fault?: string;
  /** Whether enough of them agree that they could change the master. */
  hasQuorum?: boolean;
  replicas?: number;
  /** Others that it knows. */
  others?: number;
}

type SentinelTarget = Extract<RedisTarget, { kind: 'sentinel' }>;

/** Each of those that the configuration names. Never rejects. */
export function askSentinels(target: SentinelTarget, within: number): Promise<SentinelFacts[]> {
  return Promise.all(target.hosts.map((at) => ask(at, target, within)));
}

async function ask(
  { host, port }: SentinelTarget['hosts'][number],
  { master, tls }: SentinelTarget,
  within: number,
): Promise<SentinelFacts> {
  const address = `${host}:${port}`;
  const sentinel = new Redis({ host, port, ...impatient(within), ...(tls && { tls: {} }) });
  // What is asked for next fails with it.
  sentinel.on('error', () => undefined);
  try {
    await sentinel.connect();
    const listed = (await sentinel.call('SENTINEL', 'MASTER', master)) as string[];
    const field = (name: string): number => Number(listed[listed.indexOf(name) + 1]);
    const hasQuorum = await sentinel.call('SENTINEL', 'CKQUORUM', master).then(
      () => true,
      () => false,
    );
    return { address, hasQuorum, replicas: field('num-slaves'), others: field('num-other-sentinels') };
  } catch (error) {
    return { address, fault: (error as Error).message.split('\n', 1)[0]! };
  } finally {
    sentinel.disconnect();
  }
}

/** A Sentinel is no data node: it has no rights to ask for, and may know no `CLIENT SETINFO`. */
function impatient(within: number) {
  return {
    lazyConnect: true,
    connectTimeout: within,
    commandTimeout: within,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
    disableClientInfo: true,
  };
}
