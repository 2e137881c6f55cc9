import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, RawConnection, statusOf } from '../support/raw-connection.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe('what a page loads', () => {
  test.each([
    { path: '/theme.css', type: /^text\/css; charset=utf-8$/ },
    { path: '/login/login.css', type: /^text\/css; charset=utf-8$/ },
    { path: '/login/page.js', type: /^(application|text)\/javascript; charset=utf-8$/ },
    { path: '/login/icon.svg', type: /^image\/svg\+xml$/ },
  ])('$path has its type, is never guessed, and is asked for again each time', async ({ path, type }) => {
    const response = await fetch(app.url + path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(type);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('content-length')).toBe(String((await response.arrayBuffer()).byteLength));
  });
});

describe('a file that a browser has already', () => {
  test('is answered with 304 by its ETag', async () => {
    const etag = (await fetch(`${app.url}/theme.css`)).headers.get('etag') ?? '';
    expect(etag).toMatch(/^(W\/)?"[^"]+"$/);
    const answer = await askAgain(etag);
    expect(statusOf(answer)).toBe(304);
    expect(answer).toMatch(/\r\n\r\n$/);
  });

  test('is sent in full under another ETag', async () => {
    expect(statusOf(await askAgain('"another"'))).toBe(200);
  });
});

test('HEAD tells the same without the file', async () => {
  const response = await fetch(`${app.url}/theme.css`, { method: 'HEAD' });
  expect(response.status).toBe(200);
  expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0);
  expect(await response.text()).toBe('');
});

describe('anything else is not there', () => {
  test.each([
    '/login/../theme.css',
    '/login/../../package.json',
    '/../package.json',
    '/login/..%2f..%2fpackage.json',
    '/login/%2e%2e/%2e%2e/package.json',
    '/..%5cpackage.json',
    '/login/%00page.js',
    '/login/page.js%00.css',
    '/login/page.js/',
    '//login/page.js',
    '/login//page.js',
    '/login',
    '/login/',
    '/.gitignore',
    '/login/.env',
    '/package.json',
    '/src/main.ts',
    '/simulator/app.js',
    '/ops/page.js',
    '/ops/vendor/uPlot.esm.js',
    '/login/nothing.js',
    '/login/LOGIN.CSS',
    '/protocol/messages.ts',
    '/protocol/PROTOCOL.md',
    '/protocol/../http/app.js',
    '/protocol/nothing.js',
    '/',
    '/index.html',
    '/favicon.ico',
    '/robots.txt',
    '/%E0%A4%A',
    '/login/%',
    '/%c0%ae%c0%ae/package.json',
  ])('%s', async (path) => {
    const status = statusOf(await ask(app.url, path));
    expect([path, status]).toEqual([path, path === '/login' || path === '/login/' ? 400 : 404]);
  });
});

/** Not by fetch: it demands a fresh answer of its own accord. */
async function askAgain(etag: string): Promise<string> {
  const connection = await RawConnection.open(app.url);
  const head = `Host: x\r\nConnection: close\r\nIf-None-Match: ${etag}`;
  connection.send(`GET /theme.css HTTP/1.1\r\n${head}\r\n\r\n`);
  return connection.rest();
}

describe('with a dashboard', () => {
  let withOps: TestApp;
  beforeAll(async () => {
    withOps = await startApp({ config: { ops: { token: 'canary-ops-token-0123456789abcdef' } } });
  });
  afterAll(() => withOps.close());

  test.each([
    { path: '/ops/page.js', type: /javascript/ },
    { path: '/ops/insight/insight.js', type: /javascript/ },
    { path: '/ops/audit/trail.css', type: /^text\/css/ },
    { path: '/ops/vendor/uPlot.esm.js', type: /javascript/ },
    { path: '/ops/vendor/uPlot.min.css', type: /^text\/css/ },
  ])('$path is there', async ({ path, type }) => {
    const response = await fetch(withOps.url + path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(type);
    expect(response.headers.get('cache-control')).toBe('no-cache');
  });

  test.each([
    '/ops/vendor/uPlot.cjs.js',
    '/ops/vendor/uPlot.d.ts',
    '/ops/vendor/../package.json',
    '/ops/vendor/..%2fpackage.json',
    '/ops/vendor/uPlot.esm.js/',
    '/ops/vendor/',
    '/ops/insight/',
    '/ops/insight/../../theme.css',
    '/ops/insight/..%2fpage.js',
    '/ops/insight/deeper/insight.js',
    '/login/vendor/uPlot.esm.js',
  ])('%s is not', async (path) => {
    expect([path, statusOf(await ask(withOps.url, path))]).toEqual([path, 404]);
  });
});
