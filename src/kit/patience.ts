import type { Clock } from './clock.ts';
import { AppError } from './errors.ts';

/**
 * Tries again while the store is away, so that a short absence costs nobody his way. What a try that is given up still does is
 * not heard.
 * @param until when it gives up, ms since the epoch
 * @param every between two tries, ms
 * @throws what `step` throws, `store_unavailable` only once the patience is over
 */
export async function patiently<T>(
  clock: Clock,
  { until, every }: { until: number; every: number },
  step: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await before(clock, until, step());
    } catch (error) {
      const isAway = error instanceof AppError && error.code === 'store_unavailable';
      if (!isAway || clock.now() + every > until) throw error;
    }
    await new Promise<void>((resolve) => {
      clock.after(every, resolve);
    });
  }
}

function before<T>(clock: Clock, until: number, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const callOff = clock.after(Math.max(0, until - clock.now()), () =>
      reject(new AppError('store_unavailable')),
    );
    answer.then(resolve, reject).finally(callOff);
  });
}
