import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '../../src/kit/errors.ts';
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
