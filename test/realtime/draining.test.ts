import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { settings } from '../../src/kit/settings.ts';
import type { LoginSocket, OpenedScene } from '../support/browser.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { settle } from '../support/pass-time.ts';
import { startRoom } from '../support/start-room.ts';
import type { Room } from '../support/start-room.ts';

interface Visit {
  scene: OpenedScene;
  socket: LoginSocket;
}

const { batches, closeWithin } = settings.socket;

let room: Room;
let clock: FakeClock;
beforeEach(async () => {
  clock = new FakeClock();
  room = await startRoom({ clock });
});
afterEach(() => room.close());

const ways = [
  { name: 'the node leaves', code: 1012, go: () => room.hub.leave() },
  { name: 'the store is away', code: 1013, go: () => room.hub.storeAway() },
];

describe.each(ways)('$name', ({ code, go }) => {
  test('a few are told at once', async () => {
    const visits = await arrive(batches.least);
    const done = go();
    expect(new Set(await Promise.all(visits.map(({ socket }) => socket.closed)))).toEqual(new Set([code]));
    await done;
  });

  test('1,000 are told a batch at a time, each of them the same, and each scene has its socket no longer', async () => {
    const visits = await arrive(1_000);
    const done = go();
    const batchesSeen: number[] = [];
    for (let left = visits.length; left > 0; left = room.hub.sockets) {
      await expect.poll(() => room.hub.sockets, { interval: 5 }).toBeLessThanOrEqual(left - batches.least);
      await pause();
      batchesSeen.push(left - room.hub.sockets);
      clock.advance(batches.every);
    }
    expect(batchesSeen).toEqual(Array.from({ length: 20 }, () => batches.least));
    expect(new Set(await Promise.all(visits.map(({ socket }) => socket.closed)))).toEqual(new Set([code]));
    await done;
    const { scenes } = await room.store.list({ limit: 1_000 });
    expect(scenes.filter(({ node }) => node !== null)).toEqual([]);
  });

  test('a timer that rings late makes good what it missed', async () => {
    const visits = await arrive(4 * batches.least);
    const now = clock.now();
    const done = go();
    clock.now = () => now + 3 * batches.every;
    clock.advance(batches.every);
    expect(new Set(await Promise.all(visits.map(({ socket }) => socket.closed)))).toEqual(new Set([code]));
    await done;
  });
});

describe('until its turn comes', () => {
  test('a browser is served: it learns of a scan', async () => {
    const waiting = await leaveWithOneWaiting();
    await room.scenes.scan(waiting.scene.sceneId, { account: 'main', openid: 'oVisitor', followed: false });
    await waiting.socket.reach('scanned');
    expect(waiting.socket.raw.readyState).toBe(waiting.socket.raw.OPEN);
    clock.advance(batches.every);
    expect(await waiting.socket.closed).toBe(1012);
  });

  test('a wake-up that was missed is made good', async () => {
    const waiting = await leaveWithOneWaiting();
    await room.store.move(waiting.scene.sceneId, { move: 'scan', keep: 60_000 });
    room.hub.missed(() => true);
    expect((await waiting.socket.reach('scanned')).version).toBe(2);
  });

  test('a browser that attaches now goes elsewhere at once', async () => {
    const waiting = await leaveWithOneWaiting();
    waiting.socket.send({ type: 'attach', claim: waiting.scene.claim });
    expect(await waiting.socket.closed).toBe(1012);
    expect(waiting.socket.snapshots).toHaveLength(1);
  });

  test('a browser that comes now goes elsewhere at once', async () => {
    const waiting = await leaveWithOneWaiting();
    const late = await room.browser().connect(`/ws/scenes/${waiting.scene.sceneId}`);
    expect(await late.closed).toBe(1012);
    await settle(waiting.socket);
    expect(waiting.socket.raw.readyState).toBe(waiting.socket.raw.OPEN);
  });
});

test('an attach that was under way is answered first, and its scene has no socket in the end', async () => {
  const scene = await room.browser().open('shop');
  const letGo = room.store.hold('attach');
  const socket = await room.browser().attach(scene);
  await settle(socket);
  const left = room.hub.leave();
  expect(await socket.closed).toBe(1012);
  letGo();
  await left;
  expect((await room.store.find(scene.sceneId))?.node).toBeNull();
});

test('it has not left before the store knows it', async () => {
  const [{ scene, socket }] = (await arrive(1)) as [Visit];
  const letGo = room.store.hold('detach');
  const left = room.hub.leave().then(() => 'left');
  expect(await socket.closed).toBe(1012);
  await expect.poll(async () => (await room.store.find(scene.sceneId))?.node).toBeNull();
  expect(await Promise.race([left, pause().then(() => 'not yet')])).toBe('not yet');
  letGo();
  await left;
});

test('who does not answer the farewell is cut off', async () => {
  const [{ socket }] = (await arrive(1)) as [Visit];
  // A peer that reads nothing sees no farewell.
  socket.raw.pause();
  const begun = performance.now();
  const left = room.hub.leave();
  await pause();
  expect(room.hub.sockets).toBe(1);
  clock.advance(closeWithin - 1);
  await pause();
  expect(room.hub.sockets).toBe(1);
  clock.advance(1);
  await left;
  expect(room.hub.sockets).toBe(0);
  // Not by the socket's own patience, which is by the clock of this machine.
  expect(performance.now() - begun).toBeLessThan(closeWithin / 2);
});

test('told twice, it leaves once; and nothing rings any more', async () => {
  await arrive(1);
  room.store.broken.add('news');
  room.hub.missed(() => true);
  await pause();
  const left = room.hub.leave();
  expect(room.hub.leave()).toBe(left);
  await left;
  const ofTheStore = 1;
  expect(clock.alarms).toBe(ofTheStore);
});

test('no batch is so small that the last would be late', () => {
  const most = 19_500;
  const size = Math.max(batches.least, Math.ceil(most / (batches.within / batches.every)));
  expect(Math.ceil(most / size) * batches.every).toBeLessThanOrEqual(batches.within);
  expect(batches.within).toBe(5_000);
});

/** One more than there is room for in the first batch. */
async function leaveWithOneWaiting(): Promise<Visit> {
  const visits = await arrive(batches.least + 1);
  void room.hub.leave();
  await expect.poll(() => room.hub.sockets).toBe(1);
  await pause();
  return visits.find(({ socket }) => socket.raw.readyState === socket.raw.OPEN)!;
}

async function arrive(count: number): Promise<Visit[]> {
  const visits: Visit[] = [];
  while (visits.length < count) {
    const some = Array.from({ length: Math.min(100, count - visits.length) }, visit);
    visits.push(...(await Promise.all(some)));
  }
  return visits;
}

async function visit(): Promise<Visit> {
  const scene = await room.browser().open('shop');
  const socket = await room.browser().attach(scene);
  await socket.reach('pending');
  return { scene, socket };
}

/** Time of this machine, for a frame to arrive. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 20);
  });
}
