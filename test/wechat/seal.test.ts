import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decrypt, encrypt, signatureHolds, signatureOf } from '../../src/wechat/seal.ts';

const token = 'bridgeTestToken01';
const keys = { appId: 'wx00112233445566aa', encodingAesKey: 'AwoRGB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dw' };
const timestamp = '1700000000';
const nonce = '987654321';

const vectors = [
  {
    name: 'ASCII, padded by 22',
    random: '0123456789abcdef',
    message: 'ping',
    sealed: 'P8XLYP3mVm467GEjgHZ6BbYLZLJDn5fPWUibMyqHpJ+d7ymBbFvtdm1TSrLQGmEv3mIStw/gpadaUDYIUFcCyA==',
    signature: 'f8478716a46a791cdc665c4267801c2c9d382a92',
  },
  {
    name: 'Chinese, padded by 26',
    random: 'fedcba9876543210',
    message: '<xml><Event>扫码</Event></xml>',
    sealed:
      'kS9MmwNkzOKUGmu8ewz0RNclRV5qFGxyYO0QUVtka7VQQnooOJDhQruckK5KhAAAykOZewH7EeIGudNq0un7oExaY+GIKnmYpCKiqRCTHHKfZsv/caLi91zfcabQaGyR',
    signature: 'c6cb3c58de412ecf644d17c16451363b5de03bbe',
  },
];
const ping = vectors[0]!.sealed;

describe('vectors', () => {
  test('the signature of an address check', () => {
    expect(signatureOf(token, timestamp, nonce)).toBe('27b314bc649de1b1e51e0e28184c2c8a61e61f61');
  });

  test.each(vectors)('$name', ({ random, message, sealed: expected, signature }) => {
    expect(encrypt(message, keys, Buffer.from(random))).toBe(expected);
    expect(decrypt(expected, keys)).toBe(message);
    expect(signatureOf(token, timestamp, nonce, expected)).toBe(signature);
    expect(signatureHolds(signature, expected, nonce, token, timestamp)).toBe(true);
  });
});

describe('signature', () => {
  const right = signatureOf(token, timestamp, nonce);
  const wrong = [
    { name: 'empty', given: '' },
    { name: 'upper case', given: right.toUpperCase() },
    { name: 'shortened', given: right.slice(1) },
    { name: 'lengthened', given: `${right}0` },
    { name: 'of other parts', given: signatureOf(token, timestamp, '987654322') },
  ];
  test.each(wrong)('$name does not hold', ({ given }) => {
    expect(signatureHolds(given, token, timestamp, nonce)).toBe(false);
  });

  test('sorts by bytes, not by UTF-16 units', () => {
    // U+FFEE comes before U+1F600 in UTF-8 and after it in UTF-16.
    expect(signatureOf('\u{1f600}', '\uffee')).toBe(signatureOf('\uffee\u{1f600}'));
  });
});

describe('what does not open', () => {
  const bytes = Buffer.from(ping, 'base64');
  const faults = [
    { name: 'nothing', text: '' },
    { name: 'no base64', text: '!!!!' },
    { name: 'base64 with a line feed', text: `${ping}\n` },
    { name: 'base64 with junk inside', text: `${ping.slice(0, 8)}*${ping.slice(8)}` },
    { name: 'base64url', text: ping.replaceAll('+', '-').replaceAll('/', '_') },
    { name: 'base64 without its padding', text: ping.replaceAll('=', '') },
    { name: 'base64 with stray bits', text: `${ping.slice(0, -3)}B==` },
    { name: 'a broken block', text: bytes.subarray(0, 63).toString('base64') },
    { name: 'half of a padded block', text: bytes.subarray(0, 48).toString('base64') },
    { name: 'a missing block', text: bytes.subarray(0, 32).toString('base64') },
    {
      name: 'exchanged blocks',
      text: Buffer.concat([bytes.subarray(32), bytes.subarray(0, 32)]).toString('base64'),
    },
    {
      name: 'the envelope of another account',
      text: encrypt('ping', { ...keys, appId: 'wx00112233445566ab' }),
    },
    { name: 'the envelope of a longer app id', text: encrypt('ping', { ...keys, appId: `${keys.appId}0` }) },
    {
      name: 'the envelope of another key',
      text: encrypt('ping', { ...keys, encodingAesKey: 'A'.repeat(43) }),
    },
  ];
  test.each(faults)('$name', ({ text }) => {
    expect(decrypt(text, keys)).toBeUndefined();
  });

  test('text that is not UTF-8', () => {
    // Shifts one byte between the two parts, so that the message ends in the first half of a character.
    const half = encrypt('ab', { ...keys, appId: `é${keys.appId}` });
    expect(decrypt(half, keys)).toBeUndefined();
    expect(decrypt(half, { ...keys, appId: `é${keys.appId}` })).toBe('ab');
  });
});

describe('properties', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 300 });
  const noise = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes).toString('base64'));
  const junk = fc.oneof(noise, fc.string({ maxLength: 400 }));

  test('what was sealed opens to the same text', () => {
    const opensAgain = fc.property(text, (message) => {
      expect(decrypt(encrypt(message, keys), keys)).toBe(message);
    });
    fc.assert(opensAgain);
  });

  test('nothing opens, or throws, that we did not seal', () => {
    const staysShut = fc.property(junk, (sealed) => {
      expect(decrypt(sealed, keys)).toBeUndefined();
    });
    fc.assert(staysShut);
  });
});
