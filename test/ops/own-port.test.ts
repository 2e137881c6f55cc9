import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { freePort } from '../support/free-port.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';
import { ann, cookieOf, operators, scan, SignInPage } from './sign-in-page.ts';

const token = 'canary-ops-token-0123456789';

let app: TestApp;
let url: string;
let page: SignInPage;
beforeAll(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  app = await startApp({ config: { ops: { token, operators, port } } });
  page = new SignInPage(url);
});
afterAll(() => app.close());

async function signIn(): Promise<string> {
  const answer = await page.browser.post('/ops/session', { token });
  expect(answer.status).toBe(204);
  return cookieOf(answer);
}

/** The status of an upgrade that is refused; 101 when it is not. */
async function upgrade(at: string, origin: string, cookie = ''): Promise<number> {
  const socket = new WebSocket(at.replace('http', 'ws'), { origin, headers: { cookie } });
  socket.on('error', () => undefined);
  const [status] = await Promise.race([
    once(socket, 'unexpected-response').then(([, response]) => [
      (response as { statusCode: number }).statusCode,
    ]),
    once(socket, 'open').then(() => [101]),
  ]);
  socket.terminate();
  return status ?? 0;
}

describe('the port that visitors reach', () => {
  test.each(['/ops', '/ops/session', '/ops/sign-in', '/ops/api/scenes', '/ops/page.js', '/ops/ops.css'])(
    '%s is not there',
    async (path) => {
      const headers = { authorization: `Bearer ${token}` };
      expect((await fetch(app.url + path, { headers })).status).toBe(404);
    },
  );

  test('nor can anybody sign in, cancel or listen there', async () => {
    const cookie = await signIn();
    const headers = { cookie, origin: url, 'content-type': 'application/json' };
    const body = JSON.stringify({ token });
    expect((await fetch(`${app.url}/ops/session`, { method: 'POST', headers, body })).status).toBe(404);
    const { sceneId } = await app.browser().open('shop');
    const path = `/ops/api/scenes/${sceneId}/cancel`;
    expect((await fetch(app.url + path, { method: 'POST', headers })).status).toBe(404);
    expect(await upgrade(`${app.url}/ws/ops`, url, cookie)).toBe(404);
  });

  test.each([() => url, () => app.url])('nor is there a code to sign in by', async (origin) => {
    const answer = await new SignInPage(app.url, origin()).openScene();
    expect([403, 404]).toContain(answer.status);
    const { scene } = await page.show();
    const headers = { authorization: `Bearer ${scene.claim}` };
    expect((await fetch(`${app.url}/api/scenes/${scene.sceneId}`, { headers })).status).toBe(404);
    expect(await upgrade(`${app.url}/ws/scenes/${scene.sceneId}`, url)).toBe(403);
  });

  test('serves all else', async () => {
    const scene = await app.browser().open('shop');
    expect((await app.browser().view(scene)).status).toBe(200);
    expect((await fetch(`${app.url}/livez`)).status).toBe(200);
  });
});

describe('the port of the dashboard', () => {
  test('has the page, what it loads, and its cookie', async () => {
    const answer = await fetch(`${url}/ops`);
    expect(answer.status).toBe(200);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain(`connect-src 'self' ${url.replace('http', 'ws')}`);
    const markup = await answer.text();
    expect(markup).toContain('data-scan="saoma-ops"');
    const loaded = [...markup.matchAll(/(?:href|src)="(\/[^"]+\.(?:js|css|svg))"/g)];
    expect(loaded.length).toBeGreaterThan(5);
    for (const [, path = ''] of loaded) {
      // Compiled modules are there after a build.
      if (path.startsWith('/protocol/')) continue;
      expect([path, (await fetch(url + path)).status]).toEqual([path, 200]);
    }
    const cookie = await signIn();
    expect(cookie).toMatch(new RegExp(`^saoma_ops_${new URL(url).port}=`));
    expect(await upgrade(`${url}/ws/ops`, url, cookie)).toBe(101);
  });

  test.each([() => app.url, () => 'https://shop.example'])('belongs to no other origin', async (origin) => {
    const foreign = new SignInPage(url, origin());
    expect((await foreign.browser.post('/ops/session', { token })).status).toBe(403);
    expect((await foreign.openScene()).status).toBe(403);
    const cookie = await signIn();
    expect((await foreign.ask('/ops/session', cookie, 'DELETE')).status).toBe(403);
    expect(await upgrade(`${url}/ws/ops`, origin(), cookie)).toBe(403);
    expect(await upgrade(`${url}/ws/scenes/${'A'.repeat(22)}`, origin())).toBe(403);
    expect((await page.ask('/ops/session', cookie)).status).toBe(200);
  });

  test('signs in by a scan', async () => {
    const shown = await page.show();
    expect(shown.scene.socketUrl).toBe(`${url.replace('http', 'ws')}/ws/scenes/${shown.scene.sceneId}`);
    const { code, number } = await scan(app, ann.openid, shown);
    const cookie = cookieOf(await page.signIn(code, number));
    expect(await (await page.ask('/ops/session', cookie)).json()).toMatchObject({ name: 'Ann' });
  });

  test.each(['/', '/login', '/login?site=shop', '/metrics', '/livez', '/readyz', '/wechat/main'])(
    'has no %s',
    async (path) => {
      expect((await fetch(url + path)).status).toBe(404);
    },
  );

  test('has nothing for other sites', async () => {
    expect(await (await page.openScene('shop')).json()).toMatchObject({ error: 'unknown_site' });
    const scene = await app.browser().open('shop');
    const headers = { authorization: `Bearer ${scene.claim}` };
    const path = `${url}/api/scenes/${scene.sceneId}`;
    expect((await fetch(path, { headers })).status).toBe(404);
    expect((await fetch(path, { headers: { ...headers, origin: url } })).status).toBe(404);
    const socket = await page.browser.attach(scene);
    expect(await socket.closed).toBe(4401);
    expect((await fetch(`${url}/api/exchange`, { method: 'POST' })).status).toBe(404);
  });
});

test('under an address of its own the dashboard may share the port', async () => {
  const publicUrl = 'https://ops.saoma.test';
  const shared = await startApp({ config: { ops: { token, operators, publicUrl } } });
  try {
    const proxied = new SignInPage(shared.url, publicUrl);
    const answer = await proxied.browser.post('/ops/session', { token });
    expect(answer.headers.get('set-cookie')).toMatch(/^__Host-saoma_ops=.+; Secure$/);
    const opened = await proxied.openScene();
    expect(opened.status).toBe(201);
    const { socketUrl, sceneId } = (await opened.json()) as { socketUrl: string; sceneId: string };
    expect(socketUrl).toBe(`wss://ops.saoma.test/ws/scenes/${sceneId}`);
    expect((await new SignInPage(shared.url).openScene()).status).toBe(403);
    expect((await new SignInPage(shared.url).browser.post('/ops/session', { token })).status).toBe(403);
  } finally {
    await shared.close();
  }
});
