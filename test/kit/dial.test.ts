import { expect, test } from 'vitest';
import { msBetween, onDial } from '../../src/kit/dial.ts';

const now = 1_700_000_000_000;
const day = 86_400_000;

test.each([0, 1, 45_000, day, 24 * day, -1, -day])('%d ms pass on the dial as they do in the world', (ms) => {
  expect(msBetween(onDial(now), onDial(now + ms))).toBe(ms);
});

test('whenever they begin', () => {
  for (let begin = now; begin < now + 60 * day; begin += day / 2)
    expect(msBetween(onDial(begin), onDial(begin + 120_000))).toBe(120_000);
});

test('a time on the dial has 32 bits', () => {
  for (let time = now; time < now + 60 * day; time += day) expect(onDial(time)).toBe(onDial(time) | 0);
});
