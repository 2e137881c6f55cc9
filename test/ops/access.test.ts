import { afterEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '../../src/kit/errors.ts';
import { settings } from '../../src/kit/settings.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { Listener } from './listener.ts';
import { Stage, token, viewToken } from './stage.ts';

let stage: Stage;
afterEach(async () => {
  vi.restoreAllMocks();
  await stage.close();
});

async function start(publicUrl?: string): Promise<FakeClock> {
  const clock = new FakeClock();
  stage = await new Stage({ clock, ...(publicUrl !== undefined && { publicUrl }) }).listen();
  return clock;
}

const overview = '/ops/api/overview';

describe('signing in', () => {
  test('the cookie is for our pages only, and of the session only a hash is kept', async () => {
    await start();
    const answer = await stage.signIn();
    expect(answer.status).toBe(204);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('set-cookie')).toMatch(
      /^saoma_ops=[A-Za-z0-9_-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    const cookie = await stage.cookie();
    expect((await stage.fetch(overview, { headers: { cookie } })).status).toBe(200);
    expect(stage.lines.join('')).not.toContain(cookie.split('=')[1]);
  });

  test('under https the cookie is Secure and bound to the host', async () => {
    await start('https://saoma.test');
    expect((await stage.signIn()).headers.get('set-cookie')).toMatch(/^__Host-saoma_ops=.+; Secure$/);
  });

  test('two services on one host do not sign each other out', async () => {
    await start('http://localhost:3007');
    expect((await stage.signIn()).headers.get('set-cookie')).toMatch(/^saoma_ops_3007=/);
  });

  test.each([
    { what: 'a foreign origin', origin: 'https://evil.test' },
    { what: 'the origin of a site', origin: 'https://shop.test' },
    { what: 'no origin', origin: '' },
    { what: 'a sandboxed page', origin: 'null' },
  ])('refuses $what', async ({ origin }) => {
    await start();
    const answer = await stage.signIn(token, { origin });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ error: 'origin_not_allowed' });
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  test('wrong tokens are counted by address, and a right one always passes', async () => {
    await start();
    for (let i = 0; i < 3; i++) expect((await stage.signIn('wrong')).status).toBe(401);
    const refused = await stage.signIn('wrong');
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ error: 'rate_limited' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await stage.signIn()).status).toBe(204);
    expect((await stage.signIn('wrong', { 'x-forwarded-for': '198.51.100.8' })).status).toBe(401);
    expect(stage.lines.join('')).not.toContain('"wrong"');
  });

  test('a body that is no token is told so', async () => {
    await start();
    const headers = { 'content-type': 'application/json', origin: stage.origin };
    const answer = await stage.fetch('/ops/session', { method: 'POST', headers, body: '{"token":7}' });
    expect(answer.status).toBe(400);
  });
});

