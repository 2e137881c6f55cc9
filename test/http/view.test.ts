import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OpenedScene } from '../support/browser.ts';
import { cancelScene, getScene } from '../support/scene-calls.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';

let app: TestApp;
let scene: OpenedScene;
beforeAll(async () => {
  app = await startApp();
});
beforeEach(async () => {
  scene = await app.browser().open('shop');
});
afterAll(() => app.close());

test('the holder of the claim sees what the socket would show', async () => {
  const response = await getScene(app, scene);
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
  const socket = await app.browser().attach(scene);
  expect(await response.json()).toEqual(await socket.reach('pending'));
});

test('who polls instead of holding a socket sees the whole login', async () => {
  await app.wechat.scan('oPoller', scene.sceneId);
  await expect.poll(async () => (await getScene(app, scene)).json()).toMatchObject({ state: 'confirmed' });
  const { code } = (await (await getScene(app, scene)).json()) as { code: string };
  expect((await app.exchange(code)).status).toBe(200);
  const last = await (await getScene(app, scene)).json();
  expect(last).toMatchObject({ state: 'consumed' });
  expect(last).not.toHaveProperty('code');
});

describe('whose page may look and cancel', () => {
  test.each([
    { name: 'of the site', origin: 'https://shop.example', look: 200, cancel: 200 },
    { name: 'of a program, without Origin', origin: undefined, look: 200, cancel: 403 },
    { name: 'of another site', origin: 'https://bank.example', look: 404, cancel: 404 },
    { name: 'of nobody', origin: 'https://evil.example', look: 403, cancel: 403 },
    { name: 'null', origin: 'null', look: 403, cancel: 403 },
  ])('$name: GET $look, cancel $cancel', async ({ origin, look, cancel }) => {
    const headers: Record<string, string> = origin === undefined ? {} : { origin };
    expect((await getScene(app, scene, headers)).status).toBe(look);
    expect((await cancelScene(app, scene, headers)).status).toBe(cancel);
    expect(await (await getScene(app, scene)).json()).toMatchObject({
      state: cancel === 200 ? 'cancelled' : 'pending',
    });
  });
});

describe('without the claim in its header there is no such scene', () => {
  test.each([
    { name: 'no header', authorization: () => undefined },
    { name: 'an empty one', authorization: () => '' },
    { name: 'Basic', authorization: () => `Basic ${btoa(`${scene.sceneId}:${scene.claim}`)}` },
    { name: 'the claim alone', authorization: () => scene.claim },
    { name: 'two claims', authorization: () => `Bearer ${scene.claim} ${scene.claim}` },
    { name: 'the scene id', authorization: () => `Bearer ${scene.sceneId}` },
    { name: 'the code', authorization: () => `Bearer ${scene.sceneId}${scene.claim}` },
  ])('$name', async ({ authorization }) => {
    const given = authorization();
    const headers: Record<string, string> = given === undefined ? {} : { authorization: given };
    for (const [path, method] of [
      ['', 'GET'],
      ['/cancel', 'POST'],
    ]) {
      const url = `${app.url}/api/scenes/${scene.sceneId}${path}`;
      const response = await fetch(url, {
        method: method!,
        headers: { origin: 'https://shop.example', ...headers },
      });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ error: 'scene_not_found' });
    }
  });

  test('nor with it in the address', async () => {
    const response = await fetch(`${app.url}/api/scenes/${scene.sceneId}?claim=${scene.claim}`);
    expect(response.status).toBe(404);
  });
});

test('the word Bearer may be written as one likes', async () => {
  const response = await getScene(app, scene, { authorization: `bearer ${scene.claim}` });
  expect(response.status).toBe(200);
});

test('HEAD tells the same without a body', async () => {
  const url = `${app.url}/api/scenes/${scene.sceneId}`;
  const response = await fetch(url, { method: 'HEAD', headers: { authorization: `Bearer ${scene.claim}` } });
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('');
});
