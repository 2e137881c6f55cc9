import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../support/fake-clock.ts';
import { RawConnection, statusOf, upgradeRequest } from '../support/raw-connection.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';

const path = `/ws/scenes/${'A'.repeat(22)}`;
const origin = 'https://shop.example';
/** The close frame of 1012, as a server sends it. */
const restart = new RegExp(String.fromCharCode(0x88, 0x02, 0x03, 0xf4));

let app: TestApp;
let clock: FakeClock;
let closing: Promise<void> | undefined;
beforeEach(async () => {
  clock = new FakeClock();
  app = await startApp({ clock });
});
afterEach(() => closing ?? app.close());

test('every browser is told to come back later, and nothing is left of the service', async () => {
  const sockets = await Promise.all(
    Array.from({ length: 30 }, async () => app.browser().attach(await app.browser().open('shop'))),
  );
  await Promise.all(sockets.map((socket) => socket.reach('pending')));
  closing = app.close();
  expect(new Set(await Promise.all(sockets.map(({ closed }) => closed)))).toEqual(new Set([1012]));
  await closing;
  await expect(fetch(`${app.url}/livez`)).rejects.toThrow('fetch failed');
});

test('a browser that does not answer the farewell is cut off', async () => {
  const connection = await RawConnection.open(app.url, true);
  connection.send(upgradeRequest(path, origin));
  await connection.answer(/ 101 /);
  closing = app.close();
  expect(await connection.answer(restart)).toContain(' 101 ');
  clock.advance(10_000);
  await closing;
});

test('a socket that opens while the service leaves is told to come back too', async () => {
  const connection = await RawConnection.open(app.url);
  const request = upgradeRequest(path, origin);
  connection.send(request.slice(0, -2));
  await new Promise((resolve) => {
    setTimeout(resolve, 50);
  });
  closing = app.close();
  connection.send(request.slice(-2));
  expect(await connection.answer(restart)).toContain(' 101 ');
  connection.socket.destroy();
});

test('a client that was refused a socket and does not hang up holds nothing', async () => {
  const connection = await RawConnection.open(app.url, true);
  connection.send(upgradeRequest(path, 'https://evil.example'));
  expect(statusOf(await connection.answer(/\r\n\r\n/))).toBe(403);
  closing = app.close();
  await closing;
});