describe('the session', () => {
  test('ends by signing out', async () => {
    await start();
    const cookie = await stage.cookie();
    const headers = { cookie, origin: stage.origin };
    const answer = await stage.fetch('/ops/session', { method: 'DELETE', headers });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('set-cookie')).toMatch(
      /^saoma_ops=; Max-Age=0; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect((await stage.fetch(overview, { headers: { cookie } })).status).toBe(401);
  });

  test('cannot be ended by another page', async () => {
    await start();
    const cookie = await stage.cookie();
    expect((await stage.fetch('/ops/session', { method: 'DELETE', headers: { cookie } })).status).toBe(403);
    expect((await stage.fetch(overview, { headers: { cookie } })).status).toBe(200);
  });

  test('ends by itself', async () => {
    const clock = await start();
    const cookie = await stage.cookie();
    const { sessionTtl, sessionIdle } = settings.ops;
    const hours = sessionTtl / sessionIdle;
    expect(hours).toBe(6);
    for (let i = 0; i < hours; i++) {
      clock.advance(sessionIdle - 1);
      expect((await stage.fetch(overview, { headers: { cookie } })).status).toBe(200);
    }
    clock.advance(hours - 1);
    expect((await stage.fetch(overview, { headers: { cookie } })).status).toBe(200);
    clock.advance(1);
    expect((await stage.fetch(overview, { headers: { cookie } })).status).toBe(401);
  });

  test('ends before when nobody uses it', async () => {
    const clock = await start();
    const cookie = await stage.cookie();
    clock.advance(settings.ops.sessionIdle - 1);
    expect((await stage.fetch('/ops/session', { headers: { cookie } })).status).toBe(200);
    clock.advance(settings.ops.sessionIdle);
    expect((await stage.fetch('/ops/session', { headers: { cookie } })).status).toBe(401);
  });

  test('lasts while a dashboard is open', async () => {
    const clock = await start();
    const cookie = await stage.cookie();
    const listener = await Listener.open(stage, '', cookie);
    await vi.waitFor(() => expect(listener.of('page')).toHaveLength(1));
    clock.advance(40_000);
    listener.socket.terminate();
    await listener.closed;
    // Since it was opened, more than the time for which nobody may be away.
    clock.advance(settings.ops.sessionIdle - 20_000);
    expect((await stage.fetch('/ops/session', { headers: { cookie } })).status).toBe(200);
  });

  test('tells whose it is and when it ends', async () => {
    const clock = await start();
    const begun = clock.now();
    const headers = { cookie: await stage.cookie(viewToken) };
    clock.advance(5000);
    const answer = await stage.fetch('/ops/session', { headers });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toEqual({
      role: 'view',
      name: 'token',
      endsAt: begun + 43_200_000,
      idleSeconds: 7200,
    });
    expect((await stage.fetch('/ops/session')).status).toBe(401);
  });

  test('is over once the token that it began with is another', async () => {
    await start();
    const cookie = await stage.cookie();
    const { sessions } = stage;
    await stage.close();
    stage = new Stage({ clock: new FakeClock(), keys: { token: 'another-token-for-operators-31' } });
    const found = vi.spyOn(stage.sessions, 'use').mockImplementation((hash) => sessions.use(hash));
    await stage.listen();
    expect((await stage.fetch(overview, { headers: { cookie } })).status).toBe(401);
    expect(await found.mock.results[0]?.value).toMatchObject({ role: 'operate', name: 'token' });
  });

  test('that is no session of ours is not looked for', async () => {
    await start();
    const use = vi.spyOn(stage.sessions, 'use');
    for (const cookie of [
      '',
      'saoma_ops=',
      'saoma_ops=guessed',
      `saoma_ops=${'a'.repeat(44)}`,
      'saoma_ops=*',
    ])
      expect((await stage.fetch(overview, { headers: { cookie } })).status).toBe(401);
    expect(use).not.toHaveBeenCalled();
    const unknown = { cookie: `saoma_ops=${'a'.repeat(43)}` };
    expect((await stage.fetch(overview, { headers: unknown })).status).toBe(401);
    expect(use).toHaveBeenCalledOnce();
  });
});

/** A session began before. @returns its cookie */
async function startAway(): Promise<string> {
  await start();
  const cookie = await stage.cookie();
  for (const verb of ['begin', 'use', 'end'] as const)
    vi.spyOn(stage.sessions, verb).mockRejectedValue(new AppError('store_unavailable'));
  return cookie;
}

