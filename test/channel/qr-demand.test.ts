import { describe, expect, test } from 'vitest';
import { QrDemand } from '../../src/channel/qr-demand.ts';
import { settings } from '../../src/kit/settings.ts';
import { FakeClock } from '../support/fake-clock.ts';

const { qrPool: figures } = settings;
const minute = 60_000;

/** Somebody who learns that a code takes 150 ms. */
function learn() {
  const clock = new FakeClock();
  const demand = new QrDemand(clock, figures);
  for (let i = 0; i < 100; i++) demand.took(150);
  /** So many come, `every` ms; how many should be ready after each. */
  const come = (count: number, every: number): number[] =>
    Array.from({ length: count }, () => {
      clock.advance(every);
      return demand.wanted();
    });
  return { clock, demand, come };
}

const last = (targets: number[]): number => targets.at(-1) ?? NaN;

describe('how many codes should be ready', () => {
  test.each([
    { perSecond: 1, target: 3 },
    { perSecond: 5, target: 6 },
    { perSecond: 20, target: 11 },
    { perSecond: 100, target: 32 },
    { perSecond: 500, target: figures.atMost },
  ])('$target with $perSecond a second and 150 ms for each', ({ perSecond, target }) => {
    const { come } = learn();
    expect(last(come(perSecond * 60, 1000 / perSecond))).toBe(target);
  });

  test('none for the first who comes', () => {
    const { demand } = learn();
    expect(demand.wanted()).toBe(0);
  });

  test('grows within seconds, and with how long a code takes', () => {
    const { come, demand } = learn();
    expect(last(come(100, 50))).toBeGreaterThanOrEqual(8);
    come(200, 50);
    for (let i = 0; i < 100; i++) demand.took(600);
    expect(last(come(1, 50))).toBeGreaterThanOrEqual(25);
  });

  test('falls when fewer come', () => {
    const { come } = learn();
    come(1_000, 50);
    expect(last(come(3, 30_000))).toBeLessThan(6);
  });

  test('is not led astray by one answer that took no time, or for ever', () => {
    const { come, demand } = learn();
    come(1_000, 50);
    const before = last(come(1, 50));
    demand.took(-3_000);
    demand.took(0);
    expect(last(come(1, 50))).toBeGreaterThan(before / 2);
    demand.took(Infinity);
    expect(last(come(1, 50))).toBeLessThan(figures.atMost);
  });

  test('stays a number when the clock is set back', () => {
    const clock = new FakeClock();
    const demand = new QrDemand(clock, figures);
    for (let i = 0; i < 100; i++) demand.wanted();
    clock.advance(-60 * minute);
    expect(demand.wanted()).toSatisfy(Number.isSafeInteger);
    expect(demand.wanted()).toBeLessThanOrEqual(figures.atMost);
  });
});

test('none at all where that is switched off', () => {
  const demand = new QrDemand(new FakeClock(), { ...figures, atMost: 0 });
  expect(new Set(Array.from({ length: 1_000 }, () => demand.wanted()))).toEqual(new Set([0]));
});

describe('where few come', () => {
  test.each([
    { name: 'one an hour', every: 60 * minute },
    { name: 'one in half an hour', every: 30 * minute },
  ])('$name: none is made ahead', ({ every }) => {
    const { come } = learn();
    expect(new Set(come(48, every))).toEqual(new Set([0]));
  });

  test('one in ten minutes: one is, as three more come before that is too old', () => {
    const { come } = learn();
    expect(last(come(48, 10 * minute))).toBe(1);
  });

  test('one a minute: a few are, as many more come before those are too old', () => {
    const { come } = learn();
    expect(last(come(120, minute))).toBe(2);
  });

  test('two who come together on a quiet day are no rush', () => {
    const { come, clock } = learn();
    come(10, 60 * minute);
    clock.advance(60 * minute);
    expect(come(2, 100)).toEqual([0, 0]);
  });
});
