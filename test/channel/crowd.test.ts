import { expect, test } from 'vitest';
import { appOfTest } from './support.ts';

const people = 1000;
/** From the first scan to the last code, ms: seconds on a machine that has nothing else to do. */
const patience = 45_000;

test('a thousand scenes, scanned at once by a thousand people, are a thousand right pairs', async () => {
  const app = await appOfTest();
  const scenes = await Promise.all(Array.from({ length: people }, () => app.browser().open('shop')));
  const sockets = await Promise.all(scenes.map((scene) => app.browser().attach(scene)));

  const start = performance.now();
  const answers = await Promise.all(
    scenes.map(({ sceneId }, number) => app.wechat.scan(nameOf(number), sceneId)),
  );
  const replies = await Promise.all(answers.map(async (answer) => app.wechat.replyText(await answer.text())));
  expect(replies.every((reply) => reply.includes('The Shop'))).toBe(true);
  const snapshots = await Promise.all(sockets.map((socket) => socket.reach('confirmed')));
  expect(performance.now() - start).toBeLessThan(patience);

  expect(snapshots.map(({ sceneId }) => sceneId)).toEqual(scenes.map(({ sceneId }) => sceneId));
  const codes = snapshots.map(({ code = '' }) => code);
  expect(new Set(codes).size).toBe(people);
  const logins = await Promise.all(codes.map(async (code) => (await app.exchange(code)).json()));
  const pairs = (logins as Record<string, unknown>[]).map(({ sceneId, openid }) => [sceneId, openid]);
  expect(pairs).toEqual(scenes.map(({ sceneId }, number) => [sceneId, nameOf(number)]));
  expect(sockets.flatMap((socket) => socket.snapshots.filter(({ version }) => version > 4))).toEqual([]);
}, 180_000);

function nameOf(number: number): string {
  return `oPerson-${String(number).padStart(20, '0')}`;
}
