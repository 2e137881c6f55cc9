import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';
import { exitOfWebsite, startWebsite } from './website-program.ts';
import type { WebsiteProgram } from './website-program.ts';
import { Visitor } from './visitor.ts';

const secret = 'canary-website-secret-0123456789';
let websiteUrl: string;
let app: TestApp;
let website: WebsiteProgram;

beforeAll(async () => {
  websiteUrl = `http://127.0.0.1:${await freePort()}`;
  const site = {
    id: 'example',
    name: 'The Example',
    secret,
    account: 'main',
    approval: 'scan',
    origins: [],
    redirectUris: [`${websiteUrl}/callback`],
  };
  app = await startApp({ sites: [site] });
  website = await startWebsite({
    SAOMA_URL: app.url,
    WEBSITE_URL: websiteUrl,
    SITE_ID: 'example',
    SITE_SECRET: secret,
  });
});
afterAll(async () => {
  await website.stop();
  await app.close();
});

const locationOf = (response: Response): string => response.headers.get('location') ?? '';
const cookiesOf = (response: Response): string => response.headers.getSetCookie().join('\n');

/** What the hosted login page does with its query, once somebody has scanned. */
async function scanAt(loginUrl: string, openid = 'oVisitor'): Promise<string> {
  const page = await fetch(loginUrl);
  expect(page.status).toBe(200);
  const query = new URL(loginUrl).searchParams;
  const browser = app.browser(app.url);
  const scene = await browser.open('example', { codeChallenge: query.get('code_challenge') ?? undefined });
  const socket = await browser.attach(scene);
  await socket.reach('pending');
  await app.wechat.scan(openid, scene.sceneId);
  const { code = '' } = await socket.reach('confirmed');
  socket.raw.terminate();
  const back = new URL(query.get('redirect_uri') ?? '');
  back.searchParams.set('code', code);
  back.searchParams.set('state', query.get('state') ?? '');
  return back.href;
}

/** A visitor who has just come back from the login page, and the answer they got. */
async function signIn(openid?: string) {
  const visitor = new Visitor(websiteUrl);
  const back = await scanAt(locationOf(await visitor.get('/sign-in')), openid);
  const began = new Map(visitor.cookies);
  return { visitor, back, began, answer: await visitor.get(back) };
}

describe('signing in', () => {
  test('a visitor is sent to the login page with a state, a challenge, and where to come back', async () => {
    const visitor = new Visitor(websiteUrl);
    expect(locationOf(await visitor.get('/'))).toBe('/sign-in');
    const answer = await visitor.get('/sign-in');
    expect(answer.status).toBe(302);
    const login = new URL(locationOf(answer));
    const { site, redirect_uri, state, code_challenge, ...rest } = Object.fromEntries(login.searchParams);
    expect(login.origin + login.pathname).toBe(`${app.url}/login`);
    expect({ site, redirect_uri, rest }).toStrictEqual({
      site: 'example',
      redirect_uri: `${websiteUrl}/callback`,
      rest: {},
    });
    const [keptState, verifier = ''] = signInCookie(visitor).split('.');
    expect(state).toBe(keptState);
    expect(state).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(code_challenge).toBe(createHash('sha256').update(verifier).digest('base64url'));
    expect(login.href).not.toContain(verifier);
    expect(cookiesOf(answer)).toMatch(
      /^sign-in-[\w-]{8}=[^;]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/,
    );
  });

  test('two sign-ins share neither state nor verifier', async () => {
    const [one, other] = [new Visitor(websiteUrl), new Visitor(websiteUrl)];
    await Promise.all([one.get('/sign-in'), other.get('/sign-in')]);
    const parts = [one, other].flatMap((visitor) => signInCookie(visitor).split('.'));
    expect(new Set(parts).size).toBe(4);
  });

  test('two tabs of one visitor do not undo each other', async () => {
    const visitor = new Visitor(websiteUrl);
    const first = await scanAt(locationOf(await visitor.get('/sign-in')), 'oMember');
    await visitor.get('/sign-in');
    expect(locationOf(await visitor.get(first))).toBe('/');
  });

  test('back with a code, the visitor is signed in, and sees what the website learned', async () => {
    const { visitor, answer } = await signIn('oMember');
    expect([answer.status, locationOf(answer)]).toStrictEqual([302, '/']);
    expect(cookiesOf(answer)).toMatch(
      /^session=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=3600$/m,
    );
    expect([...visitor.cookies.keys()]).toStrictEqual(['session']);
    const home = await visitor.get('/');
    expect(home.status).toBe(200);
    expect(home.headers.get('cache-control')).toBe('no-store');
    const html = await home.text();
    expect(html).toContain('You are signed in');
    expect(html).toContain('&#34;openid&#34;: &#34;oMember&#34;');
    for (const word of [secret, 'claim', 'codeHash']) expect(html).not.toContain(word);
  });

  test('each visitor has a session of their own', async () => {
    const [one, other] = [await signIn('oOne'), await signIn('oOther')];
    expect(await (await one.visitor.get('/')).text()).toContain('oOne');
    expect(await (await other.visitor.get('/')).text()).toContain('oOther');
    expect(one.visitor.cookies.get('session')).not.toBe(other.visitor.cookies.get('session'));
  });
});

