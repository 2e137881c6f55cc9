import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { appOfTest } from './support.ts';
import { Visitor } from './visitor.ts';

/** All that the sandbox mounts of it. */
const mounted = new Set(['/', '/sign-in', '/callback', '/sign-out', '/signed-out']);

interface Options {
  saomaUrl: string;
  exchangeUrl?: string;
  publicUrl: string;
  siteId: string;
  siteSecret: string;
}
type Listener = (req: http.IncomingMessage, res: http.ServerResponse) => Promise<void>;

async function mount(optionsAt: (url: string) => Options): Promise<{ url: string; missed: string[] }> {
  const module = new URL('../../examples/website/website.js', import.meta.url).href;
  const { createWebsite } = (await import(module)) as { createWebsite: (options: Options) => Listener };
  const missed: string[] = [];
  let website: Listener;
  const server = http.createServer((req, res) => {
    const { pathname } = new URL(req.url ?? '', 'http://any');
    if (!mounted.has(pathname)) missed.push(pathname);
    void website(req, res);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  website = createWebsite(optionsAt(url));
  return { url, missed };
}

/** Every place that a page leads to or loads. */
function placesIn(html: string): string[] {
  return [...html.matchAll(/\b(?:href|src|action)="([^"]*)"/g)].map((match) => match[1] ?? '');
}

test('of all that its pages lead to it needs nothing but what the sandbox mounts', async () => {
  const app = await appOfTest();
  const { url, missed } = await mount((publicUrl) => ({
    saomaUrl: app.url,
    publicUrl,
    siteId: 'shop',
    siteSecret: app.site.secret,
  }));
  const visitor = new Visitor(url);
  const toLogin = await visitor.get('/sign-in');
  const state = new URL(toLogin.headers.get('location') ?? '').searchParams.get('state');
  const asked = ['/', '/signed-out', '/callback', `/callback?state=${state}&code=x`];
  const answers = await Promise.all(asked.map((path) => visitor.get(path)));
  const places = (await Promise.all(answers.map((answer) => answer.text()))).flatMap(placesIn);
  const redirects = answers.map((answer) => answer.headers.get('location') ?? '/');
  expect([...new Set([...places, ...redirects])].filter((place) => !mounted.has(place))).toStrictEqual([]);
  expect(missed).toStrictEqual([]);
});

test('it may reach Saoma by another address than browsers do', async () => {
  const app = await appOfTest();
  const { url } = await mount((publicUrl) => ({
    saomaUrl: 'https://login.example',
    exchangeUrl: app.url,
    publicUrl,
    siteId: 'shop',
    siteSecret: app.site.secret,
  }));
  const visitor = new Visitor(url);
  const login = new URL((await visitor.get('/sign-in')).headers.get('location') ?? '');
  expect(login.origin).toBe('https://login.example');
  const browser = app.browser();
  const scene = await browser.open('shop', { codeChallenge: login.searchParams.get('code_challenge') });
  const socket = await browser.attach(scene);
  await app.wechat.scan('oMember', scene.sceneId);
  const { code } = await socket.reach('confirmed');
  await visitor.get(`/callback?code=${code}&state=${login.searchParams.get('state')}`);
  expect(await (await visitor.get('/')).text()).toContain('oMember');
});

test('with Saoma away it says so, and signs nobody in', async () => {
  const { url } = await mount((publicUrl) => ({
    saomaUrl: 'http://127.0.0.1:9',
    publicUrl,
    siteId: 'shop',
    siteSecret: 'secret',
  }));
  const visitor = new Visitor(url);
  const login = new URL((await visitor.get('/sign-in')).headers.get('location') ?? '');
  const answer = await visitor.get(`/callback?code=x&state=${login.searchParams.get('state')}`);
  expect(answer.status).toBe(502);
  expect(visitor.cookies.has('session')).toBe(false);
});

test('over https its cookies go nowhere else', async () => {
  const { url } = await mount(() => ({
    saomaUrl: 'https://login.example',
    publicUrl: 'https://website.example',
    siteId: 'shop',
    siteSecret: 'secret',
  }));
  const answer = await new Visitor(url).get('/sign-in');
  expect(answer.headers.getSetCookie().join('\n')).toMatch(/; HttpOnly; SameSite=Lax; Max-Age=600; Secure$/);
});
