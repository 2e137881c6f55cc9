import type { Clock } from '../kit/clock.ts';
import { AppError } from '../kit/errors.ts';
import { settings } from '../kit/settings.ts';

const { storePatience, storeRetryEvery } = settings.webhook;

/**
 * Tries again while the store is away: WeChat waits for five seconds, and what it hears only then costs nobody a login.
 * @param since when the push came, ms
 * @throws what `step` throws, `store_unavailable` only once the patience is over
 */
export async function patiently<T>(clock: Clock, since: number, step: () => Promise<T>): Promise<T> {
  const end = since + storePatience;
  for (;;) {
    try {
      return await step();
    } catch (error) {
      const isAway = error instanceof AppError && error.code === 'store_unavailable';
      if (!isAway || clock.now() + storeRetryEvery > end) throw error;
    }
    await new Promise<void>((resolve) => {
      clock.after(storeRetryEvery, resolve);
    });
  }
}
