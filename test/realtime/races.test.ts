import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Browser, LoginSocket, OpenedScene } from '../support/browser.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { passTime, settle } from '../support/pass-time.ts';
import { startRoom } from '../support/start-room.ts';
import type { Room } from '../support/start-room.ts';

let room: Room;
let clock: FakeClock;
let browser: Browser;
let scene: OpenedScene;
beforeEach(async () => {
  clock = new FakeClock();
  room = await startRoom({ clock });
  browser = room.browser();
  scene = await browser.open('shop');
});
afterEach(() => room.close());

test('a scan while the store is still answering the attach is not lost', async () => {
  const letGo = room.store.hold('attach');
  const socket = await browser.attach(scene);
  await settle(socket);
  await scan();
  letGo();
  expect((await socket.reach('scanned')).version).toBe(2);
  expect(socket.snapshots).toHaveLength(1);
});

test('of two changes in that time the later one is shown', async () => {
  const letGo = room.store.hold('attach');
  const socket = await browser.attach(scene);
  await settle(socket);
  await scan();
  await room.scenes.confirm(scene.sceneId, null);
  letGo();
  expect((await socket.reach('confirmed')).code).toHaveLength(65);
});

test('the end of the scene in that time is shown too', async () => {
  const letGo = room.store.hold('attach');
  const socket = await browser.attach(scene);
  await settle(socket);
  await room.scenes.cancelByOperator(scene.sceneId);
  letGo();
  expect(await socket.closed).toBe(1000);
  expect(socket.snapshots.map(({ state }) => state)).toEqual(['cancelled']);
});

test('of two sockets that attach at once one stays, and gets what follows', async () => {
  const letGo = room.store.hold('attach');
  const sockets = [await browser.attach(scene), await browser.attach(scene)];
  await Promise.all(sockets.map(settle));
  letGo();
  expect(await Promise.race(sockets.map(({ closed }) => closed))).toBe(4409);
  await scan();
  const left = sockets.find(({ raw }) => raw.readyState === raw.OPEN);
  expect((await left?.reach('scanned'))?.version).toBe(2);
  expect(await nodeOfScene()).toBe('node-a');
});

test('two claims at once on one socket do no harm', async () => {
  const letGo = room.store.hold('attach');
  const socket = await browser.attach(scene);
  socket.send({ type: 'attach', claim: scene.claim });
  await settle(socket);
  letGo();
  await socket.reach('pending');
  await settle(socket);
  await scan();
  await socket.reach('scanned');
  expect(socket.snapshots.map(({ version }) => version)).toEqual([1, 1, 2]);
});

test('a socket that left during its attach leaves no node behind', async () => {
  const letGo = room.store.hold('attach');
  const socket = await browser.attach(scene);
  await settle(socket);
  await leave(socket);
  letGo();
  await expect.poll(nodeOfScene).toBeNull();
});

test('a socket that left leaves no node behind', async () => {
  const socket = await browser.attach(scene);
  await socket.reach('pending');
  expect(await nodeOfScene()).toBe('node-a');
  await leave(socket);
  await expect.poll(nodeOfScene).toBeNull();
});

test('a socket that left during its attach does not unseat the one that came after it', async () => {
  const letGo = room.store.hold('attach');
  const first = await browser.attach(scene);
  await settle(first);
  await leave(first);
  const second = await browser.attach(scene);
  await settle(second);
  letGo();
  await second.reach('pending');
  await settle(second);
  expect(await nodeOfScene()).toBe('node-a');
});

test('a socket that leaves while the next one attaches does not unseat it', async () => {
  const first = await browser.attach(scene);
  await first.reach('pending');
  const letGo = room.store.hold('attach');
  const second = await browser.attach(scene);
  await settle(second);
  await leave(first);
  letGo();
  await second.reach('pending');
  await settle(second);
  expect(await nodeOfScene()).toBe('node-a');
});

test('a socket that leaves while a wrong claim is looked up leaves no node behind', async () => {
  const first = await browser.attach(scene);
  await first.reach('pending');
  const letGo = room.store.hold('attach');
  const stranger = await browser.attach({ sceneId: scene.sceneId, claim: 'wrong' });
  await settle(stranger);
  await leave(first);
  letGo();
  expect(await stranger.closed).toBe(4401);
  await expect.poll(nodeOfScene).toBeNull();
});

test('a scan whose profile nobody fetches is confirmed when its wait is over', async () => {
  const socket = await browser.attach(scene);
  await socket.reach('pending');
  await scan();
  await socket.reach('scanned');
  await passTime(clock, 1_400, socket);
  expect(socket.snapshots.at(-1)?.state).toBe('scanned');
  await passTime(clock, 200, socket);
  expect((await socket.reach('confirmed')).code).toHaveLength(65);
});

test('a wake-up that never came is made good by the deadline', async () => {
  const socket = await browser.attach(scene);
  await socket.reach('pending');
  const quietly = { move: 'cancel', set: { reason: 'operator' }, keep: 300_000 } as const;
  await room.store.move(scene.sceneId, quietly);
  await passTime(clock, 121_000, socket);
  expect(await socket.closed).toBe(1000);
  expect(socket.snapshots.at(-1)?.state).toBe('cancelled');
});

async function scan(): Promise<void> {
  await room.scenes.scan(scene.sceneId, { account: 'main', openid: 'oVisitor', followed: false });
}

async function nodeOfScene(): Promise<string | null | undefined> {
  return (await room.store.find(scene.sceneId))?.node;
}

/** Resolves once the service has seen it too. */
async function leave({ raw }: LoginSocket): Promise<void> {
  const before = room.hub.sockets;
  const gone = once(raw, 'close');
  raw.terminate();
  await gone;
  await expect.poll(() => room.hub.sockets).toBe(before - 1);
}
