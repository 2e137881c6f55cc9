import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { randomId } from '../../src/kit/id.ts';
import { deriveCode } from '../../src/scene/code.ts';
import { failureOf, openRoom, times } from './support.ts';

const site = 'shop';
const idempotencyKey = 'a-key-of-16-characters';

const flip = (text: string, at: number): string =>
  text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);

test('a code is taken once', async () => {
  const { confirmed, scenes } = openRoom();
  const { scene, code } = await confirmed();
  expect(await scenes.redeem(code, { site })).toMatchObject({
    id: scene.id,
    state: 'consumed',
    version: 4,
    openid: 'oOwner',
    unionid: 'uOwner',
  });
  expect(await failureOf(scenes.redeem(code, { site }))).toBe('invalid_grant');
});

test('of 50 who take it at once one has it', async () => {
  const { confirmed, scenes } = openRoom();
  const { code } = await confirmed();
  const failures = await Promise.all(
    Array.from({ length: 50 }, () => failureOf(scenes.redeem(code, { site }))),
  );
  expect(failures.toSorted()).toStrictEqual([...Array.from({ length: 49 }, () => 'invalid_grant'), 'none']);
});

describe('refused', () => {
  test.each<{ name: string; other: (code: string) => string }>([
    { name: 'nothing', other: () => '' },
    { name: 'nonsense', other: () => 'nonsense' },
    { name: 'a code of no scene', other: () => randomId(16) + randomId(32) },
    { name: 'the id of the scene with another secret', other: (code) => code.slice(0, 22) + randomId(32) },
    { name: 'the secret with another id', other: (code) => randomId(16) + code.slice(22) },
    { name: 'a code with one letter changed', other: (code) => flip(code, 30) },
    { name: 'a code cut short', other: (code) => code.slice(0, -1) },
    { name: 'a code with a letter more', other: (code) => `${code}A` },
  ])('$name, and the right code works afterwards', async ({ other }) => {
    const { confirmed, scenes } = openRoom();
    const { code } = await confirmed();
    expect(await failureOf(scenes.redeem(other(code), { site }))).toBe('invalid_grant');
    expect(await failureOf(scenes.redeem(code, { site }))).toBe('none');
  });

  test('by another site, and the right one has it afterwards', async () => {
    const { confirmed, scenes } = openRoom();
    const { code } = await confirmed();
    expect(await failureOf(scenes.redeem(code, { site: 'bank' }))).toBe('invalid_grant');
    expect(await failureOf(scenes.redeem(code, { site: 'bank', idempotencyKey }))).toBe('invalid_grant');
    expect(await failureOf(scenes.redeem(code, { site }))).toBe('none');
  });

  test('the claim, and the hashes that are stored', async () => {
    const { confirmed, scenes, store } = openRoom();
    const { scene, claim } = await confirmed();
    const { claimHash, codeHash } = (await store.find(scene.id))!;
    for (const secret of [claim, claimHash, codeHash])
      expect(await failureOf(scenes.redeem(scene.id + secret, { site }))).toBe('invalid_grant');
  });

  test.each(['pending', 'scanned'] as const)('a code whose scene is %s', async (state) => {
    const { open, scanned, scenes, store } = openRoom();
    const { scene, claim } = await (state === 'pending' ? open() : scanned());
    expect(await failureOf(scenes.redeem(deriveCode(scene.id, claim), { site }))).toBe('invalid_grant');
    expect(await store.find(scene.id)).toMatchObject({ state });
  });

  test('a code that is too old, to the millisecond', async () => {
    const { confirmed, scenes, clock } = openRoom();
    const [first, second] = [await confirmed(), await confirmed()];
    clock.advance(times.codeTtl - 1);
    expect(await failureOf(scenes.redeem(first.code, { site }))).toBe('none');
    clock.advance(1);
    expect(await failureOf(scenes.redeem(second.code, { site }))).toBe('invalid_grant');
  });

  test('a code whose scene was cancelled', async () => {
    const { confirmed, scenes } = openRoom();
    const { scene, claim, code } = await confirmed();
    await scenes.cancelByBrowser(scene.id, claim);
    expect(await failureOf(scenes.redeem(code, { site, idempotencyKey }))).toBe('invalid_grant');
  });
});

