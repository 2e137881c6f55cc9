import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/kit/clock.ts';
import type { LoginSocket, OpenedScene } from '../support/browser.ts';
import { settle } from '../support/pass-time.ts';
import { startRoom } from '../support/start-room.ts';
import type { Room } from '../support/start-room.ts';

const verbs = ['add', 'find', 'attach', 'detach', 'move', 'news', 'remind'] as const;

let room: Room;
let scene: OpenedScene;
beforeEach(async () => {
  room = await startRoom({ clock: systemClock });
  scene = await room.browser().open('shop');
});
afterEach(() => room.close());

test('whoever comes is told to come back, as often as it comes, and no socket stays open and silent', async () => {
  verbs.forEach((verb) => room.store.broken.add(verb));
  for (let times = 0; times < 2; times++) {
    const comers = await Promise.all([
      room.browser().attach(scene),
      room.browser().attach({ ...scene, claim: 'wrong' }),
      room.browser('https://bank.example').attach(scene),
    ]);
    expect(await Promise.all(comers.map(({ closed }) => closed))).toEqual([1013, 1013, 1013]);
    expect(comers.flatMap(({ snapshots }) => snapshots)).toEqual([]);
  }
  await expect.poll(() => room.hub.sockets).toBe(0);
});

test('a store that is away for a moment turns nobody away', async () => {
  room.store.broken.add('attach');
  const socket = await room.browser().attach(scene);
  await expect.poll(() => room.store.calls.filter((verb) => verb === 'attach').length).toBeGreaterThan(1);
  room.store.broken.clear();
  expect(await socket.reach('pending')).toMatchObject({ sceneId: scene.sceneId });
  expect(socket.raw.readyState).toBe(socket.raw.OPEN);
});

test('whoever is there stays for a while, and is then told to come back too', async () => {
  const attached = await attach();
  const silent = await room.browser().connect(`/ws/scenes/${scene.sceneId}`);
  verbs.forEach((verb) => room.store.broken.add(verb));
  await settle(attached);
  expect(attached.raw.readyState).toBe(attached.raw.OPEN);
  await room.hub.storeAway();
  expect(await attached.closed).toBe(1013);
  expect(await silent.closed).toBe(1013);
  expect(attached.snapshots.map(({ state }) => state)).toEqual(['pending']);
  expect(room.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
});

test('with the store back, it goes on where it was', async () => {
  const before = await attach();
  verbs.forEach((verb) => room.store.broken.add(verb));
  await room.hub.storeAway();
  await before.closed;
  room.store.broken.clear();
  const after = await attach();
  expect(after.snapshots).toEqual(before.snapshots);
  await room.scenes.scan(scene.sceneId, { account: 'main', openid: 'oVisitor', followed: false });
  expect((await after.reach('scanned')).version).toBe(2);
});

async function attach(): Promise<LoginSocket> {
  const socket = await room.browser().attach(scene);
  await socket.reach('pending');
  return socket;
}
