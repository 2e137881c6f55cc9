import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LoginSocket, OpenedScene } from '../support/browser.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { passTime } from '../support/pass-time.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';

let app: TestApp;
let clock: FakeClock;
let scene: OpenedScene;
let socket: LoginSocket;
beforeEach(async () => {
  clock = new FakeClock();
  app = await startApp({ clock });
  scene = await app.browser().open('shop');
  socket = await app.browser().attach(scene);
  await socket.reach('pending');
});
afterEach(() => app.close());

const ends: { name: string; state: 'consumed' | 'cancelled' | 'expired'; reach: () => Promise<void> }[] = [
  { name: 'consumed', state: 'consumed', reach: consume },
  { name: 'cancelled', state: 'cancelled', reach: async () => socket.send({ type: 'cancel' }) },
  { name: 'expired', state: 'expired', reach: () => passTime(clock, 121_000, socket) },
  { name: 'expired with an unspent code', state: 'expired', reach: letTheCodeExpire },
];

describe('a scene that is over', () => {
  test.each(ends)('$name: is shown without a code, and the socket closed', async ({ state, reach }) => {
    await reach();
    expect(await socket.closed).toBe(1000);
    const last = socket.snapshots.at(-1);
    expect(last?.state).toBe(state);
    expect(last).not.toHaveProperty('code');
    expect(last).not.toHaveProperty('codeExpiresAt');
  });

  test.each(ends)(
    '$name: is shown again for 60 s, then it is as if it never was',
    async ({ state, reach }) => {
      await reach();
      await socket.closed;
      const last = socket.snapshots.at(-1);

      clock.advance(58_000);
      const late = await app.browser().attach(scene);
      expect(await late.closed).toBe(1000);
      expect(late.snapshots).toEqual([last]);
      expect(last?.state).toBe(state);
      expect(await (await app.browser().view(scene)).json()).toEqual(last);

      clock.advance(2_000);
      const tooLate = await app.browser().attach(scene);
      expect(await tooLate.closed).toBe(4401);
      expect(tooLate.snapshots).toEqual([]);
      expect((await app.browser().view(scene)).status).toBe(404);
    },
  );
});

test('versions grow by one with each frame', async () => {
  await consume();
  await socket.closed;
  expect(socket.snapshots.map(({ version, state }) => [version, state])).toEqual([
    [1, 'pending'],
    [2, 'scanned'],
    [3, 'confirmed'],
    [4, 'consumed'],
  ]);
});

test('expiry is pushed within a tenth of a second, and not before its time', async () => {
  await passTime(clock, 119_900, socket);
  expect(socket.snapshots.map(({ state }) => state)).toEqual(['pending']);
  await passTime(clock, 200, socket);
  expect(socket.snapshots.map(({ state }) => state)).toEqual(['pending', 'expired']);
});

test('a scan in the last second still leaves ten', async () => {
  await passTime(clock, 119_500, socket);
  // The profile is away, so that the scene stays scanned for as long as it can.
  await fault({ api: '*', status: 500 });
  await app.wechat.scan('oLate', scene.sceneId);
  expect((await socket.reach('scanned')).expiresAt).toBe(clock.now() + 10_000);
  await passTime(clock, 1_000, socket);
  expect(socket.snapshots.at(-1)?.state).not.toBe('expired');
  await socket.reach('confirmed');
});

test('a code lives 60 s from the moment it is given, whatever was left of the scene', async () => {
  await passTime(clock, 100_000, socket);
  await app.wechat.scan('oVisitor', scene.sceneId);
  const { code, codeExpiresAt } = await socket.reach('confirmed');
  expect(codeExpiresAt).toBe(clock.now() + 60_000);
  await passTime(clock, 59_000, socket);
  expect((await app.exchange(code ?? '')).status).toBe(200);
});

test('a code that was not exchanged in time is worth nothing', async () => {
  await app.wechat.scan('oVisitor', scene.sceneId);
  const { code } = await socket.reach('confirmed');
  clock.advance(60_000);
  expect((await app.exchange(code ?? '')).status).toBe(400);
});

async function consume(): Promise<void> {
  await app.wechat.scan('oVisitor', scene.sceneId);
  const { code } = await socket.reach('confirmed');
  expect((await app.exchange(code ?? '')).status).toBe(200);
}

async function letTheCodeExpire(): Promise<void> {
  await app.wechat.scan('oVisitor', scene.sceneId);
  await socket.reach('confirmed');
  await passTime(clock, 61_000, socket);
}

async function fault(body: object): Promise<void> {
  const response = await fetch(`${app.simulator.url}/phone/api/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
}