describe('PKCE', () => {
  const verifier = randomId(32);
  const challenge = createHash('sha256').update(verifier).digest('base64url');

  test.each([
    { name: 'neither', codeChallenge: null, codeVerifier: undefined, outcome: 'none' },
    { name: 'both, and they fit', codeChallenge: challenge, codeVerifier: verifier, outcome: 'none' },
    {
      name: 'a challenge and no verifier',
      codeChallenge: challenge,
      codeVerifier: undefined,
      outcome: 'invalid_grant',
    },
    {
      name: 'a challenge and an empty verifier',
      codeChallenge: challenge,
      codeVerifier: '',
      outcome: 'invalid_grant',
    },
    {
      name: 'a challenge and another verifier',
      codeChallenge: challenge,
      codeVerifier: randomId(32),
      outcome: 'invalid_grant',
    },
    {
      name: 'a challenge sent as the verifier',
      codeChallenge: challenge,
      codeVerifier: challenge,
      outcome: 'invalid_grant',
    },
    {
      name: 'a verifier and no challenge',
      codeChallenge: null,
      codeVerifier: verifier,
      outcome: 'invalid_grant',
    },
    {
      name: 'an empty verifier and no challenge',
      codeChallenge: null,
      codeVerifier: '',
      outcome: 'invalid_grant',
    },
  ])('$name: $outcome', async ({ codeChallenge, codeVerifier, outcome }) => {
    const { confirmed, scenes, store } = openRoom();
    const { scene, code } = await confirmed({ codeChallenge });
    expect(await failureOf(scenes.redeem(code, { site, codeVerifier }))).toBe(outcome);
    expect(await store.find(scene.id)).toMatchObject({
      state: outcome === 'none' ? 'consumed' : 'confirmed',
    });
  });

  test('a repeat needs the verifier too', async () => {
    const { confirmed, scenes } = openRoom();
    const { code } = await confirmed({ codeChallenge: challenge });
    await scenes.redeem(code, { site, codeVerifier: verifier, idempotencyKey });
    expect(await failureOf(scenes.redeem(code, { site, codeVerifier: verifier, idempotencyKey }))).toBe(
      'none',
    );
    expect(await failureOf(scenes.redeem(code, { site, idempotencyKey }))).toBe('invalid_grant');
    expect(await failureOf(scenes.redeem(code, { site, codeVerifier: 'other', idempotencyKey }))).toBe(
      'invalid_grant',
    );
  });
});

describe('an Idempotency-Key', () => {
  test('gets the same answer for as long as the scene is kept', async () => {
    const { confirmed, scenes, clock } = openRoom();
    const { code } = await confirmed();
    const first = await scenes.redeem(code, { site, idempotencyKey });
    expect(await scenes.redeem(code, { site, idempotencyKey })).toStrictEqual(first);
    clock.advance(59_999);
    expect(await scenes.redeem(code, { site, idempotencyKey })).toStrictEqual(first);
    clock.advance(1);
    expect(await failureOf(scenes.redeem(code, { site, idempotencyKey }))).toBe('invalid_grant');
  });

  test('of 50 at once gets 50 times the same', async () => {
    const { confirmed, scenes } = openRoom();
    const { code } = await confirmed();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => scenes.redeem(code, { site, idempotencyKey })),
    );
    for (const answer of answers) expect(answer).toStrictEqual(answers[0]);
  });

  test.each([
    { name: 'another key', redemption: { site, idempotencyKey: 'another-key-of-16' } },
    { name: 'no key', redemption: { site } },
    { name: 'an empty key', redemption: { site, idempotencyKey: '' } },
    { name: 'another site', redemption: { site: 'bank', idempotencyKey } },
  ])('$name gets nothing of it', async ({ redemption }) => {
    const { confirmed, scenes } = openRoom();
    const { code } = await confirmed();
    await scenes.redeem(code, { site, idempotencyKey });
    expect(await failureOf(scenes.redeem(code, redemption))).toBe('invalid_grant');
  });

  test('opens no other code', async () => {
    const { confirmed, scenes } = openRoom();
    const [one, other] = [await confirmed(), await confirmed()];
    await scenes.redeem(one.code, { site, idempotencyKey });
    const forged = one.code.slice(0, 22) + other.code.slice(22);
    expect(await failureOf(scenes.redeem(forged, { site, idempotencyKey }))).toBe('invalid_grant');
    expect(await scenes.redeem(other.code, { site, idempotencyKey })).toMatchObject({ id: other.scene.id });
  });

  test('does not make good what was taken without one', async () => {
    const { confirmed, scenes } = openRoom();
    const { code } = await confirmed();
    await scenes.redeem(code, { site });
    expect(await failureOf(scenes.redeem(code, { site, idempotencyKey }))).toBe('invalid_grant');
  });
});
