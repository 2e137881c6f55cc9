import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '../../src/kit/errors.ts';
import { messageOutcomes } from '../../src/messaging/messages.ts';
import { causes, minuteOf } from '../../src/ops/statistics.ts';
import type { NodeInfo } from '../../src/realtime/registry.ts';
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
const noMessages = Object.fromEntries(messageOutcomes.map((outcome) => [outcome, 0]));
const noEnds = Object.fromEntries(causes.map((cause) => [cause, 0]));

test('tells how all stands', async () => {
  await stage.openMany(2);
  await stage.confirm(await stage.open());
  for (const ms of [8, 8, 8, 90]) stage.tally.pushed(ms);
  stage.tally.stored(3);
  const { body } = await stage.api('overview');
  const rates = { ...none, pending: 3, scanned: 1, confirmed: 1 };
  expect(body).toStrictEqual({
    counts: { ...none, pending: 2, confirmed: 1 },
    rates: { minute: rates, hour: rates },
    ends: { minute: noEnds, hour: noEnds },
    messages: { minute: noMessages, hour: noMessages },
    latency: {
      scan: { p50: expect.closeTo(0.003, 3), p95: expect.closeTo(0.003, 3), p99: expect.closeTo(0.003, 3) },
      push: { p50: expect.closeTo(0.008, 2), p95: expect.closeTo(0.09, 1), p99: expect.closeTo(0.09, 1) },
    },
    series: expect.any(Array),
    nodes: [
      {
        node: 'node-a',
        sockets: 7,
        messageSockets: 0,
        version: '1.2.3',
        uptimeSeconds: 90,
        lagP99Seconds: 0.004,
      },
    ],
    accounts: [],
    store: 'memory',
    version: '1.2.3',
    now: clock.now(),
  });
  expect(body.series).toHaveLength(60);
  expect(body.series.at(-1)).toStrictEqual({
    minute: minuteOf(clock.now()),
    opened: 3,
    scanned: 1,
    confirmed: 1,
    consumed: 0,
    ended: 0,
    pushP50: body.latency.push?.p50,
    pushP95: body.latency.push?.p95,
  });
  expect(body.series[0]).toMatchObject({ opened: 0, pushP50: null, pushP95: null });
});

test('an hour later the moves are forgotten, a minute later those of the minute', async () => {
  await stage.openMany(10);
  clock.advance(60_000);
  const { rates } = (await stage.api('overview')).body;
  expect(rates.minute.pending).toBeGreaterThan(0);
  clock.advance(60_000);
  const later = (await stage.api('overview')).body;
  expect(later.rates.minute.pending).toBe(0);
  expect(later.rates.hour.pending).toBe(10);
  expect(later.series.map(({ opened }) => opened).filter((opened) => opened > 0)).toEqual([10]);
  clock.advance(3_600_000);
  expect((await stage.api('overview')).body.rates.hour.pending).toBe(0);
});

test('tells what became of messages, and which node holds sockets for them', async () => {
  stage.tally.messages('delivered', 1);
  clock.advance(120_000);
  stage.tally.messages('delivered', 1);
  stage.tally.messages('acknowledged', 2);
  await stage.nodes.beat({ ...anotherNode(), messageSockets: 12 });
  const { messages, nodes } = (await stage.api('overview')).body;
  expect(messages).toEqual({
    minute: { ...noMessages, delivered: 1, acknowledged: 2 },
    hour: { ...noMessages, delivered: 2, acknowledged: 2 },
  });
  expect(nodes.map(({ node, messageSockets }) => [node, messageSockets])).toEqual([
    ['node-a', 0],
    ['node-b', 12],
  ]);
});

test('latency is of the last ten minutes', async () => {
  stage.tally.pushed(8);
  clock.advance(9 * 60_000);
  expect((await stage.api('overview')).body.latency.push).not.toBeNull();
  clock.advance(2 * 60_000);
  expect((await stage.api('overview')).body.latency).toEqual({ scan: null, push: null });
});

test('tells why scenes ended without a login', async () => {
  const [, seen, cancelled, crowded] = await Promise.all(Array.from({ length: 4 }, () => stage.open()));
  await stage.scenes.attach(seen!.scene.id, seen!.claim, 'node-a');
  await stage.scenes.cancelByBrowser(cancelled!.scene.id, cancelled!.claim);
  for (let person = 0; person < 7; person++) {
    const openid = `oPerson${person}of6000000000000001`;
    await stage.scenes.scan(crowded!.scene.id, { account: 'main', openid, followed: false });
  }
  await stage.confirm(await stage.open());
  clock.advance(121_000);
  const { ends, rates, series } = (await stage.api('overview')).body;
  expect(ends.hour).toEqual({
    ...noEnds,
    expired_unseen: 1,
    expired_unscanned: 1,
    expired_confirmed: 1,
    cancelled_browser: 1,
    cancelled_too_many_scanners: 1,
  });
  expect(rates.hour).toMatchObject({ expired: 3, cancelled: 2 });
  expect(series.reduce((sum, { ended }) => sum + ended, 0)).toBe(5);
});

const anotherNode = (): NodeInfo => ({
  node: 'node-b',
  version: '1.2.4',
  startedAt: clock.now() - 200_000,
  sockets: 3,
});

async function connected(id: string): Promise<boolean | undefined> {
  clock.advance(1000);
  return (await stage.api('scenes')).body.scenes.find(({ sceneId }) => sceneId === id)?.connected;
}

describe('the nodes', () => {
  test('are all that live, oldest first', async () => {
    await stage.nodes.beat(anotherNode());
    const { nodes } = (await stage.api('overview')).body;
    expect(nodes.map(({ node, sockets, uptimeSeconds }) => [node, sockets, uptimeSeconds])).toEqual([
      ['node-b', 3, 200],
      ['node-a', 7, 90],
    ]);
  });

  test('of a clock ahead of ours have been up for no time', async () => {
    await stage.nodes.beat({ ...anotherNode(), startedAt: clock.now() + 5000 });
    const { nodes } = (await stage.api('overview')).body;
    expect(nodes.find(({ node }) => node === 'node-b')?.uptimeSeconds).toBe(0);
  });

  test('are asked for once a second at most', async () => {
    const list = vi.spyOn(stage.nodes, 'list');
    for (let i = 0; i < 5; i++) await stage.api('overview');
    await stage.api('scenes');
    expect(list).toHaveBeenCalledOnce();
    clock.advance(1000);
    await stage.api('overview');
    expect(list).toHaveBeenCalledTimes(2);
  });

  test('are the last known while the store does not tell', async () => {
    await stage.api('overview');
    const list = vi.spyOn(stage.nodes, 'list').mockRejectedValue(new AppError('store_unavailable'));
    clock.advance(10_000);
    expect((await stage.api('overview')).body.nodes).toHaveLength(1);
    list.mockRestore();
    await stage.nodes.leave('node-a');
    expect((await stage.api('overview')).body.nodes).toEqual([]);
  });
});

describe('a row', () => {
  test('is connected while the node of its socket lives', async () => {
    const { scene, claim } = await stage.open();
    expect(await connected(scene.id)).toBe(false);
    await stage.scenes.attach(scene.id, claim, 'node-b');
    expect(await connected(scene.id)).toBe(false);
    await stage.scenes.attach(scene.id, claim, 'node-a');
    expect(await connected(scene.id)).toBe(true);
    await stage.nodes.leave('node-a');
    expect(await connected(scene.id)).toBe(false);
  });
});
