import { expect, test } from 'vitest';
import { change, livingStates, long, moved } from './stage.ts';
import type { Stage } from './stage.ts';

/** What follows from the times that the store itself wrote; its clock may run. */
export function times(stage: Stage): void {
  test('a scan leaves the scene its time when that is long enough', async () => {
    const { store, begin } = await stage();
    const before = await begin();
    const scene = moved(await store.move(before.id, change('scan', { atLeast: 10_000, keep: 7000 })));
    expect(scene.expiresAt).toBe(before.expiresAt);
    expect(scene.keptUntil).toBe(before.expiresAt + 7000);
  });

  test('a scan leaves at least some time', async () => {
    const { store, begin } = await stage();
    const { id } = await begin({}, 5000);
    const scene = moved(await store.move(id, change('scan', { atLeast: 10_000, keep: 7000 })));
    expect(scene.expiresAt).toBe(scene.scannedAt! + 10_000);
    expect(scene.keptUntil).toBe(scene.expiresAt + 7000);
  });

  test.each([
    { codeLives: 60_000, effect: 'shortens' },
    { codeLives: 2 * long, effect: 'lengthens' },
  ])('the time of a code $effect that of its scene', async ({ codeLives }) => {
    const { store, reach } = await stage();
    const before = await reach('scanned');
    const scene = moved(await store.move(before.id, change('confirm', { codeLives, keep: 7000 })));
    const { confirmedAt, scannedAt } = scene;
    expect(confirmedAt).toBeGreaterThanOrEqual(scannedAt!);
    expect(scene.codeExpiresAt).toBe(confirmedAt! + codeLives);
    expect(scene.expiresAt).toBe(confirmedAt! + codeLives);
    expect(scene.keptUntil).toBe(confirmedAt! + codeLives + 7000);
    expect(scene.scannedAt).toBe(before.scannedAt);
  });

  test('all times are whole milliseconds', async () => {
    const { reach } = await stage();
    const scene = await reach('consumed', { codeLives: 60_000 });
    const { createdAt, expiresAt, keptUntil, codeExpiresAt, scannedAt, confirmedAt } = scene;
    const all = [createdAt, expiresAt, keptUntil, codeExpiresAt, scannedAt, confirmedAt];
    expect(all.filter((time) => !Number.isSafeInteger(time))).toStrictEqual([]);
  });
}

/** What only a clock that stands still can show. */
export function theMillisecond(stage: Stage): void {
  test.each(livingStates)('a %s scene lives to the last millisecond, and not one longer', async (state) => {
    const { store, pass, reach } = await stage();
    const scene = await reach(state, {}, 1000);
    await pass(999);
    expect(await store.find(scene.id)).toStrictEqual(scene);
    await pass(1);
    expect(await store.find(scene.id)).toMatchObject({ state: 'expired' });
  });

  test('a code is taken in its last millisecond, and not in the next', async () => {
    const { store, pass, reach } = await stage();
    const [first, second] = [
      await reach('confirmed', { codeLives: 500 }),
      await reach('confirmed', { codeLives: 500 }),
    ];
    await pass(499);
    expect(await store.move(first.id, change('consume'))).toMatchObject({ moved: true });
    await pass(1);
    expect(await store.move(second.id, change('consume'))).toMatchObject({
      moved: false,
      scene: { state: 'expired' },
    });
  });

  test('a scan in the last millisecond counts, and leaves its least time', async () => {
    const { store, pass, begin } = await stage();
    const { id, createdAt } = await begin({}, 1000);
    await pass(999);
    const scene = moved(await store.move(id, change('scan', { atLeast: 10_000 })));
    expect(scene).toMatchObject({ scannedAt: createdAt + 999, expiresAt: createdAt + 999 + 10_000 });
  });

  test.each([
    { move: 'cancel', kept: 300 },
    { move: 'expire', kept: 300 },
  ] as const)(
    'after its $move a scene is kept so long, and not one millisecond longer',
    async ({ move, kept }) => {
      const { store, pass, begin } = await stage();
      const { id, createdAt } = await begin();
      await pass(50);
      const scene = moved(await store.move(id, change(move, { keep: kept })));
      expect(scene.keptUntil).toBe(createdAt + 50 + kept);
      await pass(kept - 1);
      expect(await store.find(id)).toStrictEqual(scene);
      await pass(1);
      expect(await store.find(id)).toBeUndefined();
    },
  );

  test('a scene that expired by itself is kept from its end on', async () => {
    const { store, pass, begin } = await stage({ keepFinal: 300 });
    const { id, expiresAt } = await begin({}, 1000);
    await pass(1299);
    expect(await store.find(id)).toMatchObject({ state: 'expired', expiresAt, keptUntil: expiresAt + 300 });
    await pass(1);
    expect(await store.find(id)).toBeUndefined();
  });

  test('counts and list know the millisecond, too', async () => {
    const { store, pass, begin } = await stage({ keepFinal: 300 });
    await begin({}, 1000);
    for (const [passing, state] of [
      [999, 'pending'],
      [1, 'expired'],
      [299, 'expired'],
    ] as const) {
      await pass(passing);
      expect(await store.counts()).toMatchObject({ pending: 0, expired: 0, [state]: 1 });
      expect((await store.list({ limit: 1, state })).total).toBe(1);
    }
    await pass(1);
    expect((await store.counts()).expired).toBe(0);
    expect((await store.list({ limit: 1 })).total).toBe(0);
  });

  test('the place of a scene that nobody scanned is free from its last millisecond on', async () => {
    const { store, pass, begin } = await stage({ maxPending: 1 });
    await begin({}, 1000);
    await pass(999);
    await expect(begin()).rejects.toMatchObject({ code: 'too_many_scenes' });
    await pass(1);
    await begin();
    expect(await store.counts()).toMatchObject({ pending: 1, expired: 1 });
  });
}
