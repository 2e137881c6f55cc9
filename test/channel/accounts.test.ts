import { describe, expect, test } from 'vitest';
import { appOfTest, expectUntouched, modes, scanXml, textOf, whoCame } from './support.ts';
import type { Mode } from './support.ts';

const openid = 'oUserOpenid0000000000000000x';
const second = {
  name: 'second',
  appId: 'wxffeeddccbbaa9988',
  token: 'anotherToken0123456789',
  encodingAesKey: 'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU',
};

const start = (mode: Mode, further: object = {}) =>
  appOfTest({ mode, furtherAccounts: [{ ...second, ...further }] });

describe.each(modes)('in %s mode', (mode) => {
  test('an event that reaches another account than the scene has no effect', async () => {
    const app = await start(mode);
    const scene = await app.browser().open('shop');
    const answer = await app.wechatOf('second').scan(openid, scene.sceneId);
    expect(answer.status).toBe(200);
    expect(app.wechatOf('second').replyText(await answer.text())).toContain('no longer valid');
    await expectUntouched(app, scene);
    expect(await textOf(app, app.wechat.scan(openid, scene.sceneId))).toContain('The Shop');
    expect(await whoCame(app, scene)).toMatchObject({ account: 'main', openid });
  });

  test('nor has one that comes after the scan', async () => {
    const app = await start(mode);
    const scene = await app.browser().open('shop');
    await app.wechat.scan(openid, scene.sceneId);
    for (let number = 0; number < 7; number++)
      await app.wechatOf('second').scan(`oStranger000000000000000000${number}`, scene.sceneId);
    expect(await whoCame(app, scene)).toMatchObject({ account: 'main', openid });
  });

  test("an account's push is refused at another account's address", async () => {
    const app = await start(mode);
    const scene = await app.browser().open('shop');
    const { query, body } = app.wechatOf('second').seal(scanXml(openid, scene.sceneId));
    expect((await app.wechat.post(query, body)).status).toBe(403);
    await expectUntouched(app, scene);
  });
});

test('an account of another app is refused even if it shares token and key', async () => {
  const { name, appId } = second;
  const shared = {
    token: 'bridgeTestToken01',
    encodingAesKey: 'AwoRGB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dw',
  };
  const app = await appOfTest({ mode: 'safe', furtherAccounts: [{ name, appId, ...shared }] });
  const scene = await app.browser().open('shop');
  const { query, body } = app.wechatOf('second').seal(scanXml(openid, scene.sceneId));
  expect((await app.wechat.post(query, body)).status).toBe(403);
  await expectUntouched(app, scene);
});

test('accounts of different modes live side by side', async () => {
  const app = await appOfTest({ mode: 'safe', furtherAccounts: [{ ...second, mode: 'plain' }] });
  const scene = await app.browser().open('shop');
  const plain = await app.wechatOf('second').push(scanXml(openid, scene.sceneId));
  expect(await plain.text()).toContain('<Content>');
  expect(await (await app.wechat.scan(openid, scene.sceneId)).text()).toContain('<Encrypt>');
});
