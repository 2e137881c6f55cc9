import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { settings } from '../../src/kit/settings.ts';
import type { LoginSocket, OpenedScene } from '../support/browser.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { passTime } from '../support/pass-time.ts';
import { startRoom } from '../support/start-room.ts';
import type { Room } from '../support/start-room.ts';

/** More than the buffers of two systems take, and 256 KiB. */
const tooMuch = 64 * 1024 * 1024;
/** What the system of somebody who does not read has taken by then. */
const taken = 1024 * 1024;
/** What the buffers of two systems take, many times as much as the reader's alone. */
const fits = 3 * taken;
const frame = 200;

let room: Room;
let clock: FakeClock;
let living: LoginSocket;
beforeEach(async () => {
  clock = new FakeClock();
  room = await startRoom({ clock });
  living = await room.browser().attach(await room.browser().open('shop'));
  await living.reach('pending');
});
afterEach(() => room.close());

test('who does not read is cut off with all that waits for it', async () => {
  const { scene, socket, connection } = await deafPeer();
  for (let sent = 0; room.hub.sockets === 2 && sent < tooMuch; sent += 100 * frame) await provoke(scene);
  expect(room.hub.sockets).toBe(1);
  expect(await readOn(socket)).toBe(1006);
  expect(connection.bytesRead).toBeLessThan(taken);
});

test('who does not answer is cut off with all that waits for it', async () => {
  const { scene, socket, connection } = await deafPeer();
  for (let sent = 0; sent < fits; sent += 100 * frame) await provoke(scene);
  expect(room.hub.sockets).toBe(2);
  await passTime(clock, settings.socket.deadAfter + 5_000, living);
  expect(room.hub.sockets).toBe(1);
  expect(await readOn(socket)).toBe(1006);
  expect(connection.bytesRead).toBeLessThan(taken);
});

test('who is told to come back later may read that, however late', async () => {
  const { scene, socket, connection } = await deafPeer();
  for (let sent = 0; sent < fits; sent += 100 * frame) await provoke(scene);
  const left = room.hub.leave();
  await living.closed;
  await expect.poll(() => room.hub.sockets).toBe(1);
  clock.advance(settings.socket.closeWithin);
  await left;
  expect(await readOn(socket)).toBe(1012);
  expect(connection.bytesRead).toBeGreaterThan(taken);
});

/** Attached, and does not read any more. */
async function deafPeer(): Promise<{ scene: OpenedScene; socket: WebSocket; connection: Socket }> {
  const scene = await room.browser().open('shop');
  const url = `${room.url.replace('http', 'ws')}/ws/scenes/${scene.sceneId}`;
  const socket = new WebSocket(url, { origin: 'https://shop.example' });
  socket.on('error', () => undefined);
  const upgraded = once(socket, 'upgrade') as Promise<[IncomingMessage]>;
  await once(socket, 'open');
  const [{ socket: connection }] = await upgraded;
  socket.send(JSON.stringify({ type: 'attach', claim: scene.claim }));
  await once(socket, 'message');
  socket.pause();
  return { scene, socket, connection };
}

/** A hundred frames: WeChat repeats an event as often as it likes, and each repeat wakes the browser once more. */
async function provoke({ sceneId }: OpenedScene): Promise<void> {
  for (let n = 0; n < 100; n++)
    await room.scenes.scan(sceneId, { account: 'main', openid: 'oVisitor', followed: false });
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** @returns the code by which it was closed */
async function readOn(socket: WebSocket): Promise<number> {
  const closed = once(socket, 'close') as Promise<[number]>;
  socket.resume();
  return (await closed)[0];
}
