import { systemClock } from '../../src/kit/clock.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LoginSocket, OpenedScene } from '../support/browser.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { passTime, settle } from '../support/pass-time.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';
import { startRoom } from '../support/start-room.ts';

let app: TestApp;
let clock: FakeClock;
let closing: Promise<void> | undefined;
beforeEach(async () => {
  clock = new FakeClock();
  closing = undefined;
  app = await startApp({ clock, config: { limits: { attachFailuresPerIpPerMinute: 1 } } });
});
afterEach(() => closing ?? app.close());

interface Case {
  code: number;
  name: string;
  provoke: (socket: LoginSocket, scene: OpenedScene) => unknown;
}

/** Each from a socket that has sent its claim and seen its scene. */
const attached: Case[] = [
  { code: 1000, name: 'the browser gives up', provoke: (socket) => socket.send({ type: 'cancel' }) },
  { code: 1000, name: 'the time is over', provoke: (socket) => passTime(clock, 121_000, socket) },
  { code: 1003, name: 'a binary message', provoke: ({ raw }) => raw.send(Buffer.from('{"type":"cancel"}')) },
  { code: 1007, name: 'a text that is no UTF-8', provoke: ({ raw }) => raw.send(notUtf8, { binary: false }) },
  { code: 1008, name: 'no JSON', provoke: ({ raw }) => raw.send('hello') },
  { code: 1008, name: 'an unknown message', provoke: (socket) => socket.send({ type: 'confirm' }) },
  {
    code: 1008,
    name: 'a claim of another type',
    provoke: (socket) => socket.send({ type: 'attach', claim: 1 }),
  },
  { code: 1008, name: '4 KiB of nonsense', provoke: ({ raw }) => raw.send('x'.repeat(4096)) },
  { code: 1009, name: '4 KiB and one byte', provoke: ({ raw }) => raw.send('x'.repeat(4097)) },
  { code: 1009, name: 'more than 4 KiB in parts', provoke: ({ raw }) => sendInParts(raw, 5, 1024) },
  {
    code: 1012,
    name: 'the service stops',
    provoke: () => {
      closing = app.close();
    },
  },
  {
    code: 4401,
    name: 'another claim',
    provoke: (socket) => socket.send({ type: 'attach', claim: 'x'.repeat(43) }),
  },
  { code: 4409, name: 'a newer socket', provoke: (_socket, scene) => app.browser().attach(scene) },
  {
    code: 4429,
    name: '21 messages in ten seconds, the claim being one',
    provoke: (socket) => sendTimes(socket, 20),
  },
];

describe('a socket that is attached', () => {
  test.each(attached)('$code: $name', async ({ code, provoke }) => {
    const scene = await app.browser().open('shop');
    const socket = await app.browser().attach(scene);
    await socket.reach('pending');
    await provoke(socket, scene);
    expect(await socket.closed).toBe(code);
  });
});

/** Each from a socket that has said nothing yet. */
const silent: Case[] = [
  { code: 1008, name: 'a number before the claim', provoke: (s) => s.send({ type: 'number', value: '42' }) },
  { code: 1008, name: 'cancel before the claim', provoke: (s) => s.send({ type: 'cancel' }) },
  { code: 1008, name: 'an ack before the claim', provoke: (s) => s.send({ type: 'ack', version: 1 }) },
  { code: 4401, name: 'a wrong claim', provoke: (s) => s.send({ type: 'attach', claim: 'wrong' }) },
  {
    code: 4408,
    name: 'no claim for five seconds',
    provoke: () => {
      clock.advance(5_100);
    },
  },
  {
    code: 4429,
    name: 'more wrong claims than the limit allows',
    provoke: async (socket, { sceneId }) => {
      const first = await app.browser().attach({ sceneId, claim: 'wrong' });
      expect(await first.closed).toBe(4401);
      socket.send({ type: 'attach', claim: 'wrong' });
    },
  },
];

describe('a socket that has not attached', () => {
  test.each(silent)('$code: $name', async ({ code, provoke }) => {
    const scene = await app.browser().open('shop');
    const socket = await app.browser().connect(`/ws/scenes/${scene.sceneId}`);
    await provoke(socket, scene);
    expect(await socket.closed).toBe(code);
    expect(socket.snapshots).toEqual([]);
  });
});

test('it has its five seconds in full', async () => {
  const scene = await app.browser().open('shop');
  const socket = await app.browser().connect(`/ws/scenes/${scene.sceneId}`);
  await passTime(clock, 4_900, socket);
  socket.send({ type: 'attach', claim: scene.claim });
  await socket.reach('pending');
  await passTime(clock, 10_000, socket);
  expect(socket.raw.readyState).toBe(socket.raw.OPEN);
});

test('20 messages every ten seconds are not too many', async () => {
  const scene = await app.browser().open('shop');
  const socket = await app.browser().attach(scene);
  await socket.reach('pending');
  sendTimes(socket, 19);
  await settle(socket);
  await passTime(clock, 10_000, socket);
  sendTimes(socket, 20);
  await settle(socket);
  expect(socket.raw.readyState).toBe(socket.raw.OPEN);
});

describe('while the store is away, browsers are told to come back (1013), and never that their scene is over', () => {
  test('at the claim', async () => {
    // It is waited for, by the clock.
    const room = await startRoom({ clock: systemClock });
    const scene = await room.browser().open('shop');
    room.store.broken.add('attach');
    const socket = await room.browser().attach(scene);
    expect(await socket.closed).toBe(1013);
    await room.close();
  });

  test.each<{ name: string; verb: 'move' | 'find'; provoke: (socket: LoginSocket) => unknown }>([
    { name: 'at cancel', verb: 'move', provoke: (socket) => socket.send({ type: 'cancel' }) },
    { name: 'at the deadline', verb: 'find', provoke: (socket) => passTime(clock, 121_000, socket) },
  ])('$name', async ({ verb, provoke }) => {
    const room = await startRoom({ clock });
    const socket = await room.browser().attach(await room.browser().open('shop'));
    await socket.reach('pending');
    room.store.broken.add(verb);
    await provoke(socket);
    expect(await socket.closed).toBe(1013);
    expect(socket.snapshots.map(({ state }) => state)).toEqual(['pending']);
    await room.close();
  });
});

const notUtf8 = Buffer.from([0x22, 0xff, 0xfe, 0x22]);

function sendTimes(socket: LoginSocket, times: number): void {
  for (let n = 0; n < times; n++) socket.send({ type: 'ack', version: 1 });
}

function sendInParts(raw: LoginSocket['raw'], parts: number, size: number): void {
  for (let part = 1; part <= parts; part++) raw.send('x'.repeat(size), { fin: part === parts });
}
