import { expect, test } from 'vitest';
import { patiently } from '../../src/kit/patience.ts';
import { AppError } from '../../src/kit/errors.ts';
import { settings } from '../../src/kit/settings.ts';
import { FakeClock } from '../support/fake-clock.ts';

const { storePatience, storeRetryEvery } = settings.webhook;

/** As the webhook has it. @param since ms */
function from(since: number): { until: number; every: number } {
  return { until: since + storePatience, every: storeRetryEvery };
}

async function pass(clock: FakeClock, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= storeRetryEvery) {
    await Promise.resolve().then(() => undefined);
    clock.advance(storeRetryEvery);
    await new Promise(setImmediate);
  }
}

function storeThatIsBack(clock: FakeClock, after: number): () => Promise<string> {
  const end = clock.now() + after;
  return async () => {
    if (clock.now() < end) throw new AppError('store_unavailable');
    return 'done';
  };
}

test('a store that comes back in time is waited for', async () => {
  const clock = new FakeClock();
  const result = patiently(clock, from(clock.now()), storeThatIsBack(clock, 3000));
  await pass(clock, 3200);
  await expect(result).resolves.toBe('done');
});

test('after four seconds WeChat is told to send it again', async () => {
  const clock = new FakeClock();
  const start = clock.now();
  const result = patiently(clock, from(start), storeThatIsBack(clock, 60_000)).catch(
    (error: unknown) => error,
  );
  await pass(clock, storePatience + 1000);
  await expect(result).resolves.toMatchObject({ code: 'store_unavailable' });
});

test('time that was spent before is not given twice', async () => {
  const clock = new FakeClock();
  const came = clock.now() - storePatience;
  await expect(patiently(clock, from(came), storeThatIsBack(clock, 1000))).rejects.toMatchObject({
    code: 'store_unavailable',
  });
});

test('any other failure is final', async () => {
  const clock = new FakeClock();
  const refusal = new AppError('invalid_request');
  await expect(patiently(clock, from(clock.now()), () => Promise.reject(refusal))).rejects.toBe(refusal);
});
