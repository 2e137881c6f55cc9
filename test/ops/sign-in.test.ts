import { afterEach, describe, expect, test } from 'vitest';
import { dashboardSite } from '../../src/config/dashboard.ts';
import { Browser } from '../support/browser.ts';
import { Phone } from '../support/phone.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';
import { event } from '../support/wechat.ts';
import { ann, cookieOf, fang, numberIn, operators, scan, scanned, SignInPage } from './sign-in-page.ts';
import { stranger, wrong } from './sign-in-page.ts';

let app: TestApp;
let page: SignInPage;
afterEach(() => app.close());

async function start(ops: object = {}): Promise<void> {
  app = await startApp({ config: { ops: { operators, ...ops } } });
  page = new SignInPage(app.url);
}

const refusal = { error: 'unauthorized', message: 'The code or the number is not good.' };

async function expectRefused(answer: Response): Promise<void> {
  expect(answer.status).toBe(401);
  expect(await answer.json()).toEqual(refusal);
  expect(answer.headers.get('set-cookie')).toBeNull();
}

describe('an operator scans', () => {
  test('reads a number in the chat, types it into the page, and is signed in', async () => {
    await start();
    expect(await (await fetch(`${app.url}/ops/sign-in`)).json()).toEqual({
      scan: { site: dashboardSite, account: 'main' },
    });
    const shown = await page.show();
    const { code, number, reply } = await scan(app, ann.openid, shown);
    expect(number).toMatch(/^\d{6}$/);
    expect(reply).toContain('You are signing in to the Saoma dashboard from 127.0.0.0/24, Chrome, Windows.');
    expect(reply).toContain('Only type it into a page that you opened yourself');
    expect(reply).toContain(`验证数字：${number}`);

    const answer = await page.signIn(code, number);
    expect(answer.status).toBe(204);
    const cookie = cookieOf(answer);
    expect(cookie).toMatch(/^saoma_ops_\d+=[A-Za-z0-9_-]{43}$/);
    const session = await page.ask('/ops/session', cookie);
    expect(await session.json()).toMatchObject({ role: 'operate', name: 'Ann', idleSeconds: 7200 });
    await shown.socket.reach('consumed');

    const { sceneId } = await app.browser().open('shop');
    const cancelled = await page.ask(`/ops/api/scenes/${sceneId}/cancel`, cookie, 'POST');
    expect(cancelled.status).toBe(200);
    // Neither works again, and neither was ever written down.
    await expectRefused(await page.signIn(code, number));
    const log = app.logged.join('');
    expect(log).toContain('"operator":"Ann"');
    for (const secret of [code.slice(22), `"${number}"`, ann.openid]) expect(log).not.toContain(secret);
  });

  test('who may only look cannot cancel', async () => {
    await start();
    const { code, number } = await scan(app, fang.openid, await page.show());
    const cookie = cookieOf(await page.signIn(code, number));
    expect(await (await page.ask('/ops/session', cookie)).json()).toMatchObject({
      role: 'view',
      name: '王芳',
    });
    const { sceneId } = await app.browser().open('shop');
    const refused = await page.ask(`/ops/api/scenes/${sceneId}/cancel`, cookie, 'POST');
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ error: 'forbidden_role' });
    expect((await page.ask('/ops/api/scenes', cookie)).status).toBe(200);
  });

  test('and WeChat says it twice: the chat says the same, and so does a second scan', async () => {
    await start();
    const shown = await page.show();
    const xml = event(ann.openid, { Event: 'SCAN', EventKey: shown.scene.sceneId });
    const { query, body } = app.wechat.seal(xml);
    const texts = [];
    for (let i = 0; i < 2; i++)
      texts.push(app.wechat.replyText(await (await app.wechat.post(query, body)).text()));
    texts.push(await scanned(app, ann.openid, shown));
    expect(new Set(texts).size).toBe(1);
    expect(numberIn(texts[0] ?? '')).not.toBe('');
  });

  test('each code has a number of its own', async () => {
    await start();
    const numbers = [];
    for (let i = 0; i < 5; i++) numbers.push(numberIn(await scanned(app, ann.openid, await page.show())));
    expect(new Set(numbers).size).toBeGreaterThan(1);
  });

  test('with the phone of the sandbox, whose people are the same at each start', async () => {
    const robin = { name: 'Robin', openid: 'oRobin', role: 'operate' };
    await start();
    const state = await fetch(`${app.simulator.url}/phone/api/state`);
    const { people } = (await state.json()) as { people: { id: string; openid: string }[] };
    robin.openid = people.find(({ id }) => id === 'robin')?.openid ?? '';
    await app.close();
    await start({ operators: [robin] });
    const { scene, socket } = await page.show();
    const phone = new Phone(app.simulator.url);
    const { shown } = await phone.scan({ ...robin, id: 'robin', follows: true }, scene.qr.url);
    const { code = '' } = await socket.reach('confirmed');
    expect((await page.signIn(code, numberIn(shown))).status).toBe(204);
  });
});

