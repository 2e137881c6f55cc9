import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../support/fake-clock.ts';
import { RawConnection, statusOf, upgradeRequest } from '../support/raw-connection.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';

const path = `/ws/scenes/${'A'.repeat(22)}`;
const origin = 'https://shop.example';
const token = 'a-token-that-operators-know-2030';
/** The close frame of 1012, as a server sends it. */
const restart = new RegExp(String.fromCharCode(0x88, 0x02, 0x03, 0xf4));

let app: TestApp;
let clock: FakeClock;
let closing: Promise<void> | undefined;
beforeEach(async () => {
  clock = new FakeClock();
  app = await startApp({ clock, config: { ops: { token } } });
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

test('nobody is let in any more while the service leaves: an upgrade that was begun before gets 503', async () => {
  const signIn = { method: 'POST', headers: { origin: app.url, 'content-type': 'application/json' } };
  const session = await fetch(`${app.url}/ops/session`, { ...signIn, body: JSON.stringify({ token }) });
  const cookie = session.headers.get('set-cookie')?.split(';', 1)[0];
  const requests = [
    upgradeRequest(path, origin),
    upgradeRequest('/ws/ops', app.url).replace(/\r\n$/, `Cookie: ${cookie}\r\n\r\n`),
  ];
  const connections = await Promise.all(requests.map(() => RawConnection.open(app.url, true)));
  connections.forEach((connection, i) => connection.send(requests[i]!.slice(0, -2)));
  await new Promise((resolve) => {
    setTimeout(resolve, 50);
  });
  closing = app.close();
  connections.forEach((connection) => connection.send('\r\n'));
  const answers = await Promise.all(connections.map((connection) => connection.answer(/\r\n\r\n/)));
  expect(answers.map(statusOf)).toEqual([503, 503]);
  await closing;
});

test('a client that was refused a socket and does not hang up holds nothing', async () => {
  const connection = await RawConnection.open(app.url, true);
  connection.send(upgradeRequest(path, 'https://evil.example'));
  expect(statusOf(await connection.answer(/\r\n\r\n/))).toBe(403);
  closing = app.close();
  await closing;
});