describe('while the store is away', () => {
  test.each([
    { what: 'the page', path: '/ops', method: 'GET' },
    { what: 'the API', path: overview, method: 'GET' },
    { what: 'signing out', path: '/ops/session', method: 'DELETE' },
  ])('$what neither takes a session for good nor for ended', async ({ path, method }) => {
    const cookie = await startAway();
    const answer = await stage.fetch(path, { method, headers: { cookie, origin: stage.origin } });
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answer.headers.get('set-cookie')).toBeNull();
    vi.restoreAllMocks();
    expect((await stage.fetch(overview, { headers: { cookie } })).status).toBe(200);
  });

  test('a browser is shown why, in its language, and comes back by itself', async () => {
    const cookie = await startAway();
    const headers = { cookie, accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    const answer = await stage.fetch('/ops?lang=zh&site=%22%3E%3Cscript%3E', { headers });
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
    const markup = await answer.text();
    expect(markup).toContain('<html lang="zh-CN">');
    expect(markup).toContain('无法连接存储');
    expect(markup).toContain('http-equiv="refresh"');
    expect(markup).not.toContain('<script');
    const english = await (await stage.fetch('/ops?lang=en', { headers })).text();
    expect(english).toContain('The store (Redis) cannot be reached');
    expect(stage.lines.join('')).toContain('store_unavailable');
  });

  test('nobody is signed in', async () => {
    await startAway();
    const answer = await stage.signIn();
    expect(answer.status).toBe(503);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(stage.lines.join('').match(/operator signed in/g)).toHaveLength(1);
  });

  test('a stranger is told that he is one, and the page is shown to him', async () => {
    await startAway();
    expect((await stage.fetch(overview)).status).toBe(401);
    expect((await stage.signIn('wrong')).status).toBe(401);
    expect((await stage.fetch('/ops')).status).toBe(200);
  });
});

describe('the API', () => {
  test.each(['/ops/api/scenes', overview])('%s is closed to strangers', async (path) => {
    await start();
    const answer = await stage.fetch(path, { headers: { cookie: 'saoma_ops=guessed' } });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({ error: 'unauthorized', message: 'Sign in first.' });
  });

  test('takes the token instead of the cookie, and then needs no origin', async () => {
    await start();
    const { scene } = await stage.open();
    expect((await stage.api(`scenes/${scene.id}/cancel`, 'POST')).status).toBe(200);
  });

  test('counts wrong tokens like the sign-in does', async () => {
    await start();
    const headers = { authorization: 'Bearer wrong' };
    for (let i = 0; i < 3; i++) expect((await stage.fetch(overview, { headers })).status).toBe(401);
    expect((await stage.fetch(overview, { headers })).status).toBe(429);
    expect((await stage.signIn('wrong')).status).toBe(429);
    expect((await stage.api('overview')).status).toBe(200);
  });

  test.each([{ origin: undefined }, { origin: 'https://shop.test' }])(
    'a cookie from origin $origin cancels nothing',
    async ({ origin }) => {
      await start();
      const { scene } = await stage.open();
      const headers = { cookie: await stage.cookie(), ...(origin !== undefined && { origin }) };
      const path = `/ops/api/scenes/${scene.id}/cancel`;
      expect((await stage.fetch(path, { method: 'POST', headers })).status).toBe(403);
      expect((await stage.scenes.read(scene.id))?.state).toBe('pending');
      const own = { ...headers, origin: stage.origin };
      expect((await stage.fetch(path, { method: 'POST', headers: own })).status).toBe(200);
    },
  );
});

describe('to read with the cookie', () => {
  const exported = '/ops/api/audit/export';

  test.each([
    { what: 'a page at another port or subdomain', headers: { 'sec-fetch-site': 'same-site' } },
    { what: 'a page of another site', headers: { 'sec-fetch-site': 'cross-site' } },
    { what: 'a page that says its origin', headers: { origin: 'https://shop.test' } },
    { what: 'a sandboxed page', headers: { origin: 'null' } },
  ])('is refused to $what, and no act', async ({ headers }) => {
    await start();
    const cookie = await stage.cookie(viewToken);
    const answer = await stage.fetch(exported, { headers: { cookie, ...headers } });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ error: 'origin_not_allowed' });
    expect((await stage.trail.page({ kind: 'audit_exported', limit: 10 })).entries).toEqual([]);
  });

  test.each([
    {
      what: 'a link of our own page',
      more: { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' },
    },
    { what: 'the address bar', more: { 'sec-fetch-site': 'none' } },
    { what: 'our own page that says its origin', more: { origin: 'http://saoma.test' } },
    { what: 'a browser that says nothing', more: {} },
  ])('is allowed to $what', async ({ more }) => {
    await start();
    const cookie = await stage.cookie(viewToken);
    expect((await stage.fetch(exported, { headers: { cookie, ...more } })).status).toBe(200);
  });

  test('asks nothing of whoever has the token, wherever he is', async () => {
    await start();
    const headers = { authorization: `Bearer ${viewToken}`, 'sec-fetch-site': 'cross-site', origin: 'null' };
    expect((await stage.fetch(exported, { headers })).status).toBe(200);
  });
});

