import { createHash, createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomId } from '../../src/kit/id.ts';
import { challengeOf, deriveCode, isSceneId, sceneIdOf } from '../../src/scene/code.ts';

const sceneId = 'AbCdEfGhIjKlMnOpQrStUv';
const claim = 'a'.repeat(43);

test('a code is the scene id, then HMAC-SHA256 of "saoma-code:" and the id, with the claim as the key', () => {
  const mac = createHmac('sha256', Buffer.from(claim, 'ascii'))
    .update(`saoma-code:${sceneId}`, 'ascii')
    .digest();
  expect(deriveCode(sceneId, claim)).toBe(sceneId + mac.toString('base64url'));
});

test('it is the same again for the same claim, and another for any other claim or scene', () => {
  const ids = fc.constantFrom(...Array.from({ length: 20 }, () => randomId(16)));
  const claims = fc.constantFrom(...Array.from({ length: 20 }, () => randomId(32)));
  fc.assert(
    fc.property(ids, claims, ids, claims, (id, secret, otherId, otherSecret) => {
      const isSame = id === otherId && secret === otherSecret;
      expect(deriveCode(id, secret) === deriveCode(otherId, otherSecret)).toBe(isSame);
    }),
  );
});

test('it tells its scene, and nothing of the claim', () => {
  const code = deriveCode(sceneId, claim);
  expect(code).toMatch(/^[A-Za-z0-9_-]{65}$/);
  expect(sceneIdOf(code)).toBe(sceneId);
  expect(code).not.toContain(claim.slice(0, 8));
});

const code = deriveCode(sceneId, claim);

test.each([
  { name: 'nothing', text: '' },
  { name: 'a scene id', text: sceneId },
  { name: 'a claim', text: claim },
  { name: 'a code cut short', text: code.slice(0, -1) },
  { name: 'a code with one character more', text: `${code}A` },
  { name: 'a code with a line break', text: `${code}\n` },
  { name: 'a code within spaces', text: ` ${code.slice(1)}` },
  { name: 'base64 with padding', text: `${code.slice(0, -1)}=` },
  { name: 'base64 of the other alphabet', text: `${code.slice(0, -1)}+` },
  { name: 'letters that only look right', text: `${code.slice(0, -1)}\uff21` },
])('$name is no code', ({ text }) => {
  expect(sceneIdOf(text)).toBeUndefined();
});

test.each([
  { text: sceneId, verdict: true },
  { text: '-_-_-_-_-_-_-_-_-_-_-_', verdict: true },
  { text: '', verdict: false },
  { text: sceneId.slice(1), verdict: false },
  { text: `${sceneId}A`, verdict: false },
  { text: `${sceneId}\n`, verdict: false },
  { text: `${sceneId.slice(1)}/`, verdict: false },
  { text: `${sceneId.slice(1)}é`, verdict: false },
])('$text is a scene id: $verdict', ({ text, verdict }) => {
  expect(isSceneId(text)).toBe(verdict);
});

test('a challenge is S256 as RFC 7636 has it, appendix B', () => {
  expect(challengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  );
  expect(challengeOf('')).toBe(createHash('sha256').update('').digest('base64url'));
});
