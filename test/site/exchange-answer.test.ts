import { afterAll, beforeAll, expect, test } from 'vitest';
import { FakeClock } from '../support/fake-clock.ts';
import { Phone } from '../support/phone.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';
import { exchange, logIn } from './support.ts';

const clock = new FakeClock(1_700_000_000_500);
const unknown = { nickname: null, avatarUrl: null, subscribed: null, subscribedAt: null, language: null };
let app: TestApp;
beforeAll(async () => {
  app = await startApp({ clock });
});
afterAll(() => app.close());

async function learn(login: Parameters<typeof logIn>[1]): Promise<{ sceneId: string; answer: unknown }> {
  const { scene, code } = await logIn(app, login);
  const response = await exchange(app, { code });
  expect(response.status).toBe(200);
  return { sceneId: scene.sceneId, answer: await response.json() };
}

test('of a follower: everything, and nothing else', async () => {
  const { openid } = await new Phone(app.simulator.url).person(true);
  const { sceneId, answer } = await learn({ openid, state: 'from the site' });
  expect(answer).toStrictEqual({
    sceneId,
    site: 'shop',
    account: 'main',
    openid,
    unionid: null,
    user: { ...unknown, subscribed: true, subscribedAt: 1_700_000_000_000 },
    followed: false,
    approval: 'scan',
    state: 'from the site',
    scannedAt: clock.now(),
    confirmedAt: clock.now(),
    messageToken: expect.stringMatching(/^shop\./),
  });
});

test('of somebody whom WeChat tells nothing of: every field null, and no state where none was given', async () => {
  const { sceneId, answer } = await learn({ openid: 'oUnknownToWechat' });
  expect(answer).toStrictEqual({
    sceneId,
    site: 'shop',
    account: 'main',
    openid: 'oUnknownToWechat',
    unionid: null,
    user: unknown,
    followed: false,
    approval: 'scan',
    scannedAt: clock.now(),
    confirmedAt: clock.now(),
    messageToken: expect.stringMatching(/^shop\./),
  });
});

test('of somebody who does not follow: just that', async () => {
  const { openid } = await new Phone(app.simulator.url).person(false);
  expect((await learn({ openid })).answer).toMatchObject({ user: { ...unknown, subscribed: false } });
});

test('of somebody whom this very scan made a follower: followed', async () => {
  expect((await learn({ openid: 'oNew', followed: true })).answer).toMatchObject({ followed: true });
  expect((await learn({ openid: 'oNew' })).answer).toMatchObject({ followed: false });
});

test.each(['', '  ', '{"a":1}', '小扫 "quoted" \u2028', 'x'.repeat(512)])(
  'the state "%s" comes back unchanged',
  async (state) => {
    expect((await learn({ state })).answer).toMatchObject({ state });
  },
);

test('no cache keeps it, no page of another origin reads it', async () => {
  const { code } = await logIn(app);
  const response = await exchange(app, { code }, { origin: 'https://shop.example' });
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  expect([...response.headers.keys()].filter((name) => name.startsWith('access-control-'))).toStrictEqual([]);
});

test('a preflight from a page gets no permission', async () => {
  const response = await fetch(`${app.url}/api/exchange`, {
    method: 'OPTIONS',
    headers: {
      origin: 'https://shop.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  });
  expect([...response.headers.keys()].filter((name) => name.startsWith('access-control-'))).toStrictEqual([]);
});

test.each(['GET', 'PUT', 'DELETE', 'PATCH'])('%s is not how it is done', async (method) => {
  const response = await fetch(`${app.url}/api/exchange`, { method });
  expect(response.status).toBe(405);
  expect(await response.json()).toMatchObject({ error: 'method_not_allowed' });
});
