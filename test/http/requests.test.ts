import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, RawConnection, statusOf } from '../support/raw-connection.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

test('what is not there: 404 in the shape of every error', async () => {
  for (const path of [
    '/nothing',
    '/api',
    '/api/nothing',
    '/api/scenes/a/b/c',
    '/wechat',
    '/ws/scenes/x',
    '/ops',
  ]) {
    const response = await fetch(app.url + path);
    expect([path, response.status]).toEqual([path, 404]);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toEqual({ error: 'not_found', message: 'Nothing here.' });
  }
});

describe('a method that is not for this path: 405, with those that are', () => {
  test.each([
    { method: 'GET', path: '/api/scenes', allow: ['OPTIONS', 'POST'] },
    { method: 'PUT', path: '/api/scenes', allow: ['OPTIONS', 'POST'] },
    { method: 'DELETE', path: `/api/scenes/${'A'.repeat(22)}`, allow: ['GET', 'HEAD', 'OPTIONS'] },
    { method: 'GET', path: `/api/scenes/${'A'.repeat(22)}/cancel`, allow: ['OPTIONS', 'POST'] },
    { method: 'GET', path: '/api/exchange', allow: ['POST'] },
    { method: 'POST', path: '/login', allow: ['GET', 'HEAD'] },
    { method: 'POST', path: '/readyz', allow: ['GET', 'HEAD'] },
    { method: 'POST', path: '/theme.css', allow: ['GET', 'HEAD'] },
  ])('$method $path', async ({ method, path, allow }) => {
    const response = await fetch(app.url + path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')?.split(', ').sort()).toEqual(allow);
    expect(await response.json()).toMatchObject({ error: 'method_not_allowed' });
  });

  test('a method that nobody knows', async () => {
    expect(statusOf(await ask(app.url, '/login', 'PROPFIND'))).toBe(405);
    expect(statusOf(await ask(app.url, '/login', 'INVENTED'))).toBe(400);
  });
});

test('every answer has the headers that protect it', async () => {
  for (const path of ['/livez', '/nothing', '/api/scenes', '/login', '/theme.css', '/metrics']) {
    const { headers } = await fetch(app.url + path);
    expect([path, headers.get('x-content-type-options')]).toEqual([path, 'nosniff']);
    expect([path, headers.get('referrer-policy')]).toEqual([path, 'no-referrer']);
    expect([path, headers.get('x-frame-options')]).toEqual([path, 'DENY']);
    expect([path, headers.get('content-security-policy')]).toEqual([
      path,
      expect.stringMatching(/default-src 'none'.*frame-ancestors 'none'/),
    ]);
    expect([path, headers.get('x-powered-by'), headers.get('server')]).toEqual([path, null, null]);
    expect(headers.get('x-request-id')).toMatch(/^[A-Za-z0-9_-]{12}$/);
  }
});

test('behind https, and only there, browsers are told to stay with it', async () => {
  expect((await fetch(`${app.url}/livez`)).headers.get('strict-transport-security')).toBeNull();
  const secure = await startApp({ config: { server: { publicUrl: 'https://saoma.example' } } });
  const { headers } = await fetch(`${secure.url}/livez`);
  expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{8}/);
  await secure.close();
});

describe('headers over 16 KiB: 431', () => {
  test.each([
    { name: 'one long one', head: `X-Long: ${'x'.repeat(17 * 1024)}` },
    { name: 'many', head: Array.from({ length: 600 }, (_, n) => `X-${n}: ${'x'.repeat(24)}`).join('\r\n') },
    { name: 'a cookie', head: `Cookie: ${'c=1; '.repeat(4 * 1024)}` },
  ])('$name', async ({ head }) => {
    const connection = await RawConnection.open(app.url);
    connection.send(`GET /livez HTTP/1.1\r\nHost: saoma.test\r\n${head}\r\n\r\n`);
    expect(statusOf(await connection.rest())).toBe(431);
  });

  test('15 KiB are fine', async () => {
    const response = await fetch(`${app.url}/livez`, { headers: { 'x-long': 'x'.repeat(15 * 1024) } });
    expect(response.status).toBe(200);
  });
});

describe('requests that are not quite HTTP end with 400, and break nothing', () => {
  test.each([
    { name: 'no host', bytes: 'GET /livez HTTP/1.1\r\n\r\n' },
    { name: 'a space in the address', bytes: 'GET /li vez HTTP/1.1\r\nHost: x\r\n\r\n' },
    {
      name: 'two lengths',
      bytes: 'POST /api/scenes HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
    },
    {
      name: 'a length and chunks',
      bytes:
        'POST /api/scenes HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    },
    { name: 'junk', bytes: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' },
  ])('$name', async ({ bytes }) => {
    const connection = await RawConnection.open(app.url);
    connection.send(Buffer.from(bytes, 'latin1'));
    expect(statusOf(await connection.rest())).toBe(400);
    expect((await fetch(`${app.url}/livez`)).status).toBe(200);
  });
});

describe('a target that is no address gets 400, in the shape of every error', () => {
  test.each(['http://[', 'http://[::1', 'http://a[b]/', 'a://?x'])('%s', async (target) => {
    const answer = await ask(app.url, target);
    expect(statusOf(answer)).toBe(400);
    expect(answer).toMatch(/^content-type: application\/json/im);
    expect(answer).toMatch(/^x-content-type-options: nosniff/im);
    expect(answer).toContain('{"error":"invalid_request",');
  });
});

test('nothing of all this was unexpected', () => {
  expect(app.logged.filter((line) => /"level":(50|60)/.test(line))).toEqual([]);
});

test('a request is one line in the log, without its query', async () => {
  await fetch(`${app.url}/login?site=shop&state=canary-state-of-the-log`);
  const lines = app.logged.filter((line) => line.includes('"path":"/login"'));
  expect(lines.join('')).not.toContain('canary-state-of-the-log');
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ method: 'GET', path: '/login', status: 400 });
});
