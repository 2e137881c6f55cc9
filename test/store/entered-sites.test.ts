import { expect, test } from 'vitest';
import { AppError } from '../../src/kit/errors.ts';
import { EnteredSites } from '../../src/store/redis/entered-sites.ts';
import { FakeClock } from '../support/fake-clock.ts';

const figures = { every: 60_000, retryAfter: 1_000 };

test('while the store is away each site is said once a second, however often it is asked for; and not after that', async () => {
  const clock = new FakeClock();
  let isAway = true;
  let said = 0;
  const say = async (): Promise<void> => {
    said++;
    if (isAway) throw new AppError('store_unavailable');
  };
  const sites = new EnteredSites({ ...figures, clock, say });
  await sites.enter('shop').catch(() => undefined);
  await sites.enter('bank').catch(() => undefined);
  for (let n = 0; n < 5; n++) {
    sites.sayAgain(() => true);
    await settle();
  }
  said = 0;
  for (let second = 0; second < 5; second++) {
    clock.advance(figures.retryAfter);
    await settle();
  }
  expect(said).toBe(10);
  isAway = false;
  clock.advance(figures.retryAfter);
  await settle();
  said = 0;
  clock.advance(30_000);
  await settle();
  expect(said).toBe(0);
  isAway = true;
  sites.sayAgain(() => true);
  await settle();
  said = 0;
  sites.close();
  clock.advance(figures.every);
  await settle();
  expect(said).toBe(0);
});

function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