describe('the view token', () => {
  test('shows, as a token and as a cookie, and changes nothing', async () => {
    await start();
    const { scene } = await stage.open();
    const path = `/ops/api/scenes/${scene.id}/cancel`;
    const cookie = await stage.cookie(viewToken);
    for (const headers of [
      { cookie, origin: stage.origin },
      { authorization: `Bearer ${viewToken}`, origin: stage.origin },
    ]) {
      expect((await stage.fetch('/ops/api/scenes', { headers })).status).toBe(200);
      const refused = await stage.fetch(path, { method: 'POST', headers });
      expect(refused.status).toBe(403);
      expect(await refused.json()).toEqual({
        error: 'forbidden_role',
        message: 'Your role may look, and change nothing.',
      });
    }
    expect((await stage.scenes.read(scene.id))?.state).toBe('pending');
  });

  test('opens the live list', async () => {
    await start();
    const listener = await Listener.open(stage, '', await stage.cookie(viewToken));
    await vi.waitFor(() => expect(listener.of('page')).toHaveLength(1));
    listener.socket.terminate();
  });

  test('becomes no more than it is, whatever the browser adds', async () => {
    await start();
    const { scene } = await stage.open();
    const cookie = `${await stage.cookie(viewToken)}; role=operate`;
    const path = `/ops/api/scenes/${scene.id}/cancel?role=operate`;
    const headers = { cookie, origin: stage.origin, 'content-type': 'application/json' };
    const body = JSON.stringify({ role: 'operate', token });
    expect((await stage.fetch(path, { method: 'POST', headers, body })).status).toBe(403);
    // The token in the header counts alone.
    const both = { ...headers, cookie: await stage.cookie(), authorization: `Bearer ${viewToken}` };
    expect((await stage.fetch(path, { method: 'POST', headers: both })).status).toBe(403);
  });
});

describe('without a token', () => {
  test('nobody has one, not even an empty one', async () => {
    stage = await new Stage({ clock: new FakeClock(), keys: { token: null, viewToken: null } }).listen();
    for (const given of ['', 'null', 'undefined'])
      expect((await stage.signIn(given, { 'x-forwarded-for': `198.51.100.${given.length}` })).status).toBe(
        401,
      );
    const headers = { authorization: 'Bearer null' };
    expect((await stage.fetch(overview, { headers })).status).toBe(401);
  });

  test('of one kind, the other has the rights of its own', async () => {
    stage = await new Stage({ clock: new FakeClock(), keys: { token: null } }).listen();
    expect((await stage.signIn(token)).status).toBe(401);
    expect((await stage.signIn(viewToken)).status).toBe(204);
    const { scene } = await stage.open();
    const headers = { authorization: `Bearer ${viewToken}` };
    const path = `/ops/api/scenes/${scene.id}/cancel`;
    expect((await stage.fetch(path, { method: 'POST', headers })).status).toBe(403);
  });
});

describe('the page', () => {
  test('is a strict document in the language of the browser', async () => {
    await start();
    const answer = await stage.fetch('/ops', { headers: { 'accept-language': 'zh-CN,en;q=0.5' } });
    const policy = answer.headers.get('content-security-policy');
    const markup = await answer.text();
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(markup).toContain('<html lang="zh-CN">');
    expect(markup).toContain('data-signed-in="no"');
    expect(markup).not.toMatch(/<script>|style=|\son[a-z]+=/);
    expect(await (await stage.fetch('/ops?lang=en')).text()).toContain('<html lang="en">');
  });

  test('knows who is signed in', async () => {
    await start();
    const answer = await stage.fetch('/ops', { headers: { cookie: await stage.cookie() } });
    expect(await answer.text()).toContain('data-signed-in="yes"');
  });
});
