import { expect, test } from 'vitest';
import { openSessionKey, sealSessionKey } from '../../src/channel/session-key-seal.ts';
import { randomId } from '../../src/kit/id.ts';

const sessionKey = 'MDEyMzQ1Njc4OUFCQ0RFRg==';
const holder = {
  appId: 'wx00112233445566aa',
  appSecret: 'canary0mini0secret0canary0mini00',
  token: randomId(32),
  openid: 'oMei',
};

test('a session_key comes back to whoever has the token and the secret', () => {
  const sealed = sealSessionKey(sessionKey, holder, randomId);
  expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/);
  expect(openSessionKey(sealed, holder)).toBe(sessionKey);
});

test('the same is sealed differently each time, and never shows', () => {
  const sealed = Array.from({ length: 20 }, () => sealSessionKey(sessionKey, holder, randomId));
  expect(new Set(sealed).size).toBe(20);
  const bytes = sealed.map((each) => Buffer.from(each, 'base64url').toString('latin1'));
  expect(bytes.filter((each) => each.includes('MDEy') || each.includes('0123456789'))).toEqual([]);
});

test.each([
  { what: 'token', other: { token: randomId(32) } },
  { what: 'secret', other: { appSecret: 'another0secret0another0secret000' } },
  { what: 'person', other: { openid: 'oBo' } },
  { what: 'app', other: { appId: 'wx00112233445566bb' } },
])('with another $what it cannot be read', ({ other }) => {
  const sealed = sealSessionKey(sessionKey, holder, randomId);
  expect(openSessionKey(sealed, { ...holder, ...other })).toBeUndefined();
});

test('whatever was changed, cut or made up cannot be read', () => {
  const sealed = Buffer.from(sealSessionKey(sessionKey, holder, randomId), 'base64url');
  const changed = Array.from(sealed, (byte, at) => Buffer.from(sealed).fill(byte ^ 1, at, at + 1));
  const cut = Array.from(sealed, (_, length) => sealed.subarray(0, length));
  const opened = [...changed, ...cut].map((bytes) => openSessionKey(bytes.toString('base64url'), holder));
  expect(opened.filter((each) => each !== undefined)).toEqual([]);
  expect(openSessionKey('', holder)).toBeUndefined();
  expect(openSessionKey('not base64 *', holder)).toBeUndefined();
});
