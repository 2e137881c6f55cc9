import { describe, expect, test } from 'vitest';
import type { OpenedScene } from '../support/browser.ts';
import { look, openMiniStage, picture, scenesOfCodes } from './mini-stage.ts';

const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';

describe('a login by a mini program', () => {
  test('the page shows its code, the person sees who asks and says yes, the site learns who came', async () => {
    const { app, wechat, phone } = await openMiniStage();
    const browser = app.browser();
    const scene = await opened(
      await browser.post(
        '/api/scenes',
        { site: 'shop', account: 'mini', state: 'from-the-site' },
        { 'user-agent': chrome.replace(' ', '\u00ad ') },
      ),
    );
    expect(scene.qr).toEqual({
      url: null,
      svg: null,
      image: `data:image/png;base64,${picture.toString('base64')}`,
    });
    expect(scenesOfCodes(wechat)).toEqual([scene.sceneId]);
    const socket = await browser.attach(scene);
    expect(await socket.reach('pending')).toMatchObject({ approval: 'tap' });

    const person = await phone('oUnitedMei').login();
    const question = await person.asked(scene.sceneId);
    expect(question).toEqual({
      handle: expect.stringMatching(new RegExp(`^${scene.sceneId}[A-Za-z0-9_-]{43}$`)),
      site: { id: 'shop', name: 'The Shop' },
      browser: {
        ip: '127.0.0.0/24',
        userAgent: chrome,
        name: 'Chrome, Windows',
        openedAt: expect.any(Number),
      },
      expiresAt: expect.any(Number),
    });
    expect(question.expiresAt - Date.now()).toBeGreaterThan(55_000);
    expect(await socket.reach('scanned')).not.toHaveProperty('code');

    expect(await person.answer(question.handle)).toEqual({ status: 200, body: { state: 'confirmed' } });
    const { code = '' } = await socket.reach('confirmed');
    const response = await app.exchange(code);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      sceneId: scene.sceneId,
      site: 'shop',
      account: 'mini',
      openid: 'oUnitedMei',
      unionid: 'uUnitedMei',
      user: { nickname: null, avatarUrl: null, subscribed: null, subscribedAt: null, language: null },
      followed: false,
      approval: 'tap',
      state: 'from-the-site',
    });
    expect(await socket.closed).toBe(1000);
    expect(socket.snapshots.map(({ state }) => state)).toEqual([
      'pending',
      'scanned',
      'confirmed',
      'consumed',
    ]);
    expect(JSON.stringify(socket.snapshots)).not.toContain('UnitedMei');
  });

  test('a person who says no: the page is told, and there is no code', async () => {
    const { app, phone } = await openMiniStage();
    const browser = app.browser();
    const scene = await browser.open('shop', { account: 'mini' });
    const socket = await browser.attach(scene);
    const person = await phone('oMei').login();
    const { handle } = await person.asked(scene.sceneId);
    expect(await person.answer(handle, 'decline')).toEqual({ status: 200, body: { state: 'denied' } });
    await socket.reach('denied');
    expect(await socket.closed).toBe(1000);
    expect(JSON.stringify(socket.snapshots)).not.toContain('"code"');
  });

  test('until there is an answer nothing comes of the scan, however long the profile is waited for', async () => {
    const stage = await openMiniStage({ config: { scene: { profileWaitMs: 0 } } });
    const scene = await stage.app.browser().open('shop', { account: 'mini' });
    await (await stage.phone('oMei').login()).asked(scene.sceneId);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await look(stage, scene)).toMatchObject({ state: 'scanned' });
  });

  test("a site's first account is a mini program: its pages get that code without asking", async () => {
    const { app, wechat } = await openMiniStage();
    const scene = await app.browser().open('app');
    expect(scene.qr).toMatchObject({ url: null, svg: null });
    expect(scenesOfCodes(wechat)).toEqual([scene.sceneId]);
  });

  test('the official account beside it stays as it was', async () => {
    const { app, wechat } = await openMiniStage();
    const browser = app.browser();
    for (const extra of [{}, { account: 'main' }]) {
      const scene = await browser.open('shop', extra);
      expect(Object.keys(scene.qr)).toEqual(['url', 'svg']);
      await app.wechat.scan('oVisitor', scene.sceneId);
      expect(await (await browser.attach(scene)).reach('confirmed')).toMatchObject({ approval: 'scan' });
    }
    expect(scenesOfCodes(wechat)).toEqual([]);
  });
});

describe('without a code there is no login', () => {
  test('WeChat refuses to draw one', async () => {
    const { app, wechat } = await openMiniStage();
    wechat.answer('/wxa/getwxacodeunlimit', () => ({ errcode: 41030, errmsg: 'invalid page' }));
    const response = await app.browser().post('/api/scenes', { site: 'shop', account: 'mini' });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(await response.json()).toMatchObject({ error: 'wechat_unavailable' });
  });
});

async function opened(response: Response): Promise<OpenedScene> {
  expect(response.status).toBe(201);
  return (await response.json()) as OpenedScene;
}
