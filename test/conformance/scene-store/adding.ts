import { expect, test } from 'vitest';
import { change, draft, long, pastShort, short, together } from './stage.ts';
import type { Stage, Staged } from './stage.ts';

const placesFreed: { by: string; free: (staged: Staged, id: string) => Promise<unknown> }[] = [
  { by: 'a scan', free: ({ store }, id) => store.move(id, change('scan')) },
  { by: 'a cancel', free: ({ store }, id) => store.move(id, change('cancel')) },
  { by: 'an expiry', free: ({ store }, id) => store.move(id, change('expire')) },
];

const strangeIds = [
  '',
  'AAAAAAAAAAAAAAAAAAAAAA',
  '__proto__',
  'constructor',
  'toString',
  '*',
  'a'.repeat(300),
];

export function adding(stage: Stage): void {
  test('a scene begins pending, in its first version, with nobody there', async () => {
    const { store } = await stage({ keepFinal: 60_000 });
    const given = draft({ siteState: 'from the site', codeChallenge: 'a challenge', approval: 'tap' });
    const scene = await store.add(given, long);
    expect(Number.isSafeInteger(scene.createdAt)).toBe(true);
    expect(scene).toStrictEqual({
      ...given,
      state: 'pending',
      version: 1,
      createdAt: scene.createdAt,
      expiresAt: scene.createdAt + long,
      keptUntil: scene.createdAt + long + 60_000,
      node: null,
      attachment: 0,
      attended: false,
      codeExpiresAt: null,
      openid: null,
      unionid: null,
      user: null,
      followed: false,
      heardAt: null,
      scannedAt: null,
      confirmedAt: null,
      strangers: [],
      exchangeKeyHash: null,
      reason: null,
    });
  });

  test('what was added is found', async () => {
    const { store, begin } = await stage();
    const scene = await begin();
    expect(await store.find(scene.id)).toStrictEqual(scene);
  });

  test.each(strangeIds)('no scene has the id "%s"', async (id) => {
    const { store, begin } = await stage();
    await begin();
    expect(await store.find(id)).toBeUndefined();
    expect(await store.attach(id, draft().claimHash, 'node-a')).toBeUndefined();
    expect(await store.move(id, change('cancel'))).toBeUndefined();
    expect(await store.countStranger(id, 'oSomebody', 5, change('crowd'))).toBeUndefined();
    await expect(store.detach(id, 'node-a', 1)).resolves.toBeUndefined();
  });

  test.each(['pending', 'cancelled'] as const)('an id of a %s scene is refused', async (state) => {
    const { store, reach } = await stage();
    const scene = await reach(state);
    await expect(store.add(draft({ id: scene.id, site: 'bank' }), long)).rejects.toThrow(Error);
    expect(await store.find(scene.id)).toStrictEqual(scene);
  });

  test('of 50 at once with one id, one is added', async () => {
    const { store } = await stage();
    const { id } = draft();
    const added = await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) => store.add(draft({ id, site: `site-${index}` }), long)),
    );
    const [winner, ...others] = added.filter(({ status }) => status === 'fulfilled');
    expect(others).toHaveLength(0);
    expect(winner).toMatchObject({ value: await store.find(id) });
    expect((await store.counts()).pending).toBe(1);
  });

  bound(stage);
}

function tryToAdd({ store }: Staged): Promise<string> {
  return store.add(draft(), long).then(
    () => 'added',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );
}

function bound(stage: Stage): void {
  test('past the bound no scene is added, and what there is stays', async () => {
    const staged = await stage({ maxPending: 3 });
    const scenes = await together(3, () => staged.begin());
    const { id } = draft();
    await expect(staged.store.add(draft({ id }), long)).rejects.toMatchObject({
      code: 'too_many_scenes',
      retryAfter: expect.any(Number),
    });
    expect(await staged.store.find(id)).toBeUndefined();
    expect((await staged.store.list({ limit: 10 })).total).toBe(3);
    expect(await staged.store.find(scenes[0]!.id)).toStrictEqual(scenes[0]);
  });

  test('a browser that comes back frees no place', async () => {
    const staged = await stage({ maxPending: 1 });
    const { id, claimHash } = await staged.begin();
    await staged.store.attach(id, claimHash, 'node-a');
    expect(await tryToAdd(staged)).toBe('too_many_scenes');
  });

  test.each(placesFreed)('$by frees one place', async ({ free }) => {
    const staged = await stage({ maxPending: 3 });
    const [scene] = await together(3, () => staged.begin());
    await free(staged, scene!.id);
    expect(await tryToAdd(staged)).toBe('added');
    expect(await tryToAdd(staged)).toBe('too_many_scenes');
  });

  test('time frees the places of scenes that nobody scanned', async () => {
    const staged = await stage({ maxPending: 2, keepFinal: short });
    await together(2, () => staged.begin({}, short));
    expect(await tryToAdd(staged)).toBe('too_many_scenes');
    await staged.pass(pastShort);
    expect([await tryToAdd(staged), await tryToAdd(staged), await tryToAdd(staged)]).toStrictEqual([
      'added',
      'added',
      'too_many_scenes',
    ]);
  });

  test('of 50 at once, as many are added as the bound leaves', async () => {
    const staged = await stage({ maxPending: 10 });
    const results = await together(50, () => tryToAdd(staged));
    expect(results.filter((result) => result === 'added')).toHaveLength(10);
    expect(results.filter((result) => result === 'too_many_scenes')).toHaveLength(40);
    expect((await staged.store.counts()).pending).toBe(10);
  });

  test('a bound of 0 is none', async () => {
    const staged = await stage({ maxPending: 0 });
    const results = await together(200, () => tryToAdd(staged));
    expect(new Set(results)).toStrictEqual(new Set(['added']));
  });
}
