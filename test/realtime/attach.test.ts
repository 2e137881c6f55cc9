import { afterAll, beforeAll, expect, test } from 'vitest';
import { settle } from '../support/pass-time.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ config: { scene: { profileWaitMs: 0 } } });
});
afterAll(() => app.close());

test('the first frame after the claim is the whole scene as it stands', async () => {
  const browser = app.browser();
  const scene = await browser.open('shop');
  const socket = await browser.attach(scene);
  expect(await socket.reach('pending')).toEqual({
    type: 'scene',
    sceneId: scene.sceneId,
    version: 1,
    state: 'pending',
    expiresAt: scene.expiresAt,
    approval: 'scan',
  });
});

test('nothing is sent before the claim', async () => {
  const browser = app.browser();
  const { sceneId } = await browser.open('shop');
  const socket = await browser.connect(`/ws/scenes/${sceneId}`);
  await app.wechat.scan('oNobody', sceneId);
  await settle(socket);
  expect(socket.snapshots).toEqual([]);
});

test('a claim sent again on the same socket gets the same snapshot again', async () => {
  const browser = app.browser();
  const scene = await browser.open('shop');
  const socket = await browser.attach(scene);
  await socket.reach('pending');
  socket.send({ type: 'attach', claim: scene.claim });
  await settle(socket);
  expect(socket.snapshots).toHaveLength(2);
  expect(socket.snapshots[1]).toEqual(socket.snapshots[0]);
});

test('another claim on a socket that has one ends it', async () => {
  const browser = app.browser();
  const scene = await browser.open('shop');
  const socket = await browser.attach(scene);
  await socket.reach('pending');
  socket.send({ type: 'attach', claim: 'x'.repeat(43) });
  expect(await socket.closed).toBe(4401);
});

test('a newer socket replaces the older one and gets the same snapshot', async () => {
  const browser = app.browser();
  const scene = await browser.open('shop');
  const older = await browser.attach(scene);
  const before = await older.reach('pending');
  const newer = await browser.attach(scene);
  expect(await newer.reach('pending')).toEqual(before);
  expect(await older.closed).toBe(4409);
});

test('after a reload the browser gets the same code again, and it works', async () => {
  const browser = app.browser();
  const scene = await browser.open('shop');
  const older = await browser.attach(scene);
  await older.reach('pending');
  await app.wechat.scan('oReloader', scene.sceneId);
  const before = await older.reach('confirmed');
  older.raw.terminate();

  const after = await (await browser.attach(scene)).reach('confirmed');
  expect(after).toEqual(before);
  expect(await (await browser.view(scene)).json()).toEqual(before);
  expect((await app.exchange(after.code ?? '')).status).toBe(200);
});

test("pages of Saoma's own origin may attach to a scene of any site", async () => {
  const browser = app.browser(app.url);
  for (const site of ['shop', 'bank']) {
    const socket = await browser.attach(await browser.open(site));
    expect((await socket.reach('pending')).version).toBe(1);
  }
});

test('a number is ignored, and fields that nobody knows are too', async () => {
  const browser = app.browser();
  const scene = await browser.open('shop');
  const socket = await browser.connect(`/ws/scenes/${scene.sceneId}`);
  socket.send({ type: 'attach', claim: scene.claim, sceneId: 'another', state: 'confirmed' });
  await socket.reach('pending');
  socket.send({ type: 'number', value: '42' });
  await settle(socket);
  expect(socket.raw.readyState).toBe(socket.raw.OPEN);
  expect(socket.snapshots).toHaveLength(1);
});

test('an ack of what was sent feeds the metric, an ack of anything else does not', async () => {
  const browser = app.browser();
  const socket = await browser.attach(await browser.open('shop'));
  await socket.reach('pending');
  const before = await acks();
  for (const version of [0, 2, -1]) socket.send({ type: 'ack', version });
  socket.send({ type: 'ack', version: 1 });
  await settle(socket);
  expect((await acks()) - before).toBe(1);
});

test('an ack that is repeated, or of nothing, is not counted', async () => {
  const browser = app.browser();
  const scene = await browser.open('shop');
  const socket = await browser.attach(scene);
  await socket.reach('pending');
  const before = await acks();
  for (let times = 0; times < 3; times++) socket.send({ type: 'ack', version: 1 });
  await settle(socket);
  const foreign = await browser.connect(`/ws/scenes/${scene.sceneId}`);
  foreign.send({ type: 'attach', claim: 'x'.repeat(43) });
  foreign.send({ type: 'ack', version: 0 });
  expect(await foreign.closed).toBe(4401);
  expect((await acks()) - before).toBe(1);
});

test('a wrong claim right behind the right one spoils no code', async () => {
  const browser = app.browser();
  const scene = await browser.open('shop');
  await app.wechat.scan('oVisitor', scene.sceneId);
  const { code } = await (await browser.attach(scene)).reach('confirmed');
  const socket = await browser.connect(`/ws/scenes/${scene.sceneId}`);
  socket.send({ type: 'attach', claim: scene.claim });
  socket.send({ type: 'attach', claim: 'x'.repeat(43) });
  expect(await socket.closed).toBe(4401);
  expect(socket.snapshots.map((snapshot) => snapshot.code)).toEqual([code]);
});

async function acks(): Promise<number> {
  const text = await (await fetch(`${app.url}/metrics`)).text();
  return Number(/^saoma_on_screen_seconds_count (\d+)$/m.exec(text)?.[1] ?? 0);
}
