import { expect, test } from 'vitest';
import { change, finalStates, moved, together } from './stage.ts';
import type { Stage } from './stage.ts';

const crowd = change('crowd', { set: { reason: 'too_many_scanners' } });
const people = (count: number): string[] => Array.from({ length: count }, (_, index) => `oStranger${index}`);

export function strangers(stage: Stage): void {
  test.each(['pending', 'scanned', 'confirmed'] as const)(
    'another person is counted on a %s scene, which stays as it is',
    async (state) => {
      const { store, reach } = await stage();
      const before = await reach(state);
      const outcome = await store.countStranger(before.id, 'oStranger', 5, crowd);
      expect(outcome).toStrictEqual({ scene: { ...before, strangers: ['oStranger'] }, moved: false });
      expect(await store.find(before.id)).toStrictEqual(outcome?.scene);
    },
  );

  test('nobody is counted twice', async () => {
    const { store, reach } = await stage();
    const { id } = await reach('scanned');
    const scanners = ['oA', 'oB', 'oA', 'oB', 'oA', 'oA', 'oB'];
    for (const openid of scanners) await store.countStranger(id, openid, 2, crowd);
    expect(await store.find(id)).toMatchObject({ state: 'scanned', strangers: ['oA', 'oB'] });
  });

  test('the owner is no stranger', async () => {
    const { store, reach } = await stage();
    const before = await reach('scanned');
    expect(await store.countStranger(before.id, before.openid!, 0, crowd)).toStrictEqual({
      scene: before,
      moved: false,
    });
  });

  test.each(['pending', 'scanned'] as const)('the one past the limit ends a %s scene', async (state) => {
    const { store, reach } = await stage();
    const before = await reach(state);
    for (const openid of people(5)) await store.countStranger(before.id, openid, 5, crowd);
    expect(await store.find(before.id)).toMatchObject({ state, version: before.version });
    const scene = moved(await store.countStranger(before.id, 'oOneMore', 5, crowd));
    expect(scene).toMatchObject({
      state: 'cancelled',
      reason: 'too_many_scanners',
      version: before.version + 1,
      openid: before.openid,
    });
    expect(await store.find(before.id)).toStrictEqual(scene);
  });

  test('a login that is confirmed survives any crowd, and remembers no more people than the limit needs', async () => {
    const { store, reach } = await stage();
    const { id } = await reach('confirmed');
    for (const openid of people(20))
      expect(await store.countStranger(id, openid, 5, crowd)).toMatchObject({ moved: false });
    const scene = await store.find(id);
    expect(scene?.state).toBe('confirmed');
    expect(scene?.strangers).toHaveLength(6);
    expect(await store.move(id, change('consume'))).toMatchObject({ moved: true });
  });

  test.each(finalStates)('nobody is counted on a %s scene', async (state) => {
    const { store, reach } = await stage();
    const before = await reach(state);
    expect(await store.countStranger(before.id, 'oStranger', 0, crowd)).toStrictEqual({
      scene: before,
      moved: false,
    });
  });

  test('of 50 strangers at once one is the last straw', async () => {
    const { store, reach } = await stage();
    const { id, version } = await reach('scanned');
    const outcomes = await together(50, (i) => store.countStranger(id, `oStranger${i}`, 5, crowd));
    expect(outcomes.filter((outcome) => outcome?.moved)).toHaveLength(1);
    const scene = await store.find(id);
    expect(scene).toMatchObject({ state: 'cancelled', version: version + 1 });
    expect(new Set(scene?.strangers).size).toBe(6);
  });

  test('one stranger 50 times at once is one', async () => {
    const { store, reach } = await stage();
    const { id } = await reach('scanned');
    await together(50, () => store.countStranger(id, 'oStranger', 5, crowd));
    expect(await store.find(id)).toMatchObject({ state: 'scanned', strangers: ['oStranger'] });
  });
}
