import { describe, expect, onTestFinished, test } from 'vitest';
import { minuteLength, minuteOf } from '../../src/ops/statistics.ts';
import type { StatisticsStore } from '../../src/ops/statistics.ts';

export interface OpenedStatistics {
  statistics: StatisticsStore;
  close: () => void | Promise<void>;
}

/** What every store of statistics promises, whatever it is made of. Opened, nothing was counted. */
export function conformStatistics(name: string, open: () => Promise<OpenedStatistics>): void {
  async function begin() {
    const { statistics, close } = await open();
    onTestFinished(async () => close());
    // Half an hour ago: the current minute may end while a test runs.
    const minute = minuteOf(statistics.now()) - 30 * minuteLength;
    return { statistics, minute };
  }

  describe(`${name}:`, () => {
    test('of nothing there is nothing', async () => {
      const { statistics, minute } = await begin();
      expect(await statistics.since(minute)).toEqual([]);
      await statistics.add({ number: 1, minutes: [] });
      expect(await statistics.since(minute)).toEqual([]);
    });

    test('reports are added up, minute by minute and word by word', async () => {
      const { statistics, minute } = await begin();
      const next = minute + minuteLength;
      await statistics.add({ number: 1, minutes: [{ minute, counts: { 'moved:pending': 2, 'push:0': 1 } }] });
      await statistics.add({
        number: 2,
        minutes: [
          { minute: next, counts: { 'moved:pending': 5 } },
          { minute, counts: { 'moved:pending': 1, 'push:64': 40_000 } },
        ],
      });
      expect(await statistics.since(minute)).toEqual([
        { minute, counts: { 'moved:pending': 3, 'push:0': 1, 'push:64': 40_000 } },
        { minute: next, counts: { 'moved:pending': 5 } },
      ]);
    });

    test('the earlier ones are left out, and those in which nothing happened', async () => {
      const { statistics, minute } = await begin();
      const minutes = [-2, 0, 3].map((later) => ({
        minute: minute + later * minuteLength,
        counts: { 'moved:pending': later + 10 },
      }));
      await statistics.add({ number: 1, minutes });
      expect(await statistics.since(minute - minuteLength)).toEqual(minutes.slice(1));
      expect(await statistics.since(minute + minuteLength)).toEqual(minutes.slice(2));
      expect(await statistics.since(minute + 4 * minuteLength)).toEqual([]);
    });

    test('the current minute is among them', async () => {
      const { statistics } = await begin();
      const minute = minuteOf(statistics.now());
      await statistics.add({ number: 1, minutes: [{ minute, counts: { 'moved:pending': 1 } }] });
      expect(await statistics.since(minute)).toEqual([{ minute, counts: { 'moved:pending': 1 } }]);
    });

    test('a report that is sent again counts once', async () => {
      const { statistics, minute } = await begin();
      const report = { number: 1, minutes: [{ minute, counts: { 'moved:pending': 2 } }] };
      await Promise.all([statistics.add(report), statistics.add(report)]);
      await statistics.add(report);
      await statistics.add({ ...report, number: 2 });
      expect(await statistics.since(minute)).toEqual([{ minute, counts: { 'moved:pending': 4 } }]);
    });

    test('of an hour no minute is forgotten', async () => {
      const { statistics } = await begin();
      const current = minuteOf(statistics.now());
      const minutes = Array.from({ length: 60 }, (_, index) => ({
        minute: current - (60 - index) * minuteLength,
        counts: { 'moved:scanned': index + 1 },
      }));
      await statistics.add({ number: 1, minutes });
      expect(await statistics.since(current - 60 * minuteLength)).toEqual(minutes);
    });

    test('what was read is not changed by what comes', async () => {
      const { statistics, minute } = await begin();
      await statistics.add({ number: 1, minutes: [{ minute, counts: { denied: 1 } }] });
      const read = await statistics.since(minute);
      await statistics.add({ number: 2, minutes: [{ minute, counts: { denied: 1 } }] });
      expect(read).toEqual([{ minute, counts: { denied: 1 } }]);
    });
  });
}
