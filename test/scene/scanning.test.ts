import { describe, expect, test } from 'vitest';
import { randomId } from '../../src/kit/id.ts';
import { settings } from '../../src/kit/settings.ts';
import { openRoom, profile, times } from './support.ts';

const owner = { account: 'main', openid: 'oOwner', followed: false };
const other = { ...owner, openid: 'oOther' };

describe('the first who scans', () => {
  test.each([true, false])('owns the scene; followed by it: %s', async (followed) => {
    const { open, scenes, clock } = openRoom();
    const { scene } = await open();
    clock.advance(5000);
    expect(await scenes.scan(scene.id, { ...owner, followed })).toStrictEqual({
      kind: 'owner',
      first: true,
      scene: {
        ...scene,
        state: 'scanned',
        version: 2,
        openid: 'oOwner',
        followed,
        scannedAt: clock.now(),
        keptUntil: scene.keptUntil,
      },
    });
  });

  test('has at least ten seconds, however late the scan', async () => {
    const { open, scenes, clock } = openRoom();
    const { scene } = await open();
    clock.advance(times.ttl - 1);
    expect(await scenes.scan(scene.id, owner)).toMatchObject({
      kind: 'owner',
      scene: { expiresAt: clock.now() + settings.scene.afterScan },
    });
  });

  test('is the owner again at every repeat, which changes nothing', async () => {
    const { scanned, scenes, store } = openRoom();
    const { scene } = await scanned();
    const before = await store.find(scene.id);
    for (let n = 0; n < 3; n++)
      expect(await scenes.scan(scene.id, owner)).toStrictEqual({
        kind: 'owner',
        first: false,
        scene: before,
      });
    // A repeat that says something else of the same person is a repeat all the same.
    await scenes.scan(scene.id, { ...owner, followed: true });
    expect(await store.find(scene.id)).toStrictEqual(before);
  });

  test('is the owner still when the login is over', async () => {
    const { confirmed, scenes } = openRoom();
    const { scene, code } = await confirmed();
    await scenes.redeem(code, { site: 'shop' });
    expect(await scenes.scan(scene.id, owner)).toMatchObject({
      kind: 'owner',
      first: false,
      scene: { state: 'consumed' },
    });
  });

  test('of 50 at once is one', async () => {
    const { open, scenes, store } = openRoom();
    const { scene } = await open();
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, i) => scenes.scan(scene.id, { ...owner, openid: `oPerson${i}` })),
    );
    expect(results.filter(({ kind }) => kind === 'owner')).toHaveLength(1);
    // With so many more the code is a poster on a wall, and the login is called off.
    expect(await store.find(scene.id)).toMatchObject({ state: 'cancelled', openid: 'oPerson0' });
  });
});

describe('somebody else who scans', () => {
  test.each(['scanned', 'confirmed'] as const)(
    'a %s scene is a stranger, and changes nothing',
    async (way) => {
      const room = openRoom();
      const { scene } = await room[way]();
      const before = await room.store.find(scene.id);
      expect(await room.scenes.scan(scene.id, other)).toStrictEqual({ kind: 'stranger' });
      expect(await room.store.find(scene.id)).toStrictEqual({ ...before, strangers: ['oOther'] });
    },
  );

  test('is too many when five others did before', async () => {
    const { scanned, scenes, store } = openRoom();
    const { scene } = await scanned();
    for (let n = 1; n <= 5; n++) await scenes.scan(scene.id, { ...owner, openid: `oPerson${n}` });
    expect(await store.find(scene.id)).toMatchObject({ state: 'scanned' });
    expect(await scenes.scan(scene.id, { ...owner, openid: 'oPerson6' })).toStrictEqual({ kind: 'stranger' });
    expect(await store.find(scene.id)).toMatchObject({
      state: 'cancelled',
      reason: 'too_many_scanners',
      openid: 'oOwner',
    });
  });

  test('is never too many for a login that is confirmed', async () => {
    const { confirmed, scenes } = openRoom();
    const { scene, code } = await confirmed();
    for (let n = 1; n <= 20; n++) await scenes.scan(scene.id, { ...owner, openid: `oPerson${n}` });
    expect(await scenes.redeem(code, { site: 'shop' })).toMatchObject({
      state: 'consumed',
      openid: 'oOwner',
    });
  });

  test('is one, however often the same person scans', async () => {
    const { scanned, scenes, store } = openRoom();
    const { scene } = await scanned();
    for (let n = 0; n < 20; n++) await scenes.scan(scene.id, other);
    expect(await store.find(scene.id)).toMatchObject({ state: 'scanned', strangers: ['oOther'] });
  });
});

