import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LoginSocket, OpenedScene } from '../support/browser.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { settle } from '../support/pass-time.ts';
import { startRoom } from '../support/start-room.ts';
import type { Room } from '../support/start-room.ts';

const owner = { account: 'main', openid: 'oOwner', followed: false };

let clock: FakeClock;
let room: Room;
let latencies: number[];
let scene: OpenedScene;
let socket: LoginSocket;
beforeEach(async () => {
  [clock, latencies] = [new FakeClock(), []];
  room = await startRoom({ clock, pushed: (ms) => void latencies.push(ms) });
  scene = await room.browser().open('shop');
  socket = await room.browser().attach(scene);
  await socket.reach('pending');
});
afterEach(() => room.close());

/** As another node does: nothing of it is told here. */
const quietly = (move: 'scan' | 'confirm', heardAt?: number) =>
  room.store.move(scene.sceneId, {
    move,
    keep: 60_000,
    set: { openid: owner.openid, ...(heardAt !== undefined && { heardAt }) },
  });

test('a push took as long as it is since the event came', async () => {
  await room.scenes.scan(scene.sceneId, { ...owner, heardAt: clock.now() - 40 });
  await socket.reach('scanned');
  expect(latencies).toEqual([40]);
});

test('one login is one push', async () => {
  await room.scenes.scan(scene.sceneId, { ...owner, heardAt: clock.now() });
  await room.scenes.scan(scene.sceneId, { ...owner, heardAt: clock.now() });
  await room.scenes.confirm(scene.sceneId, null);
  await socket.reach('confirmed');
  expect(latencies).toEqual([0]);
});

test('whoever missed the scan waited until the confirmation, and that is what counts', async () => {
  await quietly('scan', clock.now());
  clock.advance(700);
  await quietly('confirm');
  room.hub.missed(() => true);
  await socket.reach('confirmed');
  expect(latencies).toEqual([700]);
});

test('a scan that an older version stored is measured from then on', async () => {
  await quietly('scan');
  clock.advance(30);
  room.hub.missed(() => true);
  await socket.reach('scanned');
  expect(latencies).toEqual([30]);
});

test('a browser that comes back was shown it without a push', async () => {
  await quietly('scan', clock.now());
  clock.advance(1_000);
  const again = await room.browser().attach(scene);
  await again.reach('scanned');
  await settle(again);
  expect(latencies).toEqual([]);
});

test('no end without a scan is one', async () => {
  await room.scenes.cancelByOperator(scene.sceneId);
  await socket.reach('cancelled');
  expect(latencies).toEqual([]);
});