/** What comes of coming back like this, in one line. */
async function comeBack(visitor: Visitor, back: string): Promise<string> {
  const answer = await visitor.get(back);
  const [, says = ''] = /<div lang="en">.*<p>(.*)<\/p>/.exec(await answer.text()) ?? [];
  const isSignedIn = visitor.cookies.has('session') || locationOf(await visitor.get('/')) !== '/sign-in';
  return `${answer.status}: ${says}${isSignedIn ? ' Signed in all the same!' : ''}`;
}

describe('refused', () => {
  const stale = '400: This login did not begin in this browser, or took too long.';
  const used = '400: The login code was used before or has expired. Please scan again.';

  test("somebody else's login does not begin here: another state", async () => {
    const [victim, attacker] = [new Visitor(websiteUrl), new Visitor(websiteUrl)];
    const back = await scanAt(locationOf(await attacker.get('/sign-in')), 'oAttacker');
    await victim.get('/sign-in');
    expect(await comeBack(victim, back)).toBe(stale);
  });

  test('a browser that began no login', async () => {
    const back = await scanAt(locationOf(await new Visitor(websiteUrl).get('/sign-in')));
    expect(await comeBack(new Visitor(websiteUrl), back)).toBe(stale);
  });

  test.each(['/callback', '/callback?code=x', '/callback?state=', '/callback?code=x&state=x'])(
    '%s',
    async (path) => {
      const visitor = new Visitor(websiteUrl);
      await visitor.get('/sign-in');
      expect(await comeBack(visitor, path)).toBe(stale);
    },
  );

  test('a code that was used, even in the browser that used it', async () => {
    const { visitor, back, began } = await signIn();
    visitor.cookies.clear();
    began.forEach((value, name) => visitor.cookies.set(name, value));
    expect(await comeBack(visitor, back)).toBe(used);
  });

  test('a code that was stolen on the way: the thief began another login', async () => {
    const [visitor, thief] = [new Visitor(websiteUrl), new Visitor(websiteUrl)];
    const back = new URL(await scanAt(locationOf(await visitor.get('/sign-in'))));
    const own = new URL(locationOf(await thief.get('/sign-in')));
    const forged = new URL(back);
    forged.searchParams.set('state', own.searchParams.get('state') ?? '');
    expect(await comeBack(thief, forged.href)).toBe(used);
    expect((await visitor.get(back.href)).status).toBe(302);
  });

  test('a state without its code', async () => {
    const visitor = new Visitor(websiteUrl);
    const login = new URL(locationOf(await visitor.get('/sign-in')));
    expect(await comeBack(visitor, `/callback?state=${login.searchParams.get('state')}`)).toBe(used);
  });

  test.each(['', 'nonsense', 'a'.repeat(43), '__proto__'])('the session "%s"', async (session) => {
    const visitor = new Visitor(websiteUrl);
    visitor.cookies.set('session', session);
    expect(locationOf(await visitor.get('/'))).toBe('/sign-in');
  });
});

describe('signing out', () => {
  test('ends the session, here and at the website', async () => {
    const { visitor } = await signIn();
    const session = visitor.cookies.get('session') ?? '';
    const answer = await visitor.post('/sign-out');
    expect(locationOf(answer)).toBe('/signed-out');
    expect(visitor.cookies.has('session')).toBe(false);
    expect((await visitor.get('/signed-out')).status).toBe(200);
    visitor.cookies.set('session', session);
    expect(locationOf(await visitor.get('/'))).toBe('/sign-in');
  });

  test('takes more than a link', async () => {
    const { visitor } = await signIn();
    expect((await visitor.get('/sign-out')).status).toBe(404);
    expect((await visitor.get('/')).status).toBe(200);
  });

  test("another website's form, which brings no cookie, takes none away", async () => {
    const answer = await new Visitor(websiteUrl).post('/sign-out');
    expect(locationOf(answer)).toBe('/signed-out');
    expect(cookiesOf(answer)).toBe('');
  });
});

describe('the website', () => {
  test.each([
    { asked: '/nothing', status: 404 },
    { asked: '/callback/', status: 404 },
    { asked: '/signed-out', status: 200 },
  ])('answers $asked with $status and a policy that runs no script', async ({ asked, status }) => {
    const answer = await new Visitor(websiteUrl).get(asked);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(await answer.text()).not.toMatch(/<script|https?:\/\//);
  });

  test('by another name of this machine it sends the visitor to its own', async () => {
    const answer = await new Visitor(websiteUrl.replace('127.0.0.1', 'localhost')).get('/');
    expect(locationOf(answer)).toBe(websiteUrl);
  });

  test.each([
    { language: 'zh-CN,zh;q=0.9', says: '已登录' },
    { language: 'en-US', says: 'You are signed in' },
    { language: '', says: 'You are signed in' },
  ])('speaks "$language"', async ({ language, says }) => {
    const { visitor } = await signIn();
    const reader = new Visitor(websiteUrl, language);
    reader.cookies.set('session', visitor.cookies.get('session') ?? '');
    expect(await (await reader.get('/')).text()).toContain(says);
  });

  test('says where it is, and prints no secret', () => {
    expect(website.output()).toBe(`The website is at ${websiteUrl}\n`);
  });

  test('does not start without its secret', async () => {
    expect(await exitOfWebsite({ SITE_ID: 'example' })).toBe(78);
  });
});

/** Each login has its own, named after its state. */
function signInCookie({ cookies }: Visitor): string {
  return [...cookies].find(([name]) => name.startsWith('sign-in-'))?.[1] ?? '';
}
