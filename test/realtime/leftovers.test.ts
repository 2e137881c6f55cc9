import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { isLiving } from '../../src/scene/scene.ts';
import type { LoginSocket } from '../support/browser.ts';
import { startRoom } from '../support/start-room.ts';

const sockets = 1_000;
const together = 50;

const request = {
  site: 'shop',
  account: 'main',
  approval: 'scan',
  browser: { ip: '127.0.0.1', userAgent: '', origin: 'https://shop.example' },
  state: null,
  codeChallenge: null,
} as const;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

test('a thousand sockets that came and went leave nothing behind', async () => {
  const seen: WeakRef<object>[] = [];
  const room = await startRoom({ watch: (socket) => void seen.push(new WeakRef(socket)) });
  const browser = room.browser();

  async function visit(nth: number): Promise<void> {
    const { scene, claim } = await room.scenes.open(request);
    const socket = await browser.attach({ sceneId: scene.id, claim });
    await socket.reach('pending');
    await leaveSomehow(socket, nth);
    await socket.closed;
  }

  for (let done = 0; done < sockets; done += together)
    await Promise.all(Array.from({ length: together }, (_, index) => visit(index)));

  expect(seen).toHaveLength(sockets);
  await expect.poll(() => room.hub.sockets).toBe(0);
  await expect
    .poll(() => {
      collectGarbage();
      return seen.filter((socket) => socket.deref() !== undefined).length;
    })
    // The last one or two may still be named by a register or a parser that waits for the next.
    .toBeLessThan(5);
  const { scenes } = await room.store.list({ limit: sockets });
  expect(scenes.filter((scene) => scene.node !== null && isLiving(scene))).toEqual([]);
  expect(scenes.filter(({ attachment }) => attachment === 1)).toHaveLength(sockets);
  expect(room.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
  await room.close();
});

async function leaveSomehow({ raw, ...socket }: LoginSocket, nth: number): Promise<void> {
  const ways = [
    () => raw.close(),
    () => raw.terminate(),
    () => raw.send('junk'),
    () => raw.send('{"type":"cancel"}'),
  ];
  ways[nth % ways.length]?.();
  await socket.closed;
}