describe('there is nothing to scan', () => {
  test.each(['', 'AAAAAAAAAAAAAAAAAAAAAA', 'login', '__proto__', '*'])('for the id "%s"', async (id) => {
    const { scenes, told } = openRoom();
    expect(await scenes.scan(id, owner)).toStrictEqual({ kind: 'gone' });
    expect(told()).toStrictEqual([]);
  });

  test('when the code is too old, and for ever after', async () => {
    const { open, scenes, clock } = openRoom();
    const { scene } = await open();
    clock.advance(times.ttl);
    expect(await scenes.scan(scene.id, owner)).toStrictEqual({ kind: 'gone' });
    clock.advance(settings.scene.keepFinal);
    expect(await scenes.scan(scene.id, owner)).toStrictEqual({ kind: 'gone' });
  });

  test('when the login was given up', async () => {
    const { open, scenes } = openRoom();
    const { scene, claim } = await open();
    await scenes.cancelByBrowser(scene.id, claim);
    expect(await scenes.scan(scene.id, owner)).toStrictEqual({ kind: 'gone' });
  });

  test.each(['open', 'scanned', 'confirmed'] as const)('by another account, be it %s', async (way) => {
    const room = openRoom();
    const { scene } = await room[way]();
    const before = await room.store.find(scene.id);
    for (const openid of ['oOwner', 'oOther'])
      expect(await room.scenes.scan(scene.id, { ...owner, openid, account: 'second' })).toStrictEqual({
        kind: 'gone',
      });
    expect(await room.store.find(scene.id)).toStrictEqual(before);
  });
});

describe('confirm', () => {
  test('makes the code good, for its time, with what is known of the person', async () => {
    const { scanned, scenes, clock } = openRoom();
    const { scene } = await scanned();
    clock.advance(700);
    expect(await scenes.confirm(scene.id, profile)).toMatchObject({
      state: 'confirmed',
      version: 3,
      openid: 'oOwner',
      ...profile,
      confirmedAt: clock.now(),
      codeExpiresAt: clock.now() + times.codeTtl,
      expiresAt: clock.now() + times.codeTtl,
    });
  });

  test('without a profile it is a login all the same', async () => {
    const { scanned, scenes } = openRoom();
    const { scene } = await scanned();
    expect(await scenes.confirm(scene.id, null)).toMatchObject({
      state: 'confirmed',
      unionid: null,
      user: null,
    });
  });

  test('happens once, and the first profile stays', async () => {
    const { scanned, scenes, store } = openRoom();
    const { scene } = await scanned();
    const results = await Promise.all([
      scenes.confirm(scene.id, profile),
      scenes.confirm(scene.id, null),
      scenes.confirm(scene.id, null),
    ]);
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(await store.find(scene.id)).toMatchObject({ state: 'confirmed', ...profile });
  });

  test.each([randomId(16), 'nonsense', ''])('of no scene ("%s") does nothing', async (id) => {
    expect(await openRoom().scenes.confirm(id, profile)).toBeUndefined();
  });

  test('of a scene that nobody scanned does nothing', async () => {
    const { open, scenes, store } = openRoom();
    const { scene } = await open();
    expect(await scenes.confirm(scene.id, profile)).toBeUndefined();
    expect(await store.find(scene.id)).toStrictEqual(scene);
  });
});
