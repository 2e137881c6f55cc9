import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { DueDates } from '../../src/store/memory/due-dates.ts';

const times = integer({ min: 0, max: 500 });
const step = record({ id: constantFrom('a', 'b', 'c', 'd', 'e'), due: times, now: times });
const limits = constantFrom(1, 2, Infinity);

/** What a look at every one of them finds. */
const dueAmong = (all: Map<string, number>, now: number): string[] =>
  [...all].filter(([, due]) => due <= now).map(([id]) => id);

test('what is due is told to the millisecond, whatever moves, and also when the clock goes back', () => {
  assert(
    property(array(step), limits, (steps, limit) => {
      const all = new Map<string, number>();
      const dates = new DueDates(100, (id) => all.get(id)!);
      for (const { id, due, now } of steps) {
        if (all.has(id)) dates.leave(id, all.get(id)!);
        all.set(id, due);
        dates.enter(id, due);
        const expected = dueAmong(all, now);
        const told = dates.due(now, limit);
        expect(expected).toEqual(expect.arrayContaining(told));
        expect(told).toHaveLength(Math.min(limit, expected.length));
        for (const one of told) {
          dates.leave(one, all.get(one)!);
          all.delete(one);
        }
      }
    }),
  );
});
