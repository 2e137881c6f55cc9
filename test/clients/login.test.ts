import { describe, expect, test } from 'vitest';
import { openStage } from './stage.ts';
import { createSaoma, sceneFromLaunch } from './saoma.ts';

const token = (storage: Map<string, string>): string => [...storage.values()].join();

describe('a scan', () => {
  test('shows who asks, and is approved: the browser is logged in', async () => {
    const { app, phone } = await openStage();
    const { saoma, openid } = await phone();
    const browser = app.browser();
    const scene = await browser.open('shop', { account: 'mini' });
    const socket = await browser.attach(scene);
    const sceneId = sceneFromLaunch({ scene: encodeURIComponent(scene.sceneId) });
    const asked = await saoma.scan(sceneId);
    expect(asked.site).toEqual({ id: 'shop', name: 'The Shop' });
    expect(Object.keys(asked.browser).sort()).toEqual(['ip', 'name', 'openedAt', 'userAgent']);
    expect((await socket.reach('scanned')).approval).toBe('tap');
    expect((await saoma.scan(sceneId)).handle).toBe(asked.handle);
    expect(await saoma.approve(asked.handle)).toEqual({ state: 'confirmed' });
    const { code = '' } = await socket.reach('confirmed');
    expect(await (await app.exchange(code)).json()).toMatchObject({ openid, account: 'mini' });
    await expect(saoma.approve(asked.handle)).rejects.toMatchObject({ code: 'approval_used', status: 409 });
  });

  test('is declined: nobody is logged in', async () => {
    const { app, phone } = await openStage();
    const { saoma } = await phone();
    const browser = app.browser();
    const scene = await browser.open('shop', { account: 'mini' });
    const socket = await browser.attach(scene);
    const { handle } = await saoma.scan(scene.sceneId);
    expect(await saoma.decline(handle)).toEqual({ state: 'denied' });
    await socket.reach('denied');
  });

  test('by a second person, or of a code that is gone, is refused with its own error', async () => {
    const { app, phone } = await openStage();
    const [first, second] = [await phone(), await phone()];
    const scene = await app.browser().open('shop', { account: 'mini' });
    const { handle } = await first.saoma.scan(scene.sceneId);
    await expect(second.saoma.scan(scene.sceneId)).rejects.toMatchObject({ code: 'scene_taken' });
    await expect(second.saoma.approve(handle)).rejects.toMatchObject({ code: 'approval_not_found' });
    await expect(second.saoma.scan('A'.repeat(22))).rejects.toMatchObject({ code: 'scene_not_found' });
    await expect(second.saoma.scan(null)).rejects.toMatchObject({ code: 'scene_not_found' });
  });
});

describe('a session', () => {
  test('that the server has lost is replaced without a word', async () => {
    const { app, phone } = await openStage();
    const { saoma, wx } = await phone();
    const { expiresIn } = await saoma.login();
    expect(expiresIn).toBeGreaterThan(7 * 86_400 - 60);
    const lost = token(wx.storage);
    await fetch(`${app.url}/miniprogram/mini/logout`, {
      method: 'POST',
      headers: { authorization: `Bearer ${lost}` },
    });
    expect(await saoma.session()).toBeNull();
    const scene = await app.browser().open('shop', { account: 'mini' });
    expect((await saoma.scan(scene.sceneId)).site.id).toBe('shop');
    expect([wx.logins, token(wx.storage) === lost]).toEqual([2, false]);
  });

  test.each(['', 'nonsense', 'A'.repeat(43)])(
    'that is %o in the storage does not strand the person',
    async (kept) => {
      const { app, phone } = await openStage();
      const { saoma, wx } = await phone();
      await saoma.login();
      for (const key of wx.storage.keys()) wx.storage.set(key, kept);
      const restarted = createSaoma({ baseUrl: app.url, account: 'mini', wx });
      expect(await restarted.request('/miniprogram/mini/session')).toHaveProperty('expiresIn');
      expect(wx.logins).toBe(2);
    },
  );

  test('whose session_key WeChat has replaced recovers by itself: the profile comes', async () => {
    const { phone } = await openStage();
    const { saoma, wx, replaceKey } = await phone();
    await saoma.login();
    const before = token(wx.storage);
    await replaceKey();
    expect(await saoma.profile()).toHaveProperty('nickName');
    expect([wx.logins, token(wx.storage) === before]).toEqual([2, false]);
    expect(await saoma.profile()).toHaveProperty('nickName');
    expect(wx.logins).toBe(2);
  });

  test('ends with logging out', async () => {
    const { phone } = await openStage();
    const { saoma, wx } = await phone();
    await saoma.login();
    await saoma.logout();
    expect([await saoma.session(), wx.storage.size]).toEqual([null, 0]);
  });

  test('of an account that Saoma does not know is an error of its own', async () => {
    const { app, phone } = await openStage();
    const { wx } = await phone();
    const stranger = createSaoma({ baseUrl: app.url, account: 'unknown', wx });
    await expect(stranger.login()).rejects.toMatchObject({ code: 'unknown_account', status: 404 });
  });
});
