import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { RawConnection, statusOf, upgradeRequest } from '../support/raw-connection.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';

const id = 'A'.repeat(22);
const path = `/ws/scenes/${id}`;
const origin = 'https://shop.example';
let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe('an origin of no site gets 403 before there is a socket', () => {
  test.each<{ name: string; origin: string | undefined }>([
    { name: 'none', origin: undefined },
    { name: 'null', origin: 'null' },
    { name: 'empty', origin: '' },
    { name: 'foreign', origin: 'https://evil.example' },
    { name: 'a known one as prefix', origin: 'https://shop.example.evil.com' },
    { name: 'a known one as suffix', origin: 'https://evilshop.example' },
    { name: 'a subdomain', origin: 'https://login.shop.example' },
    { name: 'another scheme', origin: 'http://shop.example' },
    { name: 'a socket scheme', origin: 'wss://shop.example' },
    { name: 'another port', origin: 'https://shop.example:444' },
    { name: 'the default port spelt out', origin: 'https://shop.example:443' },
    { name: 'upper case', origin: 'HTTPS://SHOP.EXAMPLE' },
    { name: 'a trailing slash', origin: 'https://shop.example/' },
    { name: 'a trailing dot', origin: 'https://shop.example.' },
    { name: 'user info', origin: 'https://shop.example@evil.com' },
    { name: 'two at once', origin: 'https://shop.example, https://evil.example' },
    { name: 'two, parted by a space', origin: 'https://shop.example https://evil.example' },
    { name: 'a wildcard', origin: '*' },
    { name: 'a name of Object.prototype', origin: '__proto__' },
  ])('$name', async ({ origin: given }) => {
    expect(await upgradeStatus(path, given)).toBe(403);
  });
});

test("the origins of the sites and Saoma's own get a socket", async () => {
  for (const known of [origin, 'https://bank.example', app.url])
    expect(await upgradeStatus(path, known)).toBe(101);
});

describe('a path that is nobody’s gets 404', () => {
  test.each([
    { name: 'no id', target: '/ws/scenes/' },
    { name: 'an id too short', target: `/ws/scenes/${id.slice(1)}` },
    { name: 'an id too long', target: `/ws/scenes/${id}A` },
    { name: 'a sign that no id has', target: `/ws/scenes/${id.slice(1)}!` },
    { name: 'an escaped sign', target: `/ws/scenes/${id.slice(1)}%41` },
    { name: 'a line break', target: `/ws/scenes/${id}%0A` },
    { name: 'a folder below', target: `${path}/events` },
    { name: 'a slash behind', target: `${path}/` },
    { name: 'two slashes', target: `//ws/scenes/${id}` },
    { name: 'dots', target: `/ws/scenes/../scenes/${id}` },
    { name: 'upper case', target: `/WS/SCENES/${id}` },
    { name: 'another door', target: '/ws/other' },
    { name: 'the root', target: '/' },
    { name: 'a page', target: '/login' },
  ])('$name', async ({ target }) => {
    expect(await upgradeStatus(target, origin)).toBe(404);
  });
});

test('a query behind the path does no harm', async () => {
  expect(await upgradeStatus(`${path}?claim=ignored`, origin)).toBe(101);
});

test('a foreign page cannot tell a malformed id from a good one', async () => {
  expect(await upgradeStatus('/ws/scenes/x', 'https://evil.example')).toBe(403);
});

describe('what asks for a socket wrongly is answered and cut', () => {
  test.each([
    { name: 'no key', change: (text: string) => text.replace(/Sec-WebSocket-Key: .*\r\n/, ''), status: 400 },
    {
      name: 'an old version',
      change: (text: string) => text.replace('Version: 13', 'Version: 7'),
      status: 400,
    },
    { name: 'POST', change: (text: string) => text.replace('GET', 'POST'), status: 405 },
    {
      name: 'another protocol',
      change: (text: string) => text.replace('Upgrade: websocket', 'Upgrade: h2c'),
      status: 404,
    },
  ])('$name: $status', async ({ change, status }) => {
    const connection = await RawConnection.open(app.url);
    connection.send(change(upgradeRequest(path, origin)));
    expect(statusOf(await connection.rest())).toBe(status);
  });
});

test('compression is never agreed to', async () => {
  const socket = new WebSocket(app.url.replace('http', 'ws') + path, { origin, perMessageDeflate: true });
  await new Promise((resolve) => {
    socket.on('open', resolve);
  });
  expect(socket.extensions).toBe('');
  socket.terminate();
});

function upgradeStatus(target: string, from: string | undefined): Promise<number> {
  return RawConnection.open(app.url).then(async (connection) => {
    const request = upgradeRequest(target, from ?? '');
    connection.send(from === undefined ? request.replace('Origin: \r\n', '') : request);
    const answer = await connection.answer(/\r\n\r\n/);
    connection.socket.destroy();
    return statusOf(answer);
  });
}
