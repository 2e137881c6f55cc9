import { readRedisTarget } from '../../src/config/redis-target.ts';
import { systemClock } from '../../src/kit/clock.ts';
import type { Settings } from '../../src/kit/settings.ts';
import { randomId } from '../../src/kit/id.ts';
import { openRedis } from '../../src/store/redis/store.ts';
import { createLog } from '../../src/telemetry/log.ts';

export interface OnRedisOptions {
  maxPending?: number;
  keepFinal?: number;
  replicas?: number;
  /** How often the counts of scenes that time ended are taken, ms. */
  takeEndsEvery?: number;
  /** The figures of mailboxes. */
  messaging?: Settings['messaging'];
  /** Stores with one prefix share everything; else each is alone. */
  keyPrefix?: string;
}

const log = createLog('silent', { write: () => undefined });

/** A node's store on a real Redis, once it is reached; with the clock of the world. */
export async function openOnRedis(url: string, options: OnRedisOptions = {}) {
  const { maxPending = 0, replicas = 0, keyPrefix = `test-${randomId(6)}`, keepFinal } = options;
  const { takeEndsEvery = 100, messaging } = options;
  const redis = openRedis({
    target: readRedisTarget(url)!,
    keyPrefix,
    replicas,
    maxPending,
    node: `node-${randomId(4)}`,
    clock: systemClock,
    log,
    takeEndsEvery,
    ...(keepFinal !== undefined && { keepFinal }),
    ...(messaging && { messaging }),
  });
  while (!redis.connection.isUp) await pass(10);
  return { ...redis, redis, store: redis.scenes, now: () => redis.scenes.now(), pass };
}

function pass(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
