import { expect, test } from 'vitest';
import type { OpenedScene } from '../support/browser.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { settle } from '../support/pass-time.ts';
import { startRoom } from '../support/start-room.ts';
import type { Room } from '../support/start-room.ts';

/** More than the buffers of two systems take, and 256 KiB. */
const tooMuch = 64 * 1024 * 1024;

test('who does not read while a phone provokes frames is cut off at a bound, and nobody else is harmed', async () => {
  const room = await startRoom({ clock: new FakeClock() });
  const [slow, quick] = [await room.browser().open('shop'), await room.browser().open('shop')];
  const reader = await room.browser().attach(quick);
  await reader.reach('pending');
  const socket = await room.browser().attach(slow);
  await socket.reach('pending');
  socket.raw.pause();

  let sent = 0;
  for (; room.hub.sockets === 2 && sent < tooMuch; sent += 100 * 200) await scan(room, slow);
  expect(sent).toBeLessThan(tooMuch);
  expect(room.hub.sockets).toBe(1);

  await scan(room, quick);
  await reader.reach('scanned');
  socket.raw.resume();
  expect(await socket.closed).toBe(1006);
  await room.close();
});

test('who does not read while it sends pings is cut off too', async () => {
  const room = await startRoom({ clock: new FakeClock() });
  const reader = await room.browser().attach(await room.browser().open('shop'));
  await reader.reach('pending');
  const socket = await room.browser().attach(await room.browser().open('shop'));
  await socket.reach('pending');
  socket.raw.pause();

  let sent = 0;
  while (room.hub.sockets === 2 && sent < tooMuch) {
    for (let n = 0; n < 2_000; n++, sent += 125) socket.raw.ping(Buffer.alloc(125));
    await settle(reader);
  }
  expect(room.hub.sockets).toBe(1);
  await room.close();
});

/** WeChat repeats an event as often as it likes, and each repeat wakes the browser once more. */
async function scan({ scenes }: Room, { sceneId }: OpenedScene): Promise<void> {
  for (let n = 0; n < 100; n++)
    await scenes.scan(sceneId, { account: 'main', openid: 'oVisitor', followed: false });
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}
