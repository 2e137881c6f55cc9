import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../support/fake-clock.ts';
import { Stage } from './stage.ts';

let stage: Stage;
let clock: FakeClock;
beforeEach(async () => {
  clock = new FakeClock();
  stage = await new Stage({ clock }).listen();
});
afterEach(() => stage.close());

const none = { pending: 0, scanned: 0, confirmed: 0, consumed: 0, denied: 0, cancelled: 0, expired: 0 };

test('counts scenes by state, and the moves of the last minute', async () => {
  await stage.openMany(2);
  await stage.confirm(await stage.open());
  const { body } = await stage.api('overview');
  expect(body).toStrictEqual({
    counts: { ...none, pending: 2, confirmed: 1 },
    rates: { ...none, pending: 3, scanned: 1, confirmed: 1 },
    latency: { p50: 0.012, p95: 0.03, p99: 0.4 },
    nodes: [{ node: 'node-a', sockets: 7, version: '1.2.3', uptimeSeconds: 90 }],
  });
});

test('a minute later the moves are forgotten', async () => {
  await stage.openMany(1);
  clock.advance(59_000);
  await stage.openMany(1);
  expect((await stage.api('overview')).body.rates.pending).toBe(2);
  clock.advance(1000);
  expect((await stage.api('overview')).body.rates.pending).toBe(1);
  clock.advance(60_000);
  expect((await stage.api('overview')).body.rates.pending).toBe(0);
});
