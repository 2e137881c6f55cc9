import { expect, test } from 'vitest';
import type { Browser, LoginSocket } from '../support/browser.ts';
import { settle } from '../support/pass-time.ts';
import { startApp } from '../support/start-app.ts';
import { startRoom } from '../support/start-room.ts';

const documented = new Set([
  'type',
  'sceneId',
  'version',
  'state',
  'expiresAt',
  'approval',
  'user',
  'code',
  'codeExpiresAt',
  'reason',
]);

test('no frame of a whole login holds an openid, a unionid or a secret', async () => {
  const room = await startRoom();
  const scene = await room.browser().open('shop');
  const [socket, frames] = await recorded(room.browser(), scene);
  await room.scenes.scan(scene.sceneId, { account: 'main', openid: 'oCanaryOpenid', followed: true });
  const user = {
    nickname: 'Ann',
    avatarUrl: null,
    subscribed: true,
    subscribedAt: 1,
    language: 'canary-language',
  };
  await room.scenes.confirm(scene.sceneId, { unionid: 'uCanaryUnionid', user });
  const { code = '', user: shown } = await socket.reach('confirmed');
  expect(shown).toEqual({ nickname: 'Ann', avatarUrl: null });
  await room.scenes.redeem(code, { site: 'shop' });
  await socket.closed;

  expect(frames).toHaveLength(4);
  for (const secret of ['Canary', 'canary', scene.claim, 'node-a'])
    expect(frames.filter((frame) => frame.includes(secret))).toEqual([]);
  for (const snapshot of socket.snapshots)
    expect(Object.keys(snapshot).filter((field) => !documented.has(field))).toEqual([]);
  expect(frames.map((frame) => frame.includes('"code'))).toEqual([false, false, true, false]);
  await room.close();
});

test('of a person whom WeChat tells nothing about there is no name', async () => {
  const room = await startRoom();
  const scene = await room.browser().open('shop');
  const socket = await room.browser().attach(scene);
  await socket.reach('pending');
  await room.scenes.scan(scene.sceneId, { account: 'main', openid: 'oVisitor', followed: false });
  await room.scenes.confirm(scene.sceneId, null);
  expect(await socket.reach('confirmed')).not.toHaveProperty('user');
  await room.close();
});

test('nothing secret of a login is in the log or in the metrics', async () => {
  const app = await startApp({ config: { log: { level: 'trace' } } });
  const scene = await app.browser().open('shop', { state: 'canary-state' });
  const socket = await app.browser().attach(scene);
  await socket.reach('pending');
  await app.wechat.scan('oCanaryOpenidOfTheLog', scene.sceneId);
  const { code = '' } = await socket.reach('confirmed');
  await app.exchange(code);
  const told = app.logged.join('') + (await (await fetch(`${app.url}/metrics`)).text());
  for (const secret of [scene.claim, code, code.slice(22), 'canary', 'oCanaryOpenidOfTheLog'])
    expect(told).not.toContain(secret);
  await settle(socket);
  await app.close();
});

async function recorded(
  browser: Browser,
  scene: { sceneId: string; claim: string },
): Promise<[LoginSocket, string[]]> {
  const socket = await browser.connect(`/ws/scenes/${scene.sceneId}`);
  const frames: string[] = [];
  socket.raw.on('message', (data: Buffer) => frames.push(data.toString()));
  socket.send({ type: 'attach', claim: scene.claim });
  await socket.reach('pending');
  return [socket, frames];
}
