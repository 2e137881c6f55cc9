import { expect, test } from 'vitest';
import type { TestApp } from '../support/start-app.ts';
import type { OpenedScene } from '../support/browser.ts';
import { addFault, appOfTest, control, modes, newPerson, reached, textOf, whoCame } from './support.ts';

const nobody = { nickname: null, avatarUrl: null, subscribed: null, subscribedAt: null, language: null };

/** Milliseconds until WeChat had its answer. */
async function scanTimed(app: TestApp, openid: string, { sceneId }: OpenedScene): Promise<number> {
  const start = performance.now();
  expect(await textOf(app, app.wechat.scan(openid, sceneId))).toContain('The Shop');
  return performance.now() - start;
}

test.each(modes)('with user/info stalled, in %s mode, a login completes without it', async (mode) => {
  const app = await appOfTest({ mode });
  await addFault(app, { api: 'user/info', stallMs: 30_000 });
  const { openid } = await newPerson(app, true);
  const scene = await app.browser().open('shop');
  expect(await scanTimed(app, openid, scene)).toBeLessThan(1000);
  expect((await reached(app, scene, 'confirmed')).user).toBeUndefined();
  const login = await whoCame(app, scene);
  expect(login).toMatchObject({ openid, unionid: null, user: nobody });
  expect(login.confirmedAt - login.scannedAt).toBeGreaterThanOrEqual(1500);
  expect(login.confirmedAt - login.scannedAt).toBeLessThan(3000);
});

test('with every API stalled, twenty scans at once are answered within a second each', async () => {
  const app = await appOfTest();
  const scenes = await Promise.all(Array.from({ length: 20 }, () => app.browser().open('shop')));
  await addFault(app, { api: '*', stallMs: 30_000 });
  const times = await Promise.all(scenes.map((scene, number) => scanTimed(app, `oPerson-${number}`, scene)));
  expect(Math.max(...times)).toBeLessThan(1000);
});

const faults = [
  { name: 'nobody of this openid (40003)', fault: { errcode: 40003 } },
  { name: 'the quota used up (45009)', fault: { errcode: 45009 } },
  { name: 'WeChat busy (-1)', fault: { errcode: -1 } },
  { name: 'no right to the call (48001)', fault: { errcode: 48001 } },
  { name: 'a dead token, for good (40001)', fault: { errcode: 40001 } },
  { name: 'a status of 502', fault: { status: 502 } },
  { name: 'a page of a proxy', fault: { html: true } },
];
test.each(faults)('with $name a login completes without the profile', async ({ fault }) => {
  const app = await appOfTest();
  await addFault(app, { api: 'user/info', ...fault });
  const { openid } = await newPerson(app, true);
  const scene = await app.browser().open('shop');
  expect(await scanTimed(app, openid, scene)).toBeLessThan(1000);
  const login = await whoCame(app, scene);
  expect(login).toMatchObject({ openid, unionid: null, user: nobody });
  expect(login.confirmedAt - login.scannedAt).toBeLessThan(3000);
});

test('a follower is known to the page and to the site, times in milliseconds', async () => {
  const app = await appOfTest();
  const before = Math.floor(Date.now() / 1000) * 1000;
  const person = await newPerson(app, true);
  const scene = await app.browser().open('shop');
  await scanTimed(app, person.openid, scene);
  const { user } = await reached(app, scene, 'confirmed');
  expect(user).toEqual({ nickname: null, avatarUrl: null });
  const login = await whoCame(app, scene);
  expect(login).toMatchObject({ openid: person.openid, followed: false, user: { subscribed: true } });
  const { subscribedAt } = login.user as { subscribedAt: number };
  expect(subscribedAt % 1000).toBe(0);
  expect(subscribedAt).toBeGreaterThanOrEqual(before);
  expect(subscribedAt).toBeLessThanOrEqual(Date.now());
  expect(login.confirmedAt).toBeGreaterThanOrEqual(login.scannedAt);
});

test('a phone that follows by the code logs in, and is told to be new', async () => {
  const app = await appOfTest();
  const person = await newPerson(app, false);
  const scene = await app.browser().open('shop');
  const scan = { person: person.id, scene: scene.sceneId };
  expect(await control(app, 'scan', scan)).toMatchObject({ outcome: 'follow_first' });
  expect(await control(app, 'follow', { person: person.id })).toMatchObject({
    outcome: 'replied',
    shown: expect.stringContaining('The Shop') as unknown,
  });
  expect(await whoCame(app, scene)).toMatchObject({
    openid: person.openid,
    followed: true,
    user: { subscribed: true },
  });
});

test('somebody who does not follow is known as such', async () => {
  const app = await appOfTest();
  const { openid } = await newPerson(app, false);
  const scene = await app.browser().open('shop');
  await scanTimed(app, openid, scene);
  expect((await whoCame(app, scene)).user).toEqual({ ...nobody, subscribed: false });
});
