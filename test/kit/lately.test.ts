import { expect, test } from 'vitest';
import { lately } from '../../src/kit/lately.ts';
import { FakeClock } from '../support/fake-clock.ts';

function stage() {
  const clock = new FakeClock();
  let times = 0;
  const ask = lately(clock, 1_000, async () => {
    times++;
    if (times === 2) throw new Error('away');
    return times;
  });
  return { clock, ask };
}

test('many who ask at once, or soon after, share one answer', async () => {
  const { clock, ask } = stage();
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1]);
  clock.advance(999);
  expect(await ask()).toBe(1);
});

test('a failure is shared, and asked about again once it is no longer fresh', async () => {
  const { clock, ask } = stage();
  await ask();
  clock.advance(1_000);
  await expect(ask()).rejects.toThrow('away');
  await expect(ask()).rejects.toThrow('away');
  clock.advance(1_000);
  expect(await ask()).toBe(3);
});