describe('a wrong number', () => {
  test('may be typed twice', async () => {
    await start();
    const { code, number } = await scan(app, ann.openid, await page.show());
    for (const typed of [wrong(number), '']) await expectRefused(await page.signIn(code, typed));
    expect((await page.signIn(code, number)).status).toBe(204);
  });

  test('ends the scene the third time, and then the right one is too late', async () => {
    await start();
    const shown = await page.show();
    const { code, number } = await scan(app, ann.openid, shown);
    for (let i = 0; i < 3; i++) await expectRefused(await page.signIn(code, wrong(number)));
    expect((await shown.socket.reach('cancelled')).code).toBeUndefined();
    await expectRefused(await page.signIn(code, number));
  });

  test('cannot be guessed by many at once', async () => {
    await start();
    const shown = await page.show();
    const { code, number } = await scan(app, ann.openid, shown);
    const guesses = Array.from({ length: 40 }, (_, i) => String(i).padStart(6, '9'));
    const answers = await Promise.all(guesses.map((guess) => page.signIn(code, guess)));
    expect(answers.filter(({ status }) => status !== 401 && status !== 429)).toEqual([]);
    await shown.socket.reach('cancelled');
    expect((await page.signIn(code, number)).status).not.toBe(204);
  });

  test('is counted by address, and who types the right one passes', async () => {
    await start();
    const other = await scan(app, fang.openid, await page.show());
    const statuses = [];
    for (let i = 0; i < 12; i++)
      statuses.push((await page.signIn(`${'A'.repeat(22)}${'b'.repeat(43)}`, '123456')).status);
    expect(statuses.slice(0, 10)).toEqual(statuses.slice(0, 10).map(() => 401));
    expect(statuses.slice(10)).toEqual([429, 429]);
    expect((await page.signIn(other.code, other.number)).status).toBe(204);
  });

  test('costs nobody a try who has but the scene’s id', async () => {
    await start();
    const { code, number } = await scan(app, ann.openid, await page.show());
    for (let i = 0; i < 5; i++)
      await expectRefused(await page.signIn(`${code.slice(0, 22)}${'x'.repeat(43)}`, '000000'));
    expect((await page.signIn(code, number)).status).toBe(204);
  });
});

describe('whoever is not on the list', () => {
  test('is told so in the chat, has no number, and looks to the page like anybody else', async () => {
    await start();
    const shown = await page.show();
    const { code, reply } = await scan(app, stranger, shown);
    expect(reply).toContain('You are not on the list');
    expect(reply).not.toMatch(/\d{6}/);
    for (const number of ['', '000000', '123456']) await expectRefused(await page.signIn(code, number));
    await shown.socket.reach('cancelled');
  });

  test('does not get the number of the one who scanned first', async () => {
    await start();
    const shown = await page.show();
    const { code, number } = await scan(app, ann.openid, shown);
    expect(await scanned(app, stranger, shown)).not.toMatch(/\d{6}/);
    expect(await scanned(app, fang.openid, shown)).not.toMatch(/\d{6}/);
    expect((await page.signIn(code, number)).status).toBe(204);
  });
});

