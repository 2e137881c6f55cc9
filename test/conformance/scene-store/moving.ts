import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/kit/id.ts';
import type { Change, SceneDraft } from '../../../src/scene/scene.ts';
import { everyMove } from './every-move.ts';
import { change, long } from './stage.ts';
import type { Stage } from './stage.ts';

const everything: NonNullable<Change['set']> = {
  openid: 'oOwner',
  unionid: 'uOwner',
  user: {
    nickname: '小扫',
    avatarUrl: null,
    subscribed: true,
    subscribedAt: 1_700_000_000_000,
    language: 'zh_CN',
  },
  followed: true,
  heardAt: 1_700_000_000_000,
  exchangeKeyHash: sha256('a key'),
  reason: 'operator',
};

const draftOfGuards: Partial<SceneDraft> = { site: 'shop', account: 'main', codeChallenge: 'a challenge' };
const [claimHash, codeHash] = [sha256('the claim'), sha256('the code')];
const guards: { only: NonNullable<Change['only']>; holds: boolean }[] = [
  { only: {}, holds: true },
  { only: { account: 'main' }, holds: true },
  { only: { account: 'other' }, holds: false },
  { only: { site: 'shop' }, holds: true },
  { only: { site: 'bank' }, holds: false },
  { only: { site: 'Shop' }, holds: false },
  { only: { claimHash }, holds: true },
  { only: { claimHash: codeHash }, holds: false },
  { only: { codeHash }, holds: true },
  { only: { codeHash: claimHash }, holds: false },
  { only: { codeHash: '' }, holds: false },
  { only: { codeChallenge: 'a challenge' }, holds: true },
  { only: { codeChallenge: 'another challenge' }, holds: false },
  { only: { codeChallenge: null }, holds: false },
  { only: { site: 'shop', codeHash, codeChallenge: 'a challenge' }, holds: true },
  { only: { site: 'bank', codeHash, codeChallenge: 'a challenge' }, holds: false },
  { only: { site: 'shop', codeHash, codeChallenge: null }, holds: false },
];

export function moving(stage: Stage): void {
  test.each(everyMove)('$move from $from is $verdict', async ({ from, move, to, verdict }) => {
    const { store, reach } = await stage();
    const before = await reach(from);
    const outcome = await store.move(before.id, change(move));
    const isAllowed = verdict === 'made';
    expect(outcome?.moved).toBe(isAllowed);
    expect(isAllowed ? outcome?.scene.version : outcome?.scene).toStrictEqual(
      isAllowed ? before.version + 1 : before,
    );
    expect(outcome?.scene.state).toBe(to);
    expect(await store.find(before.id)).toStrictEqual(outcome?.scene);
  });

  test.each([true, false])('followed: %s is written as it is', async (followed) => {
    const { store, begin } = await stage();
    const { id } = await begin();
    const outcome = await store.move(id, change('scan', { set: { openid: 'oOwner', followed } }));
    expect(outcome?.scene.followed).toBe(followed);
    expect(await store.find(id)).toStrictEqual(outcome?.scene);
  });

  test('a move writes what it sets, and its own time, and nothing else', async () => {
    const { store, begin } = await stage();
    const before = await begin();
    const { scene } = (await store.move(before.id, change('scan', { set: everything })))!;
    const { scannedAt } = scene;
    expect(scannedAt).toBeGreaterThanOrEqual(before.createdAt);
    expect(scene).toStrictEqual({
      ...before,
      ...everything,
      state: 'scanned',
      version: 2,
      scannedAt,
      keptUntil: before.expiresAt + long,
    });
    expect(await store.find(before.id)).toStrictEqual(scene);
  });

  test('a move may set what is known back to null', async () => {
    const { store, begin } = await stage();
    const { id } = await begin();
    await store.move(id, change('scan', { set: everything }));
    const outcome = await store.move(id, change('confirm', { set: { unionid: null, user: null } }));
    expect(outcome?.scene).toMatchObject({ openid: 'oOwner', unionid: null, user: null });
  });

  test('a refused move writes nothing of what it sets', async () => {
    const { store, reach } = await stage();
    const before = await reach('scanned');
    const refused = change('scan', { set: { openid: 'oThief' }, atLeast: 10 * long, codeLives: 1 });
    expect(await store.move(before.id, refused)).toStrictEqual({ scene: before, moved: false });
  });

  describe('only', () => {
    test.each(guards)('$only: $holds', async ({ only, holds }) => {
      const { store, begin } = await stage();
      const before = await begin(draftOfGuards);
      const outcome = await store.move(before.id, change('cancel', { only }));
      expect(outcome?.moved).toBe(holds);
      expect(await store.find(before.id)).toStrictEqual(holds ? outcome?.scene : before);
    });

    test('no challenge is what a scene without one has', async () => {
      const { store, begin } = await stage();
      const { id } = await begin({ codeChallenge: null });
      expect(
        await store.move(id, change('cancel', { only: { codeChallenge: 'a challenge' } })),
      ).toMatchObject({ moved: false });
      expect(await store.move(id, change('cancel', { only: { codeChallenge: null } }))).toMatchObject({
        moved: true,
      });
    });

    test.each(['confirm', 'decline'] as const)(
      '%s: for whoever scanned, and for nobody else',
      async (move) => {
        const { store, reach } = await stage();
        const { id } = await reach('scanned');
        const refused: NonNullable<Change['only']>[] = [
          { account: 'main', openid: 'oThief' },
          { account: 'other', openid: 'oOwner' },
          { account: 'main', openid: '' },
          { account: 'main', openid: null },
        ];
        for (const only of refused)
          expect(await store.move(id, change(move, { only }))).toMatchObject({ moved: false });
        const only = { account: 'main', openid: 'oOwner' };
        expect(await store.move(id, change(move, { only }))).toMatchObject({ moved: true });
      },
    );

    test('nobody is who scanned a scene that is pending', async () => {
      const { store, begin } = await stage();
      const { id } = await begin();
      expect(await store.move(id, change('cancel', { only: { openid: 'oOwner' } }))).toMatchObject({
        moved: false,
      });
      expect(await store.move(id, change('cancel', { only: { openid: null } }))).toMatchObject({
        moved: true,
      });
    });
  });
}
