import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { encryptedReply, textReply } from '../../src/wechat/notices.ts';
import { decrypt, signatureHolds } from '../../src/wechat/seal.ts';
import { parseXml } from '../../src/wechat/xml.ts';

const names = ['ToUserName', 'FromUserName', 'CreateTime', 'MsgType', 'Content'];
const keys = {
  appId: 'wx00112233445566aa',
  encodingAesKey: 'AwoRGB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dw',
  token: 'bridgeTestToken01',
};

const reply = (content: string) =>
  textReply({ to: 'oUserOpenid0000000000000000x', from: 'gh_1a2b3c4d5e6f', content, createTime: 1700000001 });

describe('a text reply', () => {
  test('has the five elements, the time bare', () => {
    expect(reply('You are logged in.')).toBe(
      '<xml><ToUserName><![CDATA[oUserOpenid0000000000000000x]]></ToUserName>' +
        '<FromUserName><![CDATA[gh_1a2b3c4d5e6f]]></FromUserName><CreateTime>1700000001</CreateTime>' +
        '<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[You are logged in.]]></Content></xml>',
    );
  });

  test('no content breaks out of it', () => {
    const content = fc.array(
      fc.constantFrom(']]>', ']]', '>', ']', '<![CDATA[', '</Content>', '<MsgType>', '&lt;', 'x'),
    );
    fc.assert(
      fc.property(content, (parts) => {
        expect(parseXml(reply(parts.join('')), names)).toMatchObject({
          MsgType: 'text',
          Content: parts.join(''),
        });
      }),
    );
  });
});

test('a sealed reply has four elements, signs what it holds, and opens to the reply', () => {
  const stamp = { timestamp: '1700000001', nonce: '83719' };
  const envelope = encryptedReply(reply('扫码成功'), keys, stamp);
  expect(envelope).toMatch(
    /^<xml><Encrypt><!\[CDATA\[.+\]\]><\/Encrypt><MsgSignature><!\[CDATA\[[0-9a-f]{40}\]\]><\/MsgSignature><TimeStamp>1700000001<\/TimeStamp><Nonce><!\[CDATA\[83719\]\]><\/Nonce><\/xml>$/,
  );
  const { Encrypt = '', MsgSignature = '' } = parseXml(envelope, ['Encrypt', 'MsgSignature']);
  expect(signatureHolds(MsgSignature, keys.token, stamp.timestamp, stamp.nonce, Encrypt)).toBe(true);
  expect(decrypt(Encrypt, keys)).toBe(reply('扫码成功'));
});