describe('the dashboard’s own site', () => {
  test('has codes that nothing else takes, and no hosted page', async () => {
    await start();
    const { code, number } = await scan(app, ann.openid, await page.show());
    expect(await (await app.exchange(code)).json()).toMatchObject({ error: 'invalid_grant' });
    const asItself = { authorization: `Basic ${btoa(`${dashboardSite}:`)}` };
    expect(await (await app.exchange(code, {}, asItself)).json()).toMatchObject({ error: 'invalid_client' });
    const hosted = `${app.url}/login?site=${dashboardSite}&redirect_uri=${app.url}/x&state=12345678`;
    expect((await fetch(hosted)).status).toBe(400);
    expect((await page.signIn(code, number)).status).toBe(204);
  });

  test('takes no codes of other sites', async () => {
    await start();
    const browser = app.browser();
    const scene = await browser.open('shop');
    const socket = await browser.attach(scene);
    const reply = app.wechat.replyText(await (await app.wechat.scan(ann.openid, scene.sceneId)).text());
    expect(reply).not.toMatch(/\d{6}/);
    const { code = '' } = await socket.reach('confirmed');
    await expectRefused(await page.signIn(code, '000000'));
    expect((await app.exchange(code)).status).toBe(200);
  });

  test.each(['https://shop.example', 'https://evil.example', 'null'])('has no page at %s', async (origin) => {
    await start();
    const foreign = new SignInPage(app.url, origin);
    expect((await foreign.openScene()).status).toBe(403);
    const { code, number } = await scan(app, ann.openid, await page.show());
    expect((await foreign.signIn(code, number)).status).toBe(403);
    expect((await page.signIn(code, number)).status).toBe(204);
  });

  test('shows its scenes to no socket of another site', async () => {
    await start();
    const { scene } = await page.show();
    const socket = await new Browser(app.url, 'https://shop.example').attach(scene);
    expect(await socket.closed).toBe(4401);
  });

  test('is not there when nobody is on the list', async () => {
    await start({ operators: [], token: 'canary-ops-token-0123456789' });
    expect(await (await fetch(`${app.url}/ops/sign-in`)).json()).toEqual({ scan: null });
    expect(await (await page.openScene()).json()).toMatchObject({ error: 'unknown_site' });
    await expectRefused(await page.signIn('a code', 'a number'));
  });
});

test('a list alone makes a dashboard, and a scene of it is in the list that it shows', async () => {
  await start();
  const { scene } = await page.show();
  const { code, number } = await scan(app, ann.openid, await page.show());
  const cookie = cookieOf(await page.signIn(code, number));
  const answer = await page.ask(`/ops/api/scenes?site=${dashboardSite}`, cookie);
  const { scenes } = (await answer.json()) as { scenes: { sceneId: string }[] };
  expect(scenes.map(({ sceneId }) => sceneId)).toContain(scene.sceneId);
  expect((await fetch(`${app.url}/ops`)).status).toBe(200);
});

test('the trail tells who came in, and who did not', async () => {
  await start({ token: 'canary-ops-token-0123456789' });
  const { code, number } = await scan(app, ann.openid, await page.show());
  await expectRefused(await page.signIn(code, wrong(number)));
  const cookie = cookieOf(await page.signIn(code, number));
  await page.ask('/ops/session', cookie, 'DELETE');
  const headers = { authorization: 'Bearer canary-ops-token-0123456789' };
  await expect
    .poll(async () => {
      const answer = await fetch(`${app.url}/ops/api/audit?actor=Ann`, { headers });
      const { entries } = (await answer.json()) as { entries: { kind: string }[] };
      return entries.map(({ kind }) => kind).toSorted();
    })
    .toEqual(['operator_sign_in_refused', 'operator_signed_in', 'operator_signed_out']);
});

test('a request that is neither a token nor a code is told what it should be', async () => {
  await start();
  const answer = await page.browser.post('/ops/session', { code: 'x' });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toEqual({
    error: 'invalid_request',
    message: 'body: must have a token, or a code and its number',
  });
});
