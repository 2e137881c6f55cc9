import { beforeEach, expect, test } from 'vitest';
import { Wheel } from '../../src/realtime/wheel.ts';
import { FakeClock } from '../support/fake-clock.ts';

const start = 1_700_000_000_037;
let clock: FakeClock;
let met: [string, number][];
let wheel: Wheel<string>;
beforeEach(() => {
  clock = new FakeClock(start);
  met = [];
  wheel = new Wheel(clock, 100, (waiter) => met.push([waiter, clock.now() - start]));
});

test('everybody is met once, never early, at most one tick late', () => {
  const times = [0, 1, 99, 100, 101, 5_000, 59_950];
  for (const time of times) wheel.at(start + time, String(time));
  clock.advance(120_000);
  expect(met.map(([waiter]) => Number(waiter))).toEqual(times);
  const latenesses = met.map(([waiter, at]) => at - Number(waiter));
  expect(Math.min(...latenesses)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...latenesses)).toBeLessThanOrEqual(100);
});

test('who was called off is not met', () => {
  const appointment = wheel.at(start + 1_000, 'nobody');
  wheel.at(start + 1_000, 'somebody');
  appointment.waiter = undefined;
  clock.advance(2_000);
  expect(met.map(([waiter]) => waiter)).toEqual(['somebody']);
});

test('a time that is over is met by the next turn', () => {
  clock.advance(10_000);
  wheel.at(start, 'late');
  clock.advance(100);
  expect(met.map(([waiter]) => waiter)).toEqual(['late']);
});

test('who makes an appointment while being met is met again later', () => {
  const again: Wheel<string> = new Wheel(clock, 100, (waiter) => {
    met.push([waiter, clock.now() - start]);
    if (met.length < 3) again.at(clock.now(), waiter);
  });
  again.at(start, 'busy');
  clock.advance(1_000);
  expect(met).toHaveLength(3);
});

test('after its end it meets nobody', () => {
  wheel.at(start + 100, 'nobody');
  wheel.stop();
  clock.advance(1_000);
  expect(met).toEqual([]);
});
