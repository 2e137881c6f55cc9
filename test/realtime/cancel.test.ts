import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LoginSocket, OpenedScene } from '../support/browser.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';
import { startRoom } from '../support/start-room.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const ways: { name: string; cancel: (scene: OpenedScene, socket: LoginSocket) => Promise<void> }[] = [
  {
    name: 'over the socket',
    cancel: async (_scene, socket) => socket.send({ type: 'cancel' }),
  },
  {
    name: 'over HTTP',
    cancel: async (scene) => {
      const response = await post(scene);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ type: 'scene', state: 'cancelled', reason: 'browser' });
    },
  },
];

describe('the browser gives up', () => {
  test.each(ways)('$name: the last frame says so, and no scan counts any more', async ({ cancel }) => {
    const [scene, socket] = await attached();
    await cancel(scene, socket);
    expect(await socket.closed).toBe(1000);
    expect(socket.snapshots.at(-1)).toMatchObject({ version: 2, state: 'cancelled', reason: 'browser' });
    await app.wechat.scan('oLate', scene.sceneId);
    expect(await (await app.browser().view(scene)).json()).toMatchObject({ state: 'cancelled', version: 2 });
  });

  test.each(ways)('$name: an unspent code is worth nothing any more', async ({ cancel }) => {
    const [scene, socket] = await attached();
    await app.wechat.scan('oVisitor', scene.sceneId);
    const { code } = await socket.reach('confirmed');
    await cancel(scene, socket);
    await socket.closed;
    expect((await app.exchange(code ?? '')).status).toBe(400);
  });
});

test('cancelling what is over changes nothing, and tells how it ended', async () => {
  const [scene, socket] = await attached();
  await app.wechat.scan('oVisitor', scene.sceneId);
  const { code } = await socket.reach('confirmed');
  expect((await app.exchange(code ?? '')).status).toBe(200);
  const response = await post(scene);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ state: 'consumed', version: 4 });
});

test("a claim that is right does not cancel from another site's page, however fast it is", async () => {
  const scene = await app.browser().open('shop');
  const socket = await app.browser('https://bank.example').connect(`/ws/scenes/${scene.sceneId}`);
  socket.send({ type: 'attach', claim: scene.claim });
  socket.send({ type: 'cancel' });
  expect(await socket.closed).toBe(4401);
  expect(await (await app.browser().view(scene)).json()).toMatchObject({ state: 'pending' });
});

test('cancel right behind the claim is not lost', async () => {
  const room = await startRoom();
  const scene = await room.browser().open('shop');
  const letGo = room.store.hold('attach');
  const socket = await room.browser().attach(scene);
  socket.send({ type: 'cancel' });
  setTimeout(letGo, 50);
  expect(await socket.closed).toBe(1000);
  expect(socket.snapshots.at(-1)?.state).toBe('cancelled');
  await room.close();
});

async function attached(): Promise<[OpenedScene, LoginSocket]> {
  const scene = await app.browser().open('shop');
  const socket = await app.browser().attach(scene);
  await socket.reach('pending');
  return [scene, socket];
}

function post({ sceneId, claim }: OpenedScene): Promise<Response> {
  const headers = { authorization: `Bearer ${claim}` };
  return app.browser().post(`/api/scenes/${sceneId}/cancel`, {}, headers);
}
