import { describe, expect, test } from 'vitest';
import { randomId, sha256 } from '../../src/kit/id.ts';
import { sceneStates } from '../../src/protocol/messages.ts';
import { deriveCode } from '../../src/scene/code.ts';
import { begin } from '../../src/scene/scene.ts';
import type { Scene } from '../../src/scene/scene.ts';
import { snapshotOf } from '../../src/scene/snapshot.ts';
import { draft } from '../conformance/scene-store/stage.ts';

const claim = randomId(32);
const born = 1_700_000_000_000;

/** Everything that can be known of a scene, each secret of it a word that is looked for. */
const full: Scene = {
  ...begin(draft({ claimHash: sha256(claim), siteState: 'canary-site-state' }), born, 120_000, 60_000),
  version: 3,
  node: 'canary-node',
  openid: 'canary-openid',
  unionid: 'canary-unionid',
  user: {
    nickname: '小扫',
    avatarUrl: 'https://avatar.example/1',
    subscribed: true,
    subscribedAt: 1_600_000_000_000,
    language: 'canary-language',
  },
  scannedAt: born + 1,
  confirmedAt: born + 2,
  codeExpiresAt: born + 60_002,
  codeChallenge: 'canary-challenge',
  exchangeKeyHash: 'canary-key',
  strangers: ['canary-stranger'],
  reason: 'operator',
};

describe.each(sceneStates)('of a %s scene', (state) => {
  const scene = { ...full, state };
  const snapshot = snapshotOf(scene, claim);

  test('it says what a page needs', () => {
    expect(snapshot).toMatchObject({
      type: 'scene',
      sceneId: scene.id,
      version: 3,
      state,
      expiresAt: scene.expiresAt,
      approval: 'scan',
      user: { nickname: '小扫', avatarUrl: 'https://avatar.example/1' },
      reason: 'operator',
    });
  });

  test('it says nothing of who, and no secret', () => {
    const text = JSON.stringify(snapshot);
    expect(text).not.toMatch(/canary|openid|unionid|Hash|subscribed/);
    for (const secret of [claim, scene.claimHash, scene.codeHash, scene.browser.ip])
      expect(text).not.toContain(secret);
  });

  test('it has a code only while that is good', () => {
    const isGood = state === 'confirmed';
    expect(snapshot.code).toBe(isGood ? deriveCode(scene.id, claim) : undefined);
    expect(snapshot.codeExpiresAt).toBe(isGood ? born + 60_002 : undefined);
    expect('code' in snapshot).toBe(isGood);
  });
});

test('of a new scene it has neither user nor reason', () => {
  const scene = begin(draft(), born, 120_000, 60_000);
  expect(snapshotOf(scene, claim)).toStrictEqual({
    type: 'scene',
    sceneId: scene.id,
    version: 1,
    state: 'pending',
    expiresAt: born + 120_000,
    approval: 'scan',
  });
});

test('a person without a name or a face is there all the same', () => {
  const user = { nickname: null, avatarUrl: null, subscribed: null, subscribedAt: null, language: null };
  expect(snapshotOf({ ...full, user }, claim).user).toStrictEqual({ nickname: null, avatarUrl: null });
});
