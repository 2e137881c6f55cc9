import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

test('a follower scans, the browser gets a code over its socket, and the site learns who came', async () => {
  const browser = app.browser();
  const scene = await browser.open('shop', { state: 'from-the-site' });
  const socket = await browser.attach(scene);
  await socket.reach('pending');

  const answer = await app.wechat.scan('oVisitor', scene.sceneId);
  expect(app.wechat.replyText(await answer.text())).toContain('The Shop');

  const { code } = await socket.reach('confirmed');
  const response = await app.exchange(code ?? '');
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    sceneId: scene.sceneId,
    site: 'shop',
    account: 'main',
    openid: 'oVisitor',
    followed: false,
    approval: 'scan',
    state: 'from-the-site',
  });
  expect(await socket.closed).toBe(1000);
  expect(socket.snapshots.map(({ state }) => state)).toEqual(['pending', 'scanned', 'confirmed', 'consumed']);
});
