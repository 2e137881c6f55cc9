import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { AppError } from '../../src/kit/errors.ts';
import { randomId, sha256 } from '../../src/kit/id.ts';
import { failureOf, openRequest, openRoom, times } from './support.ts';

test('a scene is opened with a new id and a new claim, and lives as configured', async () => {
  const { open, store, clock } = openRoom();
  const { scene, claim, qr } = await open({ state: 'from the site', codeChallenge: 'a challenge' });
  expect(scene.id).toMatch(/^[A-Za-z0-9_-]{22}$/);
  expect(claim).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(qr).toStrictEqual({ url: `https://qr.example/${scene.id}`, svg: '<svg/>' });
  expect(scene).toMatchObject({
    state: 'pending',
    site: 'shop',
    account: 'main',
    approval: 'scan',
    browser: openRequest.browser,
    siteState: 'from the site',
    codeChallenge: 'a challenge',
    createdAt: clock.now(),
    expiresAt: clock.now() + times.ttl,
  });
  expect(await store.find(scene.id)).toStrictEqual(scene);
});

test('of claim and code only hashes are stored', async () => {
  const { open, store } = openRoom();
  const { scene, claim } = await open();
  const mac = createHmac('sha256', claim).update(`saoma-code:${scene.id}`).digest('base64url');
  expect(scene).toMatchObject({ claimHash: sha256(claim), codeHash: sha256(scene.id + mac) });
  const stored = JSON.stringify(await store.find(scene.id));
  expect(stored).not.toContain(claim);
  expect(stored).not.toContain(mac);
});

test('no two scenes share anything secret', async () => {
  const { open } = openRoom();
  const opened = await Promise.all(Array.from({ length: 50 }, () => open()));
  const secrets = opened.flatMap(({ scene, claim }) => [scene.id, claim, scene.codeHash, scene.claimHash]);
  expect(new Set(secrets).size).toBe(200);
});

test('the QR code is asked for once, after the scene is stored, for as long as the scene lives', async () => {
  const { open, printer, store } = openRoom();
  const stored: boolean[] = [];
  const print = printer.print.bind(printer);
  printer.print = async (id, ttl) => {
    stored.push((await store.find(id)) !== undefined);
    return print(id, ttl);
  };
  const { scene } = await open();
  expect(stored).toStrictEqual([true]);
  expect(printer.issued).toStrictEqual([{ sceneId: scene.id, ttl: times.ttl }]);
});

test('without a QR code there is no login: the scene is cancelled, and the failure passes on', async () => {
  const { open, printer, store } = openRoom();
  printer.broken = true;
  expect(await failureOf(open())).toBe('wechat_unavailable');
  const { scenes, total } = await store.list({ limit: 10 });
  expect(total).toBe(1);
  expect(scenes[0]).toMatchObject({ state: 'cancelled', reason: 'no_qr_code' });
});

test('a scene without a QR code frees its place', async () => {
  const { open, printer } = openRoom({ maxPending: 1 });
  printer.broken = true;
  expect(await failureOf(open())).toBe('wechat_unavailable');
  printer.broken = false;
  expect(await failureOf(open())).toBe('none');
});

test('past the bound no QR code is asked for', async () => {
  const { open, printer } = openRoom({ maxPending: 2 });
  await Promise.all([open(), open()]);
  expect(await failureOf(open())).toBe('too_many_scenes');
  expect(printer.issued).toHaveLength(2);
});

test('the ticket of a scene that was refused is given back, of a scene that has its code never', async () => {
  const { open, printer } = openRoom({ maxPending: 1 });
  const { scene } = await open();
  await failureOf(open());
  expect(printer.returned).toStrictEqual([{ sceneId: expect.any(String), as: 'given back' }]);
  expect(printer.returned[0]?.sceneId).not.toBe(scene.id);
});

test('the ticket of a scene that may be stored or not is for nobody', async () => {
  const { open, printer, store } = openRoom();
  store.add = () => Promise.reject(new AppError('store_unavailable'));
  expect(await failureOf(open())).toBe('store_unavailable');
  expect(printer.issued).toStrictEqual([]);
  expect(printer.returned).toStrictEqual([{ sceneId: expect.any(String), as: 'discarded' }]);
});

test('an account that makes no QR codes opens nothing', async () => {
  const { open, store } = openRoom();
  expect(await failureOf(open({ account: 'nobody' }))).toMatch(/nobody/);
  expect((await store.list({ limit: 1 })).total).toBe(0);
});

test('an id that exists by an unlikely chance opens nothing, and harms nobody', async () => {
  const id = randomId(16);
  const { open, store, printer } = openRoom({ newId: (bytes) => (bytes === 16 ? id : randomId(bytes)) });
  const { scene } = await open();
  await expect(open()).rejects.toThrow(Error);
  expect(await store.find(id)).toStrictEqual(scene);
  expect(printer.returned).toStrictEqual([{ sceneId: id, as: 'discarded' }]);
});
