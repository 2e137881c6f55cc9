import { RateLimiterRes } from 'rate-limiter-flexible';
import { systemClock } from '../kit/clock.ts';
import type { Clock } from '../kit/clock.ts';
import { msBetween, onDial } from '../kit/dial.ts';
import { AppError } from '../kit/errors.ts';
import { settings } from '../kit/settings.ts';

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

/** Tells of each refusal, by the name of its limit; and of none when the limit is made. What cannot refuse stays as it is. */
export function countingRefusals(
  make: MakeLimiter,
  refused: (name: string, count: number) => void,
): MakeLimiter {
  return (name, points, seconds) => {
    const limiter = make(name, points, seconds);
    if (points === 0) return limiter;
    refused(name, 0);
    const told = (wait: number): number => {
      if (wait > 0) refused(name, 1);
      return wait;
    };
    return { take: (key) => limiter.take(key).then(told), giveBack: (key) => limiter.giveBack(key) };
  };
}

/** What is allowed any number of times. */
export const unlimited: Limiter = {
  take: () => Promise.resolve(0),
  giveBack: () => Promise.resolve(),
};

/** The world's time, asked anew each time. */
const worldClock: Clock = { ...systemClock, now: () => Date.now() };

/** A limiter of this process. @param points how many are allowed in `seconds`; 0: any number */
export function createLimiter(points: number, seconds: number, clock = worldClock): Limiter {
  return points === 0 ? unlimited : new MemoryLimiter(points, seconds, clock);
}

const { sweepEvery, sweepAtMost } = settings.limits;

/** What a key took since its window began; when nothing is left of that, there is none. */
interface Window {
  taken: number;
  /** On the dial. */
  begun: number;
}

/**
 * Our own, since every address that comes is remembered for a day: rate-limiter-flexible has a timer for each key, which in all
 * takes ten times as much memory.
 */
class MemoryLimiter implements Limiter {
  /** The earliest first: all are equally long. */
  readonly #windows = new Map<string, Window>();
  readonly #points: number;
  /** ms */
  readonly #length: number;
  readonly #clock: Clock;
  #willSweep = false;

  constructor(points: number, seconds: number, clock: Clock) {
    this.#points = points;
    this.#length = seconds * 1000;
    this.#clock = clock;
  }

  async take(key: string): Promise<number> {
    const now = this.#now();
    const window = this.#current(key, now);
    if (!window) return this.#begin(key, now);
    if (window.taken >= this.#points) return Math.ceil((this.#length - msBetween(window.begun, now)) / 1000);
    window.taken++;
    return 0;
  }

  async giveBack(key: string): Promise<void> {
    const window = this.#current(key, this.#now());
    if (window && --window.taken === 0) this.#windows.delete(key);
  }

  #now(): number {
    return onDial(this.#clock.now());
  }

  #current(key: string, now: number): Window | undefined {
    const window = this.#windows.get(key);
    return window && !this.#isOver(window, now) ? window : undefined;
  }

  /** One that has yet to begin is over, too: the clock was set back, and nobody shall wait for it to come there again. */
  #isOver({ begun }: Window, now: number): boolean {
    const age = msBetween(begun, now);
    return age >= this.#length || age < 0;
  }

  #begin(key: string, now: number): 0 {
    // Deleted first: otherwise it would keep its place in the order.
    this.#windows.delete(key);
    this.#windows.set(key, { taken: 1, begun: now });
    this.#sweepLater();
    return 0;
  }

  #sweepLater(): void {
    if (this.#willSweep) return;
    this.#willSweep = true;
    this.#clock.after(sweepEvery, () => this.#sweep());
  }

  #sweep(): void {
    this.#willSweep = false;
    const now = this.#now();
    let left = sweepAtMost;
    for (const [key, window] of this.#windows) {
      if (!this.#isOver(window, now) || left-- === 0) break;
      this.#windows.delete(key);
    }
    if (this.#windows.size > 0) this.#sweepLater();
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
