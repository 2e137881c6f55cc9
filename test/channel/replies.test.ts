import { describe, expect, test } from 'vitest';
import { decrypt, signatureHolds } from '../../src/wechat/seal.ts';
import { parseXml } from '../../src/wechat/xml.ts';
import { event } from '../support/wechat.ts';
import { appId, appOfTest, encodingAesKey, modes, scanXml, token } from './support.ts';
import type { Mode } from './support.ts';

const openid = 'oUserOpenid0000000000000000x';
const replyFields = ['ToUserName', 'FromUserName', 'CreateTime', 'MsgType', 'Content'];

/** The reply's type and XML, to one scan. */
async function replyTo(mode: Mode, options: { site?: string } = {}) {
  const { site = 'The Shop' } = options;
  const shop = {
    id: 'shop',
    name: site,
    secret: 'canary-shop-secret-0123456789',
    account: 'main',
    approval: 'scan',
    origins: ['https://shop.example'],
    redirectUris: ['https://shop.example/login/wechat'],
  };
  const app = await appOfTest({ mode, sites: [shop] });
  const scene = await app.browser().open('shop');
  const stamp = app.wechat.stamp();
  const { query, body } = app.wechat.seal(scanXml(openid, scene.sceneId), stamp);
  const response = await app.wechat.post(query, body);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^application\/xml(;|$)/);
  return { app, scene, stamp, xml: await response.text() };
}

describe.each(['plain', 'compatible'] as const)('in %s mode', (mode) => {
  test('a reply is bare XML, its names the other way round', async () => {
    const { xml } = await replyTo(mode);
    expect(parseXml(xml, [...replyFields, 'Encrypt', 'MsgSignature'])).toEqual({
      ToUserName: openid,
      FromUserName: 'gh_1a2b3c4d5e6f',
      CreateTime: '1700000000',
      MsgType: 'text',
      Content:
        '您正在登录「The Shop」，请回到网页查看。\nYou are signing in to The Shop. Please go back to the page.',
    });
    expect(xml).not.toContain(appId);
  });
});

describe('in safe mode', () => {
  test('a reply is sealed and signed, and says the same inside', async () => {
    const { xml, stamp } = await replyTo('safe');
    const outer = parseXml(xml, ['Encrypt', 'MsgSignature', 'TimeStamp', 'Nonce', ...replyFields]);
    expect(Object.keys(outer)).toEqual(['Encrypt', 'MsgSignature', 'TimeStamp', 'Nonce']);
    const { Encrypt: sealed = '', MsgSignature: signature = '', TimeStamp = '', Nonce = '' } = outer;
    expect(signatureHolds(signature, token, TimeStamp, Nonce, sealed)).toBe(true);
    expect({ TimeStamp, Nonce }).toEqual({ TimeStamp: stamp.timestamp, Nonce: stamp.nonce });
    const inner = parseXml(decrypt(sealed, { appId, encodingAesKey }) ?? '', replyFields);
    expect(inner).toMatchObject({ ToUserName: openid, FromUserName: 'gh_1a2b3c4d5e6f', MsgType: 'text' });
    expect(inner['Content']).toContain('The Shop');
    expect(xml).not.toContain(openid);
  });

  test('the bare success stays unsealed', async () => {
    const app = await appOfTest({ mode: 'safe' });
    const answer = await app.wechat.push(event(openid, { Event: 'CLICK', EventKey: 'menu' }));
    expect(await answer.text()).toBe('success');
  });

  test('the same message is never sealed to the same bytes', async () => {
    const { app, scene, xml } = await replyTo('safe');
    const again = await (await app.wechat.scan(openid, scene.sceneId)).text();
    expect(parseXml(again, ['Encrypt'])).not.toEqual(parseXml(xml, ['Encrypt']));
    expect(app.wechat.replyText(again)).toBe(app.wechat.replyText(xml));
  });
});

const siteNames = ['</Content>]]><x>', 'A & B <i>', '小店「一号」', ']]>]]>'];
describe.each(siteNames)('a site named %s', (site) => {
  test.each(modes)('stays text in %s mode', async (mode) => {
    const { app, xml } = await replyTo(mode, { site });
    expect(app.wechat.replyText(xml)).toContain(`You are signing in to ${site}.`);
  });
});
