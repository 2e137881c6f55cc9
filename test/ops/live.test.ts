import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { settings } from '../../src/kit/settings.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { Listener } from './listener.ts';
import { Stage } from './stage.ts';

const { liveEvery } = settings.ops;
const refreshEvery = 2000;

let stage: Stage;
let clock: FakeClock;
beforeEach(async () => {
  clock = new FakeClock();
  stage = await new Stage({ clock }).listen();
});
afterEach(() => stage.close());

/** Lets time pass, and everything arrive that it brings. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= liveEvery) {
    clock.advance(Math.min(left, liveEvery));
    await pause(15);
  }
}

describe('what is told', () => {
  test('first a page of the living scenes and the overview', async () => {
    const [first, second] = await stage.openMany(2);
    await stage.scenes.cancelByOperator(first!);
    const listener = await Listener.open(stage);
    await vi.waitFor(() => expect(listener.messages).toHaveLength(2));
    const [page, overview] = listener.messages;
    expect(page).toMatchObject({ type: 'page', now: clock.now(), total: 1, limit: 500 });
    expect(page!.scenes.map(({ sceneId }) => sceneId)).toEqual([second]);
    expect(overview).toMatchObject({ type: 'overview', counts: { pending: 1, cancelled: 1 } });
  });

  test('then what changes, gathered, and no row that did not', async () => {
    await stage.openMany(3);
    const listener = await Listener.open(stage);
    await vi.waitFor(() => expect(listener.messages).toHaveLength(2));
    const opened = await stage.open();
    await stage.confirm(opened);
    const [another] = await stage.openMany(1);
    await pass(1000);
    const changes = listener.of('changes');
    expect(changes).toHaveLength(1);
    const told = changes[0]!.scenes.map(({ sceneId }) => sceneId);
    expect(new Set(told)).toEqual(new Set([opened.scene.id, another]));
    expect(listener.statesOf(opened.scene.id)).toEqual(['confirmed']);
    await pass(refreshEvery);
    expect(listener.of('changes')).toHaveLength(1);
  });

  test('at most four messages of changes a second', async () => {
    const listener = await Listener.open(stage);
    await vi.waitFor(() => expect(listener.messages).toHaveLength(2));
    for (let i = 0; i < 50; i++) {
      await stage.openMany(1);
      clock.advance(20);
    }
    await pass(liveEvery);
    const changes = listener.of('changes');
    expect(changes.length).toBeLessThanOrEqual(1000 / liveEvery + 1);
    expect(changes.flatMap(({ scenes }) => scenes)).toHaveLength(50);
  });

  test('the end of a scene, also when it only ran out of time', async () => {
    const [cancelled, expired] = await stage.openMany(2);
    clock.advance(119_000);
    const listener = await Listener.open(stage);
    await vi.waitFor(() => expect(listener.messages).toHaveLength(2));
    await stage.scenes.cancelByOperator(cancelled!);
    await pass(liveEvery);
    expect(listener.statesOf(cancelled!)).toEqual(['pending', 'cancelled']);
    await pass(refreshEvery);
    expect(listener.statesOf(expired!)).toEqual(['pending', 'expired']);
  });

  test('browsers that come and go', async () => {
    const { scene, claim } = await stage.open();
    const listener = await Listener.open(stage);
    await vi.waitFor(() => expect(listener.messages).toHaveLength(2));
    await stage.scenes.attach(scene.id, claim, 'node-a');
    await pass(refreshEvery + liveEvery);
    await stage.scenes.detach(scene.id, 'node-a', 1);
    await pass(refreshEvery + liveEvery);
    const rows = listener.of('changes').flatMap(({ scenes }) => scenes);
    expect(rows.map(({ connected }) => connected)).toEqual([true, false]);
  });

  test('that the node which holds the browser died', async () => {
    const { scene, claim } = await stage.open();
    await stage.scenes.attach(scene.id, claim, 'node-a');
    const listener = await Listener.open(stage);
    await vi.waitFor(() => expect(listener.messages).toHaveLength(2));
    await stage.nodes.leave('node-a');
    await pass(refreshEvery + liveEvery);
    const rows = listener.messages.flatMap(({ scenes }) => scenes ?? []);
    expect(rows.map(({ connected }) => connected)).toEqual([true, false]);
  });

  test('the newest 500, and which of them give way', async () => {
    const [oldest] = await stage.openMany(1);
    clock.advance(1);
    await stage.openMany(499);
    const listener = await Listener.open(stage);
    await vi.waitFor(() => expect(listener.messages).toHaveLength(2));
    clock.advance(1);
    const [newest] = await stage.openMany(1);
    await pass(liveEvery);
    const [changes] = listener.of('changes');
    expect(changes!.gone).toEqual([oldest]);
    expect(changes!.scenes.map(({ sceneId }) => sceneId)).toEqual([newest]);
    await stage.scenes.scan(oldest!, { account: 'main', openid: 'oOPENID00000000001', followed: false });
    await pass(3 * refreshEvery);
    expect(listener.of('changes')).toHaveLength(1);
  });

  test('a scene that leaves the filter, once', async () => {
    const opened = await stage.open();
    const listener = await Listener.open(stage, '?state=pending');
    await vi.waitFor(() => expect(listener.messages).toHaveLength(2));
    await stage.scenes.scan(opened.scene.id, {
      account: 'main',
      openid: 'oOPENID00000000001',
      followed: false,
    });
    await pass(liveEvery);
    await stage.scenes.cancelByOperator(opened.scene.id);
    await pass(refreshEvery);
    expect(listener.statesOf(opened.scene.id)).toEqual(['pending', 'scanned']);
  });

  test('no claim, code, hash or openid', async () => {
    const listener = await Listener.open(stage);
    const opened = await stage.open();
    const scene = await stage.confirm(opened, 'oCANARYopenid000000000000001');
    await pass(refreshEvery);
    const told = listener.raw.join('\n');
    expect(told).toContain(opened.scene.id);
    for (const canary of [opened.claim, scene!.claimHash, scene!.codeHash, 'oCANARY', 'state-of-the-site'])
      expect(told).not.toContain(canary);
  });
});
