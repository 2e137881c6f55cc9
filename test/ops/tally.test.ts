import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '../../src/kit/errors.ts';
import { settings } from '../../src/kit/settings.ts';
import { LastHour } from '../../src/ops/last-hour.ts';
import { minuteLength, minuteOf } from '../../src/ops/statistics.ts';
import { Tally } from '../../src/ops/tally.ts';
import { MemoryStatistics } from '../../src/store/memory/statistics.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { FakeClock } from '../support/fake-clock.ts';

const { tellEvery, minutesBack, keptFor } = settings.statistics;

let clock: FakeClock;
let store: MemoryStatistics;
let tally: Tally;
let minute: number;
const lines: string[] = [];
beforeEach(() => {
  // At the beginning of a minute.
  clock = new FakeClock(minuteOf(1_700_000_000_000));
  minute = clock.now();
  store = new MemoryStatistics(clock, keptFor);
  lines.length = 0;
  tally = new Tally({ store, clock, log: createLog('info', { write: (line) => void lines.push(line) }) });
});

async function pass(ms: number): Promise<void> {
  clock.advance(ms);
  await turn();
}

describe('what a node counts', () => {
  test('is told two seconds later, all with one question', async () => {
    const add = vi.spyOn(store, 'add');
    for (let i = 0; i < 100; i++) tally.moved('pending');
    tally.moved('cancelled', 'cancelled_browser');
    tally.moved('expired', 'expired_unseen', 3);
    tally.pushed(2);
    tally.stored(0);
    expect(add).not.toHaveBeenCalled();
    await pass(tellEvery);
    expect(add).toHaveBeenCalledOnce();
    const counts = {
      'moved:pending': 100,
      'moved:cancelled': 1,
      'ended:cancelled_browser': 1,
      'moved:expired': 3,
      'ended:expired_unseen': 3,
      'push:4': 1,
      'scan:0': 1,
    };
    expect(await store.since(minute)).toEqual([{ minute, counts }]);
  });

  test('is told when something happened, and else nothing', async () => {
    const add = vi.spyOn(store, 'add');
    await pass(60 * tellEvery);
    expect(add).not.toHaveBeenCalled();
    tally.moved('pending');
    await pass(10 * tellEvery);
    expect(add).toHaveBeenCalledOnce();
  });

  test('belongs to the minute in which it happened', async () => {
    clock.advance(minuteLength - 500);
    tally.moved('pending');
    clock.advance(600);
    tally.moved('pending');
    await tally.tell();
    expect((await store.since(minute)).map((one) => [one.minute, one.counts['moved:pending']])).toEqual([
      [minute, 1],
      [minute + minuteLength, 1],
    ]);
  });

  test('that could not be told is told later, under the same number, in its own minute', async () => {
    const add = vi.spyOn(store, 'add').mockRejectedValue(new AppError('store_unavailable'));
    tally.moved('pending');
    await pass(tellEvery);
    tally.moved('scanned');
    await pass(3 * minuteLength);
    expect(new Set(add.mock.calls.map(([{ number }]) => number))).toEqual(new Set([1]));
    add.mockRestore();
    await pass(2 * tellEvery);
    const [told, ...others] = await store.since(minute);
    expect(told).toEqual({ minute, counts: { 'moved:pending': 1, 'moved:scanned': 1 } });
    expect(others).toEqual([]);
    expect(lines).toEqual([]);
  });

  test('while the store is away is bounded: of the last hour', async () => {
    const add = vi.spyOn(store, 'add').mockRejectedValue(new AppError('store_unavailable'));
    for (let i = 0; i < 3 * minutesBack; i++) {
      tally.moved('pending');
      await pass(minuteLength);
    }
    add.mockRestore();
    const told = vi.spyOn(store, 'add');
    await pass(2 * tellEvery);
    const sizes = told.mock.calls.map(([{ minutes }]) => minutes.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(minutesBack);
  });

  test('at its end is told', async () => {
    tally.moved('consumed');
    await tally.close();
    expect(await store.since(minute)).toHaveLength(1);
    tally.moved('consumed');
    await pass(10 * tellEvery);
    expect((await store.since(minute))[0]?.counts).toEqual({ 'moved:consumed': 1 });
  });

  test('and a store that throws what it may not ends nothing', async () => {
    vi.spyOn(store, 'add').mockRejectedValueOnce(new Error('a bug'));
    tally.moved('pending');
    await pass(tellEvery);
    tally.moved('scanned');
    await pass(tellEvery);
    expect((await store.since(minute))[0]?.counts).toEqual({ 'moved:scanned': 1 });
    expect(lines.join()).toContain('unexpected');
  });
});

describe('the last hour', () => {
  test('of the minute before, what still belongs to the last sixty seconds is counted', async () => {
    const hour = new LastHour(store, tally);
    for (let i = 0; i < 60; i++) tally.moved('pending');
    expect((await hour.read()).moved('pending', 1)).toBe(60);
    clock.advance(minuteLength);
    for (let i = 0; i < 7; i++) tally.moved('pending');
    expect((await hour.read()).moved('pending', 1)).toBe(67);
    clock.advance(minuteLength / 4);
    expect((await hour.read()).moved('pending', 1)).toBe(45 + 7);
    clock.advance((3 * minuteLength) / 4);
    expect((await hour.read()).moved('pending', 1)).toBe(7);
    expect((await hour.read()).moved('pending', minutesBack)).toBe(67);
    clock.advance(minutesBack * minuteLength);
    expect((await hour.read()).moved('pending', minutesBack)).toBe(0);
  });

  test('a minute that is over is read again once a minute, whoever asks how often', async () => {
    const hour = new LastHour(store, tally);
    tally.moved('pending');
    await hour.read();
    const since = vi.spyOn(store, 'since');
    await pass(5 * minuteLength);
    await hour.read();
    await pass(settings.statistics.settledAfter);
    await hour.read();
    await hour.read();
    const from = since.mock.calls.map(([began]) => (began - minute) / minuteLength);
    expect(from).toEqual([5 - settings.statistics.minutesBack, 4, 5]);
    expect((await hour.read()).countsOf(minute)).toEqual({ 'moved:pending': 1 });
  });

  test('what comes late into the minute before is seen', async () => {
    const hour = new LastHour(store, tally);
    clock.advance(minuteLength);
    await hour.read();
    clock.advance(5_000);
    await store.add({ number: 9, minutes: [{ minute, counts: { 'moved:pending': 4 } }] });
    expect((await hour.read()).countsOf(minute)).toEqual({ 'moved:pending': 4 });
  });

  test('has sixty minutes, the current one last', async () => {
    const { minutes } = await new LastHour(store, tally).read();
    expect(minutes).toHaveLength(60);
    expect(minutes.at(-1)).toBe(minute);
    expect(minutes[0]).toBe(minute - 59 * minuteLength);
  });
});
