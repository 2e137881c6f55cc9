import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { LoginSocket } from '../support/browser.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { passTime } from '../support/pass-time.ts';
import { startRoom } from '../support/start-room.ts';
import type { Room } from '../support/start-room.ts';

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

describe('a peer that stays silent is cut off after 45 to 50 s', () => {
  test.each([0, 0.3, 1, 5.5, 12, 19.9, 20, 23.9, 24.5])(
    'it was heard last %d s after a round of pings',
    async (seconds) => {
      await passTime(clock, 25_000 + seconds * 1000, living);
      const silent = await silentPeer();
      await passTime(clock, 44_000, living);
      expect(silent.readyState).toBe(WebSocket.OPEN);
      await passTime(clock, 6_000, living);
      await expect.poll(() => silent.readyState).toBe(WebSocket.CLOSED);
      expect(room.hub.sockets).toBe(1);
    },
  );

  test('it answered a ping a moment after it came, and no other', async () => {
    const socket = await silentPeer();
    const pinged = once(socket, 'ping');
    await passTime(clock, 2_000, living);
    await pinged;
    await passTime(clock, 10, living);
    socket.pong();
    await pause();
    await passTime(clock, 44_000, living);
    expect(socket.readyState).toBe(WebSocket.OPEN);
    await passTime(clock, 6_000, living);
    await expect.poll(() => socket.readyState).toBe(WebSocket.CLOSED);
  });
});

test('a peer is pinged every 25 s, and whoever answers stays', async () => {
  let pings = 0;
  living.raw.on('ping', () => pings++);
  await passTime(clock, 100_000, living);
  expect(pings).toBe(4);
  expect(living.raw.readyState).toBe(WebSocket.OPEN);
});

test('whoever talks is alive, pong or no pong', async () => {
  const socket = await silentPeer();
  for (let round = 0; round < 5; round++) {
    await passTime(clock, 20_000, living);
    socket.send(JSON.stringify({ type: 'ack', version: 1 }));
    await pause();
  }
  expect(socket.readyState).toBe(WebSocket.OPEN);
});

/** Time of this machine, for a frame to arrive. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 20);
  });
}

/** Attached, so that nothing but its silence can end it; answers no ping by itself. */
async function silentPeer(): Promise<WebSocket> {
  const scene = await room.browser().open('shop');
  const path = `/ws/scenes/${scene.sceneId}`;
  const socket = new WebSocket(room.url.replace('http', 'ws') + path, {
    origin: 'https://shop.example',
    autoPong: false,
  });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'attach', claim: scene.claim }));
  await once(socket, 'message');
  return socket;
}
