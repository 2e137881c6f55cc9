import { readFileSync } from 'node:fs';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { createLimiter, nothingToWait, secondsToWait, unlimited } from '../../http/limiter.ts';
import type { Limiter } from '../../http/limiter.ts';
import { AppError } from '../../kit/errors.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';

export interface RedisLimiterParts {
  connection: Connection;
  keys: Keys;
  /** What it limits; limiters of one name on one Redis count together. */
  name: string;
  /** How many are allowed in `seconds`; 0: any number. */
  points: number;
  seconds: number;
}

const script = new URL('./scripts/count-limited.lua', import.meta.url);

export function createRedisLimiter(parts: RedisLimiterParts): Limiter {
  return parts.points === 0 ? unlimited : new RedisLimiter(parts);
}

/** Counts for all nodes. While Redis is away each node counts for itself, from nothing: nobody is kept out by that. */
class RedisLimiter implements Limiter {
  readonly #connection: Connection;
  readonly #counter: RateLimiterRedis;
  /** Ours and not the library's: that one would also count what had no answer in time and fails later. */
  readonly #insurance: Limiter;

  constructor({ connection, keys, name, points, seconds }: RedisLimiterParts) {
    this.#connection = connection;
    this.#insurance = createLimiter(points, seconds);
    this.#counter = new RateLimiterRedis({
      storeClient: connection.client,
      useRedisPackage: false,
      keyPrefix: keys.limit(name),
      points,
      duration: seconds,
      customIncrTtlLuaScript: readFileSync(script, 'utf8'),
    });
  }

  take(key: string): Promise<number> {
    return this.#insured(
      () => this.#counter.consume(key).then(nothingToWait, secondsToWait),
      () => this.#insurance.take(key),
    );
  }

  async giveBack(key: string): Promise<void> {
    const given = this.#insured(
      () => this.#counter.reward(key).then(() => undefined),
      () => this.#insurance.giveBack(key),
    );
    await given.catch(() => undefined);
  }

  async #insured<T>(question: () => Promise<T>, insurance: () => Promise<T>): Promise<T> {
    try {
      return await this.#connection.ask(question, 'limit');
    } catch (error) {
      if (error instanceof AppError && error.code === 'store_unavailable') return insurance();
      throw error;
    }
  }
}
