import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Metrics } from '../../src/telemetry/metrics.ts';

const figure = async (metrics: Metrics, name: string): Promise<number> => {
  const text = await metrics.text();
  return Number(
    new RegExp(`^saoma_nodejs_eventloop_lag_${name}_seconds (\\S+)$`, 'm').exec(text)?.[1] ?? NaN,
  );
};

test('a process that was held up says so, once', async () => {
  const metrics = new Metrics();
  await sleep(250);
  const until = performance.now() + 400;
  while (performance.now() < until);
  await sleep(150);
  // The timer was due within a tenth of a second of the beginning.
  expect(await figure(metrics, 'max')).toBeGreaterThan(0.25);
  expect(await figure(metrics, 'max')).toBeLessThan(0.25);
});

test('before anything was measured nothing is late', async () => {
  const metrics = new Metrics();
  expect(await figure(metrics, 'p50')).toBe(0);
  expect(await figure(metrics, 'p99')).toBe(0);
});
