import { createCipheriv } from 'node:crypto';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decryptData, fitsRawData, rawDataSignatureHolds } from '../../src/wechat/mini-program-data.ts';
import { checkSignature } from '../../src/wechat/mini-program-login.ts';
import { userProfile } from '../../src/simulator/mini-data.ts';

const appId = 'wx00112233445566aa';
const sessionKey = 'MDEyMzQ1Njc4OUFCQ0RFRg==';
const iv = 'YWJjZGVmZ2hpamtsbW5vcA==';
const rawData = '{"nickName":"小桥","gender":0,"language":"zh_CN"}';
const signature = '2e63c1f0e75c616e4efe4f8157fbcfdeb023241c';
const encryptedData =
  '09/f2OBZUr9eILxALUJDTdOXS9vi8Y2Yq1XUK6gL20yiJuiw1GE3nqSu94Xx+h+XAYL1UNB14ojxHhKQ8IXXbjh6Nkm97jCwgextN6lj+rbAXZcIN/AH1rwCvHNfwxyrzurPhZedqE21QNOLB7tORl+mFO6mOMg5uqGSBuJmAE5huZAD5I6z36d8Pkm56RoDxtGiuIyl080GQdeDdZMbqQ==';
const sealedAt = 1_700_000_000_000;
const age = { now: sealedAt, maxAgeMs: 300_000 };
const watermark = { timestamp: sealedAt / 1000, appid: appId };

describe('vectors', () => {
  test('the signature of rawData, Chinese text in it', () => {
    expect(rawDataSignatureHolds(rawData, signature, sessionKey)).toBe(true);
  });

  test('the signature of a question after the session_key', () => {
    expect(checkSignature(sessionKey)).toBe(
      'd0e4e01fc367e73bd4d5c13f45ce407b008459a9dad1570c2fa89f5dc230fe2d',
    );
  });

  test('encryptedData', () => {
    expect(decryptData({ encryptedData, iv }, sessionKey, appId, age)).toEqual({
      ok: true,
      data: { phoneNumber: '13800000000', purePhoneNumber: '13800000000', countryCode: '86' },
    });
  });
});

describe('the signature of rawData does not hold', () => {
  test.each([
    { name: 'of changed data', data: rawData.replace('0', '1') },
    { name: 'of data written anew', data: JSON.stringify(JSON.parse(rawData), null, 1) },
    { name: 'in capitals', given: signature.toUpperCase() },
    { name: 'shortened', given: signature.slice(1) },
    { name: 'lengthened', given: `${signature}0` },
    { name: 'empty', given: '' },
    { name: 'under another key', key: 'RkVEQ0JBOTg3NjU0MzIxMA==' },
    { name: 'under the bytes of the key', key: '0123456789ABCDEF' },
  ])('$name', ({ data = rawData, given = signature, key = sessionKey }) => {
    expect(rawDataSignatureHolds(data, given, key)).toBe(false);
  });
});

describe('encryptedData is refused', () => {
  const middle = encryptedData.length / 2;
  test.each([
    { name: 'empty', changed: '' },
    {
      name: 'with a space in it',
      changed: `${encryptedData.slice(0, middle)} ${encryptedData.slice(middle)}`,
    },
    { name: 'with a line break at its end', changed: `${encryptedData}\n` },
    { name: 'with spaces for its plus signs', changed: encryptedData.replaceAll('+', ' ') },
    { name: 'in the alphabet of URLs', changed: encryptedData.replaceAll('+', '-').replaceAll('/', '_') },
    { name: 'without its padding', changed: encryptedData.replace('==', '') },
    { name: 'with too much padding', changed: `${encryptedData}=` },
    { name: 'not base64 at all', changed: '小桥' },
    { name: 'cut within a block', changed: Buffer.alloc(17).toString('base64') },
    { name: 'without its last block', changed: bytes(encryptedData).subarray(0, -16).toString('base64') },
  ])('$name', ({ changed }) => {
    expect(decryptData({ encryptedData: changed, iv }, sessionKey, appId, age)).toEqual({
      ok: false,
      fault: 'encrypted_data_invalid',
    });
  });

  test('under a key that was replaced since', () => {
    const opened = decryptData({ encryptedData, iv }, 'RkVEQ0JBOTg3NjU0MzIxMA==', appId, age);
    expect(opened).toEqual({ ok: false, fault: 'encrypted_data_invalid' });
  });

  test.each([
    { name: 'text', plain: 'phone' },
    { name: 'null', plain: 'null' },
    { name: 'a number', plain: '7' },
    { name: 'bytes that are no UTF-8', plain: Buffer.from('7b22ff223a317d', 'hex') },
  ])('when it holds $name', ({ plain }) => {
    expect(faultOf(plain)).toBe('encrypted_data_invalid');
  });

  test('of whatever bytes, and never thrown', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        const changed = Buffer.from(noise).toString('base64');
        const opened = decryptData({ encryptedData: changed, iv }, sessionKey, appId, age);
        expect(opened).toEqual({ ok: false, fault: 'encrypted_data_invalid' });
      }),
    );
  });
});

