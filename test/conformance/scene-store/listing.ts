import { expect, test } from 'vitest';
import type { Scene } from '../../../src/scene/scene.ts';
import type { ScenePage, SceneQuery, SceneStore } from '../../../src/scene/store.ts';
import { change, pastShort, short, states, together } from './stage.ts';
import type { Stage, Staged } from './stage.ts';

/** Three of the shop's, two of the bank's; by two accounts; one of them over. */
async function fill({ begin, store, pass }: Staged): Promise<Scene[]> {
  const scenes: Scene[] = [];
  for (const fields of [
    { site: 'shop', account: 'main' },
    { site: 'shop', account: 'second' },
    { site: 'bank', account: 'main' },
    { site: 'bank', account: 'second' },
    { site: 'shop', account: 'main' },
  ]) {
    scenes.push(await begin(fields));
    await pass(5);
  }
  const { scene } = (await store.move(scenes[4]!.id, change('cancel')))!;
  return [...scenes.slice(0, 4), scene];
}

const filters: { query: Omit<SceneQuery, 'limit'>; finds: number[] }[] = [
  { query: {}, finds: [4, 3, 2, 1, 0] },
  { query: { site: 'shop' }, finds: [4, 1, 0] },
  { query: { account: 'second' }, finds: [3, 1] },
  { query: { state: 'pending' }, finds: [3, 2, 1, 0] },
  { query: { state: 'cancelled' }, finds: [4] },
  { query: { site: 'bank', account: 'main' }, finds: [2] },
  { query: { site: 'shop', account: 'main', state: 'pending' }, finds: [0] },
  { query: { state: 'consumed' }, finds: [] },
  { query: { site: 'sho' }, finds: [] },
  { query: { site: '*' }, finds: [] },
  { query: { site: '__proto__' }, finds: [] },
];

/** All pages, one after the other; `between` happens before each but the first. */
async function pages(
  store: SceneStore,
  query: SceneQuery,
  between: () => Promise<unknown> = async () => undefined,
): Promise<ScenePage[]> {
  const found = [await store.list(query)];
  for (let cursor = found[0]!.nextCursor; cursor !== null; cursor = found.at(-1)!.nextCursor) {
    if (found.length > 100) throw new Error('there is no end to the pages');
    await between();
    found.push(await store.list({ ...query, cursor }));
  }
  return found;
}

const idsOf = (found: ScenePage[]): string[] => found.flatMap(({ scenes }) => scenes).map(({ id }) => id);

export function listing(stage: Stage): void {
  test.each(filters)('$query, newest first', async ({ query, finds }) => {
    const staged = await stage();
    const scenes = await fill(staged);
    expect(await staged.store.list({ ...query, limit: 10 })).toStrictEqual({
      scenes: finds.map((index) => scenes[index]),
      nextCursor: null,
      total: finds.length,
    });
  });

  test.each(filters.slice(0, 4))('$query, in pages of two', async ({ query, finds }) => {
    const staged = await stage();
    const scenes = await fill(staged);
    const found = await pages(staged.store, { ...query, limit: 2 });
    expect(idsOf(found)).toStrictEqual(finds.map((index) => scenes[index]!.id));
    expect(found.map((page) => page.total)).toStrictEqual(found.map(() => finds.length));
    expect(found).toHaveLength(Math.ceil(finds.length / 2));
  });

  test('an empty store has an empty page', async () => {
    const { store } = await stage();
    expect(await store.list({ limit: 10 })).toStrictEqual({ scenes: [], nextCursor: null, total: 0 });
  });

  test('scenes of one moment are in one order, whatever the pages', async () => {
    const { store, begin } = await stage();
    const ids = (await together(25, () => begin())).map(({ id }) => id);
    const whole = idsOf([await store.list({ limit: 100 })]);
    expect(whole.toSorted()).toStrictEqual(ids.toSorted());
    for (const limit of [1, 2, 7, 24, 25]) expect(idsOf(await pages(store, { limit }))).toStrictEqual(whole);
  });

  test('scenes that come between two pages move none to another', async () => {
    const { store, begin } = await stage();
    const ids = (await together(20, () => begin())).map(({ id }) => id);
    const found = await pages(store, { limit: 3 }, () => begin());
    const seen = idsOf(found);
    expect(new Set(seen).size).toBe(seen.length);
    expect(ids.filter((id) => !seen.includes(id))).toStrictEqual([]);
    expect(found.at(-1)?.total).toBe(20 + found.length - 1);
  });

  test('newer scenes are no part of the pages that follow', async () => {
    const { store, begin, pass } = await stage();
    const ids = (await together(9, () => begin())).map(({ id }) => id);
    const add = async (): Promise<void> => {
      await pass(5);
      await begin();
    };
    expect(idsOf(await pages(store, { limit: 4 }, add)).toSorted()).toStrictEqual(ids.toSorted());
  });

  test('a page follows even when the scene at which the last ended is gone', async () => {
    const { store, begin, pass } = await stage();
    await together(9, () => begin());
    const whole = idsOf([await store.list({ limit: 9 })]);
    const first = await store.list({ limit: 4 });
    await store.move(whole[3]!, change('cancel', { keep: short }));
    await pass(pastShort);
    const second = await store.list({ limit: 4, cursor: first.nextCursor! });
    expect(idsOf([second])).toStrictEqual(whole.slice(4, 8));
    expect(second.total).toBe(8);
  });

  test('scenes that change between two pages change no place', async () => {
    const { store, begin } = await stage();
    await together(9, () => begin());
    const whole = idsOf([await store.list({ limit: 9 })]);
    let index = 0;
    const found = await pages(store, { limit: 2 }, async () => {
      await store.move(whole[index++]!, change('scan'));
      await store.move(whole[8 - index]!, change('scan'));
    });
    expect(idsOf(found)).toStrictEqual(whole);
  });

  test('the last page says so, also when it is full', async () => {
    const { store, begin } = await stage();
    await together(4, () => begin());
    const first = await store.list({ limit: 2 });
    expect(first.nextCursor).toStrictEqual(expect.any(String));
    expect(await store.list({ limit: 2, cursor: first.nextCursor! })).toMatchObject({
      nextCursor: null,
      total: 4,
    });
  });

  test.each(['', 'nonsense', '..', '1', '-1.', '1e999.x', '__proto__', '*'])(
    'a cursor that is none of ours ("%s") breaks nothing',
    async (cursor) => {
      const { store, begin } = await stage();
      await begin();
      expect(await store.list({ limit: 2, cursor })).toMatchObject({ total: 1 });
    },
  );

  test('counts of an empty store', async () => {
    const { store } = await stage();
    expect(await store.counts()).toStrictEqual(Object.fromEntries(states.map((state) => [state, 0])));
  });

  test('counts of every state, the final ones included', async () => {
    const { store, reach } = await stage();
    for (const [index, state] of states.entries()) for (let n = 0; n <= index; n++) await reach(state);
    expect(await store.counts()).toStrictEqual(
      Object.fromEntries(states.map((state, index) => [state, index + 1])),
    );
  });
}
