import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const right = {
  site: 'shop',
  redirect_uri: 'https://shop.example/login/wechat',
  state: 'abcdefgh',
};
const withUri = (redirect_uri: string): string => new URLSearchParams({ ...right, redirect_uri }).toString();
const without = (name: string): string =>
  new URLSearchParams(Object.entries(right).filter(([key]) => key !== name)).toString();
const plus = (more: string): string => `${new URLSearchParams(right).toString()}&${more}`;

function get(query: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${app.url}/login?${query}`, { redirect: 'manual', headers });
}

test('the page is shown, under a policy that runs nothing but our own files', async () => {
  const response = await get(new URLSearchParams(right).toString());
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/html/);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('x-frame-options')).toBe('DENY');
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('set-cookie')).toBeNull();
  const policy = response.headers.get('content-security-policy')?.split('; ') ?? [];
  expect(policy).toEqual(
    expect.arrayContaining([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "base-uri 'none'",
    ]),
  );
  expect(policy).toEqual(expect.arrayContaining(["frame-ancestors 'none'"]));
  expect(policy.join(' ')).not.toMatch(/unsafe|nonce-|https?:|\*/);
  expect(policy.find((rule) => rule.startsWith('connect-src'))).toBe(
    `connect-src 'self' ${app.url.replace('http', 'ws')}`,
  );
  expect(inlineParts(await response.text())).toEqual([]);
});

test('a mere GET makes no scene and asks WeChat for nothing', async () => {
  for (let visits = 0; visits < 3; visits++) await get(new URLSearchParams(right).toString());
  await fetch(`${app.url}/login?${new URLSearchParams(right).toString()}`, { method: 'HEAD' });
  const calls = (await (await fetch(`${app.simulator.url}/phone/api/calls`)).json()) as { counts: object };
  expect(calls.counts).toEqual({});
});

describe('whatever is wrong: a page with 400 that leads nowhere', () => {
  test.each([
    { name: 'nothing given', query: '' },
    { name: 'no site', query: without('site') },
    { name: 'no redirect_uri', query: without('redirect_uri') },
    { name: 'no state', query: without('state') },
    { name: 'an empty site', query: plus('').replace('site=shop', 'site=') },
    { name: 'an unknown site', query: plus('').replace('site=shop', 'site=nobody') },
    { name: 'a site of Object.prototype', query: plus('').replace('site=shop', 'site=__proto__') },
    { name: 'a state of 7', query: plus('').replace('abcdefgh', 'abcdefg') },
    { name: 'a state of 513', query: plus('').replace('abcdefgh', 'x'.repeat(513)) },
    { name: 'a challenge too short', query: plus(`code_challenge=${'x'.repeat(42)}`) },
    { name: 'an empty challenge', query: plus('code_challenge=') },
    { name: 'two sites', query: plus('site=shop') },
    { name: 'two states', query: plus('state=abcdefgh') },
    { name: 'two redirect_uris, both right', query: plus(`redirect_uri=${right.redirect_uri}`) },
    { name: 'two redirect_uris, one foreign', query: plus('redirect_uri=https://evil.example/') },
  ])('$name', async ({ query }) => {
    const response = await get(query);
    expect(response.status).toBe(400);
    await expectFault(response);
  });
});

describe('a redirect_uri that is not to the letter a registered one: 400, and it is not in the page as a link', () => {
  test.each([
    { name: 'foreign', uri: 'https://evil.example/login/wechat' },
    { name: "another site's", uri: 'https://bank.example/login' },
    { name: 'a slash behind', uri: 'https://shop.example/login/wechat/' },
    { name: 'a query', uri: 'https://shop.example/login/wechat?next=x' },
    { name: 'an empty query', uri: 'https://shop.example/login/wechat?' },
    { name: 'a fragment', uri: 'https://shop.example/login/wechat#x' },
    { name: 'a folder above', uri: 'https://shop.example/login' },
    { name: 'dots', uri: 'https://shop.example/login/../login/wechat' },
    { name: 'escaped dots', uri: 'https://shop.example/login/%2e%2e/login/wechat' },
    { name: 'an escaped letter', uri: 'https://shop.example/login/w%65chat' },
    { name: 'upper case in the host', uri: 'https://SHOP.example/login/wechat' },
    { name: 'upper case in the path', uri: 'https://shop.example/login/WeChat' },
    { name: 'the default port', uri: 'https://shop.example:443/login/wechat' },
    { name: 'http', uri: 'http://shop.example/login/wechat' },
    { name: 'user info', uri: 'https://shop.example@evil.example/login/wechat' },
    { name: 'a longer host', uri: 'https://shop.example.evil.com/login/wechat' },
    { name: 'a backslash', uri: 'https://shop.example\\@evil.example/login/wechat' },
    { name: 'no scheme', uri: '//shop.example/login/wechat' },
    { name: 'a script', uri: 'javascript:alert(1)' },
    { name: 'a space before', uri: ' https://shop.example/login/wechat' },
    { name: 'a line break behind', uri: 'https://shop.example/login/wechat\n' },
    { name: 'a NUL behind', uri: 'https://shop.example/login/wechat\0' },
  ])('$name', async ({ uri }) => {
    const response = await get(withUri(uri));
    expect(response.status).toBe(400);
    const page = await expectFault(response);
    const links = [...page.matchAll(/(?:href|src|action|content)="([^"]*)"/g)].map(([, link]) => link ?? '');
    expect(links.filter((link) => /^(https?:|\/\/|javascript:|\s)/i.test(link))).toEqual([]);
  });
});

test('what the address says is text in the page, never markup', async () => {
  const evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>';
  for (const query of [plus(''), withUri(evil), `site=${encodeURIComponent(evil)}`]) {
    const page = await (await get(query.replace('abcdefgh', encodeURIComponent(evil)))).text();
    expect(page).not.toContain('<script>alert');
    expect(page).not.toContain('<img');
    expect(inlineParts(page)).toEqual([]);
  }
});

describe('in which language', () => {
  test.each([
    { accept: 'en', lang: 'en' },
    { accept: 'en-GB,en;q=0.9,zh;q=0.5', lang: 'en' },
    { accept: 'zh-CN', lang: 'zh-CN' },
    { accept: 'zh-TW,zh;q=0.9,en;q=0.8', lang: 'zh-CN' },
    { accept: 'zh-Hans-CN', lang: 'zh-CN' },
    { accept: 'fr', lang: 'en' },
    { accept: 'fr,zh;q=0.5,en;q=0.4', lang: 'zh-CN' },
    { accept: 'zh', query: 'lang=en', lang: 'en' },
    { accept: 'en', query: 'lang=zh', lang: 'zh-CN' },
    { accept: 'en', query: 'lang=tlh', lang: 'en' },
  ])('$accept $query: $lang', async ({ accept, query = '', lang }) => {
    for (const path of [plus(query), `${without('site')}&${query}`]) {
      const response = await get(path, { 'accept-language': accept });
      expect(response.headers.get('content-language')).toBe(lang);
      expect(response.headers.get('vary')).toContain('Accept-Language');
      expect(await response.text()).toContain(`<html lang="${lang}">`);
    }
  });
});

/** Of a page with 400. */
async function expectFault(response: Response): Promise<string> {
  expect(response.headers.get('location')).toBeNull();
  expect(response.headers.get('refresh')).toBeNull();
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  const page = await response.text();
  expect(page).toMatch(/^<!doctype html>/i);
  expect(page).not.toMatch(/http-equiv/i);
  expect(inlineParts(page)).toEqual([]);
  return page;
}

/** Scripts, styles and handlers that stand in the page itself. */
function inlineParts(page: string): string[] {
  const inline = /<style|<[^>]*\s(?:style|on\w+)\s*=|<script(?![^>]*\ssrc=)/gi;
  return page.replaceAll(/"[^"]*"/g, '""').match(inline) ?? [];
}
