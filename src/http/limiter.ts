import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../kit/errors.ts';

/** Counts what a key does in a window of time. */
export interface Limiter {
  /** Counts one. Seconds until the next is allowed when this one was too many, and so does not count; else 0. */
  take(key: string): Promise<number>;
  /**
   * Takes one back: it turned out to be of use. Of a key that has none, in this window, there is nothing to take back. Nobody
   * has to wait for it, and it never rejects.
   */
  giveBack(key: string): Promise<void>;
}

/** Makes a limiter; `points`: how many are allowed in `seconds`, 0: any number. Limiters of one name count together. */
export type MakeLimiter = (name: string, points: number, seconds: number) => Limiter;

/** What is allowed any number of times. */
export const unlimited: Limiter = {
  take: () => Promise.resolve(0),
  giveBack: () => Promise.resolve(),
};

/** A limiter of this process. @param points how many are allowed in `seconds`; 0: any number */
export function createLimiter(points: number, seconds: number): Limiter {
  return points === 0 ? unlimited : new MemoryLimiter(points, seconds);
}

class MemoryLimiter implements Limiter {
  readonly #counter: RateLimiterMemory;

  constructor(points: number, seconds: number) {
    this.#counter = new RateLimiterMemory({ points, duration: seconds });
  }

  async take(key: string): Promise<number> {
    const wait = await this.#counter.consume(key).then(nothingToWait, secondsToWait);
    if (wait > 0) await this.giveBack(key);
    return wait;
  }

  async giveBack(key: string): Promise<void> {
    const count = await this.#counter.get(key);
    // Looked at first: a count below zero would make room for whoever tries at this moment.
    if (!count || count.consumedPoints <= 0 || count.msBeforeNext <= 0) return;
    const left = await this.#counter.reward(key);
    // Somebody else gave back the same, or the window ended in between.
    if (left.consumedPoints < 0) await this.#counter.penalty(key);
  }
}

/** @throws AppError `rate_limited` with the time to wait */
export async function takeOrRefuse(limiter: Limiter, key: string): Promise<void> {
  await takeAllOrRefuse([{ limiter, key }]);
}

/** Counts one by each, asked all at once; one that refuses undoes the others. @throws AppError `rate_limited` with the longest time to wait */
export async function takeAllOrRefuse(counts: readonly { limiter: Limiter; key: string }[]): Promise<void> {
  const waits = await Promise.all(counts.map(({ limiter, key }) => limiter.take(key)));
  const retryAfter = Math.max(...waits);
  if (retryAfter === 0) return;
  for (const [index, { limiter, key }] of counts.entries())
    if (waits[index] === 0) void limiter.giveBack(key);
  throw new AppError('rate_limited', { retryAfter });
}

export function nothingToWait(): number {
  return 0;
}

/** What a refusal of rate-limiter-flexible says; whatever else was thrown goes on. */
export function secondsToWait(refusal: unknown): number {
  if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
  throw refusal;
}
