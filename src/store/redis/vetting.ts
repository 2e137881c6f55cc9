/**
 * Owns the doubt in Redis's memory. A process that took over the data, a new master or one that was restarted, may lack what
 * was acknowledged last; whoever could profit by it is sent to scan again.
 */
import type { Redis } from 'ioredis';
import type { Clock } from '../../kit/clock.ts';
import { AppError } from '../../kit/errors.ts';
import { settings } from '../../kit/settings.ts';
import type { Log } from '../../telemetry/log.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';
import type { Masters } from './masters.ts';
import { writeChange } from './record.ts';
import type { Steps } from './steps.ts';

export interface VettingParts {
  connection: Connection;
  steps: Steps;
  keys: Keys;
  masters: Masters;
  clock: Clock;
  log: Log;
  /** How long a cancelled scene is kept, ms. */
  keepFinal: number;
}

type Verdict = 'sound' | 'changed' | 'kept' | 'more' | 'lost';

const { redis: figures } = settings;

export class Vetting {
  readonly #parts: VettingParts;
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #cancel: string;
  readonly #stop: () => void;

  constructor(parts: VettingParts) {
    this.#parts = parts;
    this.#cancel = writeChange({ move: 'cancel', keep: parts.keepFinal, set: { reason: 'state_lost' } });
    parts.connection.whenUp(() => this.#vetAll());
    // A Cluster stays up when one of its masters is another.
    for (const event of ['+node', '-node']) parts.connection.client.on(event, () => this.#vetAll());
    this.#stop = parts.clock.every(figures.vetEvery, () => this.#vetAll());
  }

  /** Returns once the bucket is sound. @throws AppError `store_unavailable` */
  vet(bucket: string): Promise<void> {
    const known = this.#underWay.get(bucket);
    if (known) return known;
    const vetting = this.#vet(bucket).finally(() => this.#underWay.delete(bucket));
    this.#underWay.set(bucket, vetting);
    return vetting;
  }

  close(): void {
    this.#stop();
  }

  /** Those that are asked for nothing are found out, too. While Redis is away there is nothing to find out. */
  #vetAll(): void {
    if (!this.#parts.connection.isUp) return;
    for (const bucket of this.#parts.keys.buckets)
      this.vet(bucket).catch((error: unknown) => {
        if (!(error instanceof AppError)) this.#parts.log.error({ err: error, bucket }, 'unexpected');
      });
  }

  async #vet(bucket: string): Promise<void> {
    let [verdict, run] = await this.#ask(bucket, '', false);
    if (verdict === 'sound') return;
    const isWhole = await this.#hasLostNothing(bucket);
    const looked = run;
    do [verdict, run] = await this.#ask(bucket, looked, isWhole);
    while (verdict === 'more');
    if (verdict === 'changed') throw new AppError('store_unavailable');
    this.#parts.log.warn({ bucket, verdict }, 'another redis process holds the data');
  }

  async #ask(bucket: string, looked: string, isWhole: boolean): Promise<[Verdict, string]> {
    const given = [looked, isWhole ? '1' : '', this.#cancel];
    return (await this.#parts.steps.run('vet', [bucket, bucket], ...given)) as [Verdict, string];
  }

  /** Whether it writes every step to its disk before it answers, and is the very machine that did: a former replica may be behind. */
  async #hasLostNothing(bucket: string): Promise<boolean> {
    const { connection, masters } = this.#parts;
    try {
      const master = masters.of(bucket);
      return await connection.ask(() => isDurable(master));
    } catch (error) {
      this.#parts.log.warn(
        { err: error },
        'redis does not tell how it writes to its disk: it counts as unsafe',
      );
      return false;
    }
  }
}

async function isDurable(master: Redis): Promise<boolean> {
  const [listed, replication] = await Promise.all([
    master.config('GET', 'append*'),
    master.info('replication'),
  ]);
  const valueOf = (name: string): string | undefined => listed[listed.indexOf(name) + 1];
  const neverReplica = /master_replid2:0{40}/.test(replication);
  return neverReplica && valueOf('appendonly') === 'yes' && valueOf('appendfsync') === 'always';
}
