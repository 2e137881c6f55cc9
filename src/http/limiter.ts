import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../kit/errors.ts';

/** Counts what a key does in a window of time. */
export interface Limiter {
  /** Counts one. Seconds until the next is allowed when this one was too many, and so does not count; else 0. */
  take(key: string): Promise<number>;
  /** Takes one back: it turned out to be of use. Nobody has to wait for it, and it never rejects. */
  giveBack(key: string): Promise<void>;
}

const unlimited: Limiter = {
  take: () => Promise.resolve(0),
  giveBack: () => Promise.resolve(),
};

/** @param points how many are allowed in `seconds`; 0: any number */
export function createLimiter(points: number, seconds: number): Limiter {
  if (points === 0) return unlimited;
  const counter = new RateLimiterMemory({ points, duration: seconds });
  const giveBack = (key: string): Promise<void> => counter.reward(key).then(nothing, nothing);
  return {
    take: (key) =>
      counter.consume(key).then(
        () => 0,
        (refusal: unknown) => giveBack(key).then(() => secondsToWait(refusal)),
      ),
    giveBack,
  };
}

function nothing(): void {}

/** @throws AppError `rate_limited` with the time to wait */
export async function takeOrRefuse(limiter: Limiter, key: string): Promise<void> {
  const retryAfter = await limiter.take(key);
  if (retryAfter > 0) throw new AppError('rate_limited', { retryAfter });
}

function secondsToWait(refusal: unknown): number {
  if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
  throw refusal;
}
