import { expect, test } from 'vitest';
import { minuteLength, minuteOf } from '../../src/ops/statistics.ts';
import { MemoryStatistics } from '../../src/store/memory/statistics.ts';
import { settings } from '../../src/kit/settings.ts';
import { conformStatistics } from '../conformance/statistics.ts';
import { FakeClock } from '../support/fake-clock.ts';

const { keptFor } = settings.statistics;

conformStatistics('the statistics in memory', async () => ({
  statistics: new MemoryStatistics(new FakeClock(), keptFor),
  close: () => undefined,
}));

test('a minute is forgotten in its time, and does not come back', async () => {
  const clock = new FakeClock();
  const statistics = new MemoryStatistics(clock, keptFor);
  const minute = minuteOf(clock.now());
  await statistics.add({ number: 1, minutes: [{ minute, counts: { a: 1 } }] });
  clock.advance(keptFor - minuteLength);
  expect(await statistics.since(0)).toHaveLength(1);
  clock.advance(minuteLength);
  expect(await statistics.since(0)).toEqual([]);
  // Its place in the ring belongs to another by now.
  const now = minuteOf(clock.now());
  await statistics.add({ number: 2, minutes: [{ minute: now, counts: { a: 1 } }] });
  await statistics.add({ number: 3, minutes: [{ minute, counts: { a: 7 } }] });
  expect(await statistics.since(0)).toEqual([{ minute: now, counts: { a: 1 } }]);
});
