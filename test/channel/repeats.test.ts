import { describe, expect, test } from 'vitest';
import { appOfTest, look, modes, reached, scanXml, textOf, whoCame } from './support.ts';

const openid = 'oUserOpenid0000000000000000x';
const times = [1, 2, 3, 4];
const sameReplies = times.map(
  () =>
    '您正在登录「The Shop」，请回到网页查看。\nYou are signing in to The Shop. Please go back to the page.',
);

describe.each(modes)('in %s mode an event that comes four times moves the scene once', (mode) => {
  const start = async () => {
    const app = await appOfTest({ mode });
    const scene = await app.browser().open('shop');
    const socket = await app.browser().attach(scene);
    await socket.reach('pending');
    return { app, scene, socket };
  };
  type Started = Awaited<ReturnType<typeof start>>;

  const expectOneLogin = async ({ app, scene, socket }: Started): Promise<void> => {
    const { code = '' } = await socket.reach('confirmed');
    expect(await look(app, scene)).toMatchObject({ state: 'confirmed', version: 3, code });
    const moves = new Map(socket.snapshots.map(({ version, state }) => [version, state]));
    expect(Object.fromEntries(moves)).toEqual({ 1: 'pending', 2: 'scanned', 3: 'confirmed' });
    expect((await app.exchange(code)).status).toBe(200);
    expect((await app.exchange(code)).status).toBe(400);
  };

  test('one after the other, as WeChat repeats it', async () => {
    const started = await start();
    const { app, scene } = started;
    const { query, body } = app.wechat.seal(scanXml(openid, scene.sceneId));
    const replies = [];
    for (const _ of times) replies.push(await textOf(app, app.wechat.post(query, body)));
    expect(replies).toEqual(sameReplies);
    await expectOneLogin(started);
  });

  test('one after the other, signed anew', async () => {
    const started = await start();
    const { app, scene } = started;
    const replies = [];
    for (const _ of times) replies.push(await textOf(app, app.wechat.scan(openid, scene.sceneId)));
    expect(replies).toEqual(sameReplies);
    await expectOneLogin(started);
  });

  test('at once', async () => {
    const started = await start();
    const { app, scene } = started;
    const { query, body } = app.wechat.seal(scanXml(openid, scene.sceneId));
    const replies = await Promise.all(times.map(() => textOf(app, app.wechat.post(query, body))));
    expect(replies).toEqual(sameReplies);
    await expectOneLogin(started);
  });

  test('at once, signed anew', async () => {
    const started = await start();
    const { app, scene } = started;
    const replies = await Promise.all(times.map(() => textOf(app, app.wechat.scan(openid, scene.sceneId))));
    expect(replies).toEqual(sameReplies);
    await expectOneLogin(started);
  });

  test('after the login is over', async () => {
    const { app, scene } = await start();
    const first = await textOf(app, app.wechat.scan(openid, scene.sceneId));
    const { confirmedAt } = await whoCame(app, scene);
    expect(await textOf(app, app.wechat.scan(openid, scene.sceneId))).toBe(first);
    expect(await look(app, scene)).toMatchObject({ state: 'consumed', version: 4 });
    expect(confirmedAt).toBeGreaterThan(0);
  });
});

test('following again by the same code does not make a follower new', async () => {
  const app = await appOfTest();
  const scene = await app.browser().open('shop');
  await app.wechat.scan(openid, scene.sceneId);
  expect(await textOf(app, app.wechat.follow(openid, scene.sceneId))).toContain('The Shop');
  expect(await whoCame(app, scene)).toMatchObject({ openid, followed: false });
});

test('a repeat wakes a browser that came meanwhile', async () => {
  const app = await appOfTest();
  const scene = await app.browser().open('shop');
  await app.wechat.scan(openid, scene.sceneId);
  expect(await reached(app, scene, 'confirmed')).toMatchObject({ version: 3 });
  expect(await textOf(app, app.wechat.scan(openid, scene.sceneId))).toContain('The Shop');
});
