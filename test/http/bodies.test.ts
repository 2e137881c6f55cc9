import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { RawConnection, statusOf } from '../support/raw-connection.ts';
import { postScenes } from '../support/scene-calls.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterEach(() => vi.useRealTimers());
afterAll(() => app.close());

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const large = (size: number): string => JSON.stringify({ site: 'shop', padding: 'x'.repeat(size) });

interface Case {
  name: string;
  body: string | Uint8Array | object;
  headers?: Record<string, string>;
  message?: RegExp;
}

describe('a body that cannot be used: 400 invalid_request', () => {
  test.each<Case>([
    { name: 'empty', body: '' },
    { name: 'not JSON', body: '{site:"shop"}' },
    { name: 'cut short', body: '{"site":"shop"' },
    { name: 'two documents', body: '{"site":"shop"}{"site":"shop"}' },
    { name: 'a form', body: 'site=shop', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    { name: 'JSON that is called text', body: { site: 'shop' }, headers: { 'content-type': 'text/plain' } },
    { name: 'JSON without a type', body: { site: 'shop' }, headers: { 'content-type': '' } },
    { name: 'null', body: 'null' },
    { name: 'a list', body: '[{"site":"shop"}]' },
    { name: 'a string', body: '"shop"' },
    { name: 'no site', body: {}, message: /^site: / },
    { name: 'a site that is a number', body: { site: 1 }, message: /^site: / },
    { name: 'a site that is a list', body: { site: ['shop'] }, message: /^site: / },
    { name: 'a site only in __proto__', body: '{"__proto__":{"site":"shop"}}', message: /^site: / },
    { name: 'a site only in constructor', body: '{"constructor":{"prototype":{"site":"shop"}}}' },
    { name: 'a state too long', body: { site: 'shop', state: 'x'.repeat(513) }, message: /^state: / },
    { name: 'a state that is null', body: { site: 'shop', state: null }, message: /^state: / },
    { name: 'a challenge too short', body: { site: 'shop', codeChallenge: 'x'.repeat(42) } },
    { name: 'a challenge with a sign', body: { site: 'shop', codeChallenge: `${'x'.repeat(42)}=` } },
    { name: 'invalid UTF-8', body: bytes(0x22, 0xc3, 0x28, 0x22) },
    { name: 'UTF-16', body: new Uint8Array(Buffer.from('{"site":"shop"}', 'utf16le')) },
    { name: 'deeply nested', body: '['.repeat(8000) },
    {
      name: 'compressed',
      body: new Uint8Array(gzipSync('{"site":"shop"}')),
      headers: { 'content-encoding': 'gzip' },
    },
  ])('$name', async ({ body, headers, message = /./ }) => {
    const response = await postScenes(app, body, headers);
    expect(response.status).toBe(400);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({
      error: 'invalid_request',
      message: expect.stringMatching(message),
    });
  });
});

describe('a body that is odd but harmless: 201', () => {
  test.each<Case>([
    { name: 'unknown fields', body: { site: 'shop', more: { and: 'more' } } },
    { name: '__proto__ beside the site', body: '{"site":"shop","__proto__":{"state":1}}' },
    { name: 'a state of 512', body: { site: 'shop', state: '扫'.repeat(512) } },
    { name: 'an empty state', body: { site: 'shop', state: '' } },
    {
      name: 'a charset',
      body: { site: 'shop' },
      headers: { 'content-type': 'application/json; charset=utf-8' },
    },
    { name: 'exactly 8 KiB', body: large(8 * 1024 - large(0).length) },
  ])('$name', async ({ body, headers }) => {
    expect((await postScenes(app, body, headers)).status).toBe(201);
    expect(Object.prototype).not.toHaveProperty('state');
  });
});

describe('a body over 8 KiB: 413 payload_too_large, and the connection ends', () => {
  const tooLarge = large(8 * 1024 + 1 - large(0).length);
  test.each([
    { name: 'as announced', head: `Content-Length: ${tooLarge.length}`, body: '' },
    { name: 'as it comes', head: 'Transfer-Encoding: chunked', body: chunked(tooLarge) },
    { name: 'as it never ends', head: 'Transfer-Encoding: chunked', body: chunked(tooLarge).slice(0, -5) },
  ])('$name', async ({ head, body }) => {
    const connection = await post(head, body);
    const answer = await connection.rest();
    expect(statusOf(answer)).toBe(413);
    expect(answer).toContain('"payload_too_large"');
  });
});

test('a body that does not come within 5 s: 408 request_timeout', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const connection = await post('Content-Length: 20', '{"site":');
  await pause(50);
  vi.advanceTimersByTime(4_900);
  await pause(50);
  expect(connection.socket.closed).toBe(false);
  vi.advanceTimersByTime(200);
  const answer = await connection.rest();
  expect(statusOf(answer)).toBe(408);
  expect(answer).toContain('"request_timeout"');
});

test('a browser that goes away in the middle of its body is no event', async () => {
  const connection = await post('Content-Length: 20', '{"site":');
  connection.socket.destroy();
  await expect.poll(() => app.logged.join('')).toMatch(/"status":400.*invalid_request/);
  expect(app.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
});

async function post(head: string, body: string): Promise<RawConnection> {
  const connection = await RawConnection.open(app.url);
  const lines = [
    'POST /api/scenes HTTP/1.1',
    'Host: saoma.test',
    'Origin: https://shop.example',
    'Content-Type: application/json',
  ];
  connection.send(`${[...lines, head].join('\r\n')}\r\n\r\n${body}`);
  return connection;
}

function chunked(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;
}
