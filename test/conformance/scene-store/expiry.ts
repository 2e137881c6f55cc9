import { expect, test } from 'vitest';
import type { Scene } from '../../../src/scene/scene.ts';
import { change, draft, finalStates, livingStates, long, pastShort, short } from './stage.ts';
import type { Stage } from './stage.ts';

const asExpired = (scene: Scene): Scene => ({ ...scene, state: 'expired', version: scene.version + 1 });

export function expiry(stage: Stage): void {
  test.each(livingStates)('a %s scene whose time is over is expired, once', async (state) => {
    const { store, pass, reach } = await stage();
    const scene = await reach(state, {}, short);
    await pass(pastShort);
    expect(await store.find(scene.id)).toStrictEqual(asExpired(scene));
    await pass(10);
    expect(await store.find(scene.id)).toStrictEqual(asExpired(scene));
  });

  test('it is so to attach', async () => {
    const { store, pass, begin } = await stage();
    const scene = await begin({}, short);
    await pass(pastShort);
    expect(await store.attach(scene.id, scene.claimHash, 'node-a')).toStrictEqual({
      scene: { ...asExpired(scene), node: 'node-a', attachment: 1, attended: true },
      moved: true,
    });
  });

  test.each([
    { state: 'pending', move: 'scan' },
    { state: 'pending', move: 'cancel' },
    { state: 'pending', move: 'expire' },
    { state: 'scanned', move: 'confirm' },
    { state: 'confirmed', move: 'consume' },
  ] as const)('no $move of a $state scene comes after its time', async ({ state, move }) => {
    const { store, pass, reach } = await stage();
    const scene = await reach(state, {}, short);
    await pass(pastShort);
    expect(await store.move(scene.id, change(move))).toStrictEqual({
      scene: asExpired(scene),
      moved: false,
    });
  });

  test('it is so to countStranger', async () => {
    const { store, pass, begin } = await stage();
    const scene = await begin({}, short);
    await pass(pastShort);
    expect(await store.countStranger(scene.id, 'oSomebody', 0, change('crowd'))).toStrictEqual({
      scene: asExpired(scene),
      moved: false,
    });
  });

  test('it is so to list and to counts', async () => {
    const { store, pass, begin } = await stage();
    const scene = await begin({}, short);
    await pass(pastShort);
    expect((await store.list({ limit: 10, state: 'pending' })).total).toBe(0);
    expect((await store.list({ limit: 10, state: 'expired' })).scenes).toStrictEqual([asExpired(scene)]);
    expect(await store.counts()).toMatchObject({ pending: 0, expired: 1 });
  });

  test.each(finalStates)('a %s scene is gone after its keeping time, to every verb', async (state) => {
    const { store, pass, reach } = await stage();
    const { id, claimHash } = await reach(state, { keep: short });
    await pass(pastShort);
    expect(await store.list({ limit: 10 })).toStrictEqual({ scenes: [], nextCursor: null, total: 0 });
    expect((await store.counts())[state]).toBe(0);
    expect(await store.find(id)).toBeUndefined();
    expect(await store.attach(id, claimHash, 'node-a')).toBeUndefined();
    expect(await store.move(id, change('cancel'))).toBeUndefined();
    expect(await store.countStranger(id, 'oSomebody', 5, change('crowd'))).toBeUndefined();
    await expect(store.detach(id, 'node-a', 1)).resolves.toBeUndefined();
  });

  test('a scene that expired by itself is gone in the end, and its id is free', async () => {
    const { store, pass, begin } = await stage({ keepFinal: short });
    const { id } = await begin({}, short);
    await pass(short + pastShort);
    expect(await store.find(id)).toBeUndefined();
    expect(await store.add(draft({ id, site: 'bank' }), long)).toMatchObject({ site: 'bank', version: 1 });
  });
}