describe('iv is refused', () => {
  test.each([
    { name: 'empty', changed: '' },
    { name: 'of 15 bytes', changed: Buffer.alloc(15).toString('base64') },
    { name: 'of 17 bytes', changed: Buffer.alloc(17).toString('base64') },
    { name: 'with a space at its end', changed: `${iv} ` },
    { name: 'without its padding', changed: iv.replace('==', '') },
    { name: 'with stray bits', changed: iv.replace('A==', 'B==') },
  ])('$name', ({ changed }) => {
    expect(decryptData({ encryptedData, iv: changed }, sessionKey, appId, age)).toEqual({
      ok: false,
      fault: 'iv_invalid',
    });
  });
});

function openedWith(given: { encryptedData: string; iv: string }): Record<string, unknown> {
  const found = decryptData(given, sessionKey, appId, age);
  if (!found.ok) throw new Error(found.fault);
  return found.data;
}

describe('opened data beside rawData', () => {
  test('fit what WeChat hands out with them, whatever they say beside it', () => {
    const profile = userProfile(sessionKey, appId, sealedAt);
    expect(fitsRawData(openedWith(profile), profile.rawData)).toBe(true);
    expect(fitsRawData({ ...openedWith(profile), openId: 'oMei', city: '' }, profile.rawData)).toBe(true);
  });

  test('fit it when they are of another kind, as both vectors are', () => {
    expect(fitsRawData(openedWith({ encryptedData, iv }), rawData)).toBe(true);
  });

  test.each([
    { name: 'a value is another', data: { a: 1, b: 2 }, raw: '{"a":1,"b":3}' },
    { name: 'a name is another', data: { aa: 1, b: 2 }, raw: '{"a":1,"b":2}' },
    { name: 'something is missing', data: { a: { b: [1] }, c: 1 }, raw: '{"a":{"b":[1]},"c":1,"d":2}' },
    { name: 'the depth is another', data: { a: { b: [1] } }, raw: '{"a":{"b":[1,2]}}' },
    { name: 'a number is text', data: { a: 1 }, raw: '{"a":"1"}' },
  ])('do not when $name', ({ data, raw }) => {
    expect(fitsRawData(data, raw)).toBe(false);
  });

  test.each(['[]', 'null', '"a"', '', '{"constructor":{}}'])('find nothing that is theirs in %s', (raw) => {
    expect(fitsRawData({ a: 1 }, raw)).toBe(true);
  });
});

describe('the watermark', () => {
  test.each([
    { name: 'none', mark: undefined },
    { name: 'of text', mark: 'wx00112233445566aa' },
    { name: 'without a time', mark: { appid: appId } },
    { name: 'with a time of text', mark: { ...watermark, timestamp: '1700000000' } },
    { name: 'of another app', mark: { ...watermark, appid: 'wx99887766554433aa' } },
  ])('$name is refused', ({ mark }) => {
    expect(faultOf(JSON.stringify({ nickName: '小桥', watermark: mark }))).toBe('watermark_invalid');
  });

  test('of a list is refused', () => {
    expect(faultOf(JSON.stringify([{ watermark }]))).toBe('watermark_invalid');
  });

  test.each([
    { name: '300 s ago', now: sealedAt + 300_000, fault: undefined },
    { name: 'longer ago', now: sealedAt + 300_001, fault: 'watermark_stale' },
    { name: '300 s ahead', now: sealedAt - 300_000, fault: undefined },
    { name: 'further ahead', now: sealedAt - 300_001, fault: 'watermark_stale' },
  ])('$name: $fault', ({ now, fault }) => {
    const opened = decryptData({ encryptedData, iv }, sessionKey, appId, { ...age, now });
    expect(opened.ok ? undefined : opened.fault).toBe(fault);
  });

  test('is no part of the data, and a field named like a prototype is nothing but data', () => {
    const opened = decryptData(
      {
        encryptedData: sealed(`{"__proto__":{"isAdmin":true},"watermark":${JSON.stringify(watermark)}}`),
        iv,
      },
      sessionKey,
      appId,
      age,
    );
    if (!opened.ok) throw new Error(opened.fault);
    expect(Object.keys(opened.data)).toEqual(['__proto__']);
    expect(opened.data['isAdmin']).toBeUndefined();
  });
});

function bytes(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}

/** As WeChat seals. */
function sealed(plain: string | Buffer): string {
  const cipher = createCipheriv('aes-128-cbc', bytes(sessionKey), bytes(iv));
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
}

function faultOf(plain: string | Buffer): string | undefined {
  const opened = decryptData({ encryptedData: sealed(plain), iv }, sessionKey, appId, age);
  return opened.ok ? undefined : opened.fault;
}
