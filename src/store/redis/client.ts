import { Cluster, Redis } from 'ioredis';
import type { RedisTarget } from '../../config/redis-target.ts';
import { settings } from '../../kit/settings.ts';
import type { Settings } from '../../kit/settings.ts';
import { gatherWrites } from './gathering.ts';
import { readScripts } from './scripts.ts';

export type Client = Redis | Cluster;

export interface ClientOptions {
  target: RedisTarget;
  /** How Redis lists the connection. */
  name: string;
  /** The figures of mailboxes; a test may have them smaller. */
  messaging?: Settings['messaging'] | undefined;
}

const { redis: figures } = settings;

/** Whoever asks is told at once that Redis is away: nothing waits in a queue, and nothing is sent twice. */
const failsFast = {
  socketTimeout: figures.silentFor,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
};

/** Its subscriptions wait for Redis, however long. */
const waits = {
  enableOfflineQueue: true,
  autoResendUnfulfilledCommands: true,
  maxRetriesPerRequest: null,
};

/** A connection that never gives up. It emits `error` at each attempt that fails. */
export function openClient(options: ClientOptions): Client {
  const client = open(options, failsFast);
  gatherWrites(client);
  return client;
}

/** One for what is published; it takes up its subscriptions again by itself. */
export function openSubscriber(options: ClientOptions): Client {
  return open(options, waits);
}

function open(
  { target, name, messaging = settings.messaging }: ClientOptions,
  { enableOfflineQueue, ...rest }: typeof failsFast | typeof waits,
): Client {
  const scripts = readScripts(messaging);
  const { connectTimeout } = figures;
  const common = { ...rest, ...access(target), connectionName: name, connectTimeout, scripts };
  if (target.kind === 'cluster')
    return new Cluster(target.hosts, {
      redisOptions: common,
      // To a master that is just being connected to a question waits, no longer than its deadline.
      enableOfflineQueue: true,
      scripts,
      shardedSubscribers: true,
      clusterRetryStrategy: reconnectAfter,
      slotsRefreshTimeout: figures.connectTimeout,
      slotsRefreshInterval: figures.vetEvery,
      maxRedirections: 3,
      // ioredis would send again what had no answer.
      retryDelayOnFailover: 0,
    });
  return new Redis({
    ...common,
    ...place(target),
    enableOfflineQueue,
    retryStrategy: reconnectAfter,
    sentinelRetryStrategy: reconnectAfter,
    sentinelCommandTimeout: figures.connectTimeout,
    // A master that has become a replica: the next connection finds the new one.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  });
}

function access({ username, password, tls }: RedisTarget) {
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls: {} }),
  };
}

function place(target: Exclude<RedisTarget, { kind: 'cluster' }>) {
  if (target.kind === 'single') return { host: target.host, port: target.port, db: target.db };
  const encrypted = target.tls && { enableTLSForSentinelMode: true, sentinelTLS: {} };
  return { sentinels: target.hosts, name: target.master, ...encrypted };
}

export function reconnectAfter(times: number): number {
  return Math.min(50 * times, figures.reconnectAfter);
}
