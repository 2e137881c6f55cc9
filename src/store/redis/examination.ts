/**
 * Owns what an operator can know of a Redis without being its operator: facts, and no judgement. Opens connections of its own and
 * leaves nothing behind.
 */
import { Cluster, Redis } from 'ioredis';
import type { RedisTarget } from '../../config/redis-target.ts';
import type { Clock } from '../../kit/clock.ts';
import { randomId } from '../../kit/id.ts';
import { settings } from '../../kit/settings.ts';
import { openClient } from './client.ts';
import type { Client } from './client.ts';
import { readMaster } from './master-facts.ts';
import type { MasterFacts } from './master-facts.ts';
import { askSentinels } from './sentinel-facts.ts';
import type { SentinelFacts } from './sentinel-facts.ts';

export interface RedisFacts {
  /** One, or those of a Cluster. */
  masters: readonly MasterFacts[];
  /** The database that we are in: another than was asked for where there is none of that number. */
  db: number;
  /** How far its clock is ahead of ours, ms. */
  clockAhead: number;
  /** From question to answer, ms. */
  latency: { median: number; longest: number };
  /** What it says to a key and to a channel of ours, when it says no. */
  refusal: string | null;
  cluster: { state: string; slots: number } | null;
  sentinels: readonly SentinelFacts[];
}

export interface RedisExaminationParts {
  target: RedisTarget;
  keyPrefix: string;
  clock: Clock;
}

const { connectTimeout } = settings.redis;
const { pings, redisWithin } = settings.doctor;

/** Rejects with an Error whose first line says why it cannot be reached; see `ailmentOf`. */
export async function examineRedis({ target, keyPrefix, clock }: RedisExaminationParts): Promise<RedisFacts> {
  const client = openClient({ target, name: 'saoma-doctor' });
  try {
    await connected(client, clock);
    return {
      masters: await Promise.all(mastersOf(client).map(readMaster)),
      db: await databaseOf(client, target),
      clockAhead: await clockAhead(client, clock),
      latency: await latencyOf(client),
      refusal: await refusalOf(client, keyPrefix),
      cluster: client instanceof Cluster ? await clusterOf(client) : null,
      sentinels: target.kind === 'sentinel' ? await askSentinels(target, connectTimeout) : [],
    };
  } finally {
    client.disconnect();
  }
}

/** The first fault is the answer: it goes on trying, and we do not. */
function connected(client: Client, clock: Clock): Promise<void> {
  return new Promise((resolve, reject) => {
    const callOff = clock.after(redisWithin, () => reject(new Error('ETIMEDOUT')));
    client.on('error', (error: Error & { lastNodeError?: Error }) => {
      callOff();
      reject(error.lastNodeError ?? error);
    });
    client.once('ready', () => {
      callOff();
      resolve();
    });
  });
}

function mastersOf(client: Client): Redis[] {
  return client instanceof Redis ? [client] : client.nodes('master');
}

async function databaseOf(client: Client, target: RedisTarget): Promise<number> {
  if (target.kind !== 'single' || target.db === 0) return 0;
  return Number(/\bdb=(\d+)/.exec(await client.client('INFO'))?.[1]);
}

async function clockAhead(client: Client, clock: Clock): Promise<number> {
  const asked = clock.now();
  const [seconds, micros] = await client.time();
  const time = Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
  return Math.round(time - (asked + clock.now()) / 2);
}

async function latencyOf(client: Client): Promise<RedisFacts['latency']> {
  const times: number[] = [];
  for (let i = 0; i < pings; i++) {
    const begun = performance.now();
    // To a PING one that cannot write to its disk does not answer.
    await client.time();
    times.push(performance.now() - begun);
  }
  times.sort((a, b) => a - b);
  return { median: times[times.length >> 1]!, longest: times.at(-1)! };
}

/** What the service does all the time: write, run a script, publish. */
async function refusalOf(client: Client, keyPrefix: string): Promise<string | null> {
  const key = `${keyPrefix}:doctor:${randomId(12)}`;
  const script = "redis.call('SET', KEYS[1], '1', 'PX', 1000) return redis.call('DEL', KEYS[1])";
  try {
    await client.eval(script, 1, key);
    await client.spublish(key, '');
    return null;
  } catch (error) {
    return (error as Error).message.split('\n', 1)[0]!;
  }
}

async function clusterOf(client: Cluster): Promise<RedisFacts['cluster']> {
  const said = await client.cluster('INFO');
  const field = (name: string): string => new RegExp(`^${name}:(\\S+)`, 'm').exec(said)?.[1] ?? '';
  return { state: field('cluster_state'), slots: Number(field('cluster_slots_ok')) };
}
