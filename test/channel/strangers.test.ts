import { describe, expect, test } from 'vitest';
import { FakeClock } from '../support/fake-clock.ts';
import { addFault, appOfTest, expectUntouched, look, reached, scanXml, textOf, whoCame } from './support.ts';

const owner = 'oOwner00000000000000000000xx';
const stranger = (number: number) => `oStranger000000000000000000${number}`;

/** Time stands still and WeChat tells nothing, so that the scene stays scanned. */
async function scannedScene() {
  const app = await appOfTest({ clock: new FakeClock() });
  await addFault(app, { api: 'user/info', stallMs: 30_000 });
  const scene = await app.browser().open('shop');
  await app.wechat.scan(owner, scene.sceneId);
  expect(await look(app, scene)).toMatchObject({ state: 'scanned', version: 2 });
  const come = async (number: number): Promise<void> => {
    expect(await textOf(app, app.wechat.scan(stranger(number), scene.sceneId))).toBe(
      '此二维码已被他人扫描，请在网页上换一个新的。\nSomebody else has scanned this code. Please get a new one on the page.',
    );
  };
  return { app, scene, come };
}

describe('somebody else', () => {
  test('is told so, and changes nothing', async () => {
    const { app, scene, come } = await scannedScene();
    await come(1);
    expect(await look(app, scene)).toMatchObject({ state: 'scanned', version: 2 });
  });

  test('changes nothing after the login either', async () => {
    const app = await appOfTest();
    const scene = await app.browser().open('shop');
    await app.wechat.scan(owner, scene.sceneId);
    expect(await whoCame(app, scene)).toMatchObject({ openid: owner });
    expect(await textOf(app, app.wechat.scan(stranger(1), scene.sceneId))).toContain('no longer valid');
    expect(await look(app, scene)).toMatchObject({ state: 'consumed' });
  });

  test('five of them are borne, the sixth ends the scene', async () => {
    const { app, scene, come } = await scannedScene();
    for (const number of [1, 2, 3, 4, 5]) await come(number);
    expect(await look(app, scene)).toMatchObject({ state: 'scanned', version: 2 });
    await come(6);
    expect(await look(app, scene)).toMatchObject({ state: 'cancelled', reason: 'too_many_scanners' });
  });

  test('however many they are, they do not take a confirmed login from its owner', async () => {
    const app = await appOfTest();
    const scene = await app.browser().open('shop');
    await app.wechat.scan(owner, scene.sceneId);
    await reached(app, scene, 'confirmed');
    for (let number = 0; number < 8; number++) await app.wechat.scan(stranger(number), scene.sceneId);
    expect(await whoCame(app, scene)).toMatchObject({ openid: owner });
  });

  test('six of them at once end it as well', async () => {
    const { app, scene, come } = await scannedScene();
    await Promise.all([1, 2, 3, 4, 5, 6].map((number) => come(number)));
    expect(await look(app, scene)).toMatchObject({ state: 'cancelled', version: 3 });
  });

  test('who comes ten times counts once', async () => {
    const { app, scene, come } = await scannedScene();
    for (let time = 0; time < 10; time++) await come(1);
    for (const number of [2, 3, 4, 5]) await come(number);
    expect(await look(app, scene)).toMatchObject({ state: 'scanned', version: 2 });
  });

  test('of twenty who scan at once, one is the owner', async () => {
    const app = await appOfTest();
    const scene = await app.browser().open('shop');
    const people = Array.from({ length: 20 }, (_, number) => stranger(number));
    const replies = await Promise.all(people.map((who) => textOf(app, app.wechat.scan(who, scene.sceneId))));
    expect(replies.filter((reply) => reply.includes('The Shop'))).toHaveLength(1);
  });
});

describe('scansPerOpenidPerMinute', () => {
  const tooMany = '扫码过于频繁，请稍后再试。\nToo many scans. Please try again in a minute.';

  test('a scan beyond it has no effect, and is answered', async () => {
    const app = await appOfTest({ config: { limits: { scansPerOpenidPerMinute: 3 } } });
    const scenes = await Promise.all(Array.from({ length: 5 }, () => app.browser().open('shop')));
    const replies = [];
    for (const { sceneId } of scenes) replies.push(await textOf(app, app.wechat.scan(owner, sceneId)));
    expect(replies.slice(0, 3).every((reply) => reply.includes('The Shop'))).toBe(true);
    expect(replies.slice(3)).toEqual([tooMany, tooMany]);
    await expectUntouched(app, scenes[3]!);
    await expectUntouched(app, scenes[4]!);
  });

  test("WeChat's repeat of the same push is no further scan, and gets the same reply", async () => {
    const app = await appOfTest({ config: { limits: { scansPerOpenidPerMinute: 1 } } });
    const { sceneId } = await app.browser().open('shop');
    const { query, body } = app.wechat.seal(scanXml(owner, sceneId));
    const replies = [];
    for (let time = 0; time < 4; time++) replies.push(await textOf(app, app.wechat.post(query, body)));
    expect(new Set(replies).size).toBe(1);
    expect(replies[0]).toContain('The Shop');
    const other = await app.browser().open('shop');
    expect(await textOf(app, app.wechat.scan(owner, other.sceneId))).toBe(tooMany);
  });

  test('is counted for each person', async () => {
    const app = await appOfTest({ config: { limits: { scansPerOpenidPerMinute: 1 } } });
    const [first, second] = await Promise.all([app.browser().open('shop'), app.browser().open('shop')]);
    expect(await textOf(app, app.wechat.scan(owner, first.sceneId))).toContain('The Shop');
    expect(await textOf(app, app.wechat.scan(stranger(1), second.sceneId))).toContain('The Shop');
    expect(await whoCame(app, second)).toMatchObject({ openid: stranger(1) });
  });

  test('scans of codes that are not ours, and other events, are not counted', async () => {
    const app = await appOfTest({ config: { limits: { scansPerOpenidPerMinute: 1 } } });
    const scene = await app.browser().open('shop');
    for (let time = 0; time < 5; time++) {
      expect(await textOf(app, app.wechat.scan(owner, 'login-8f3a21c0'))).toBe('success');
      expect(await textOf(app, app.wechat.unfollow(owner))).toBe('success');
    }
    expect(await textOf(app, app.wechat.scan(owner, scene.sceneId))).toContain('The Shop');
  });
});
