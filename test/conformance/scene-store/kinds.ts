import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import type { SceneState } from '../../../src/protocol/messages.ts';
import { newestFirst } from '../../../src/scene/listing.ts';
import type { MoveName, Scene } from '../../../src/scene/scene.ts';
import type { SceneQuery, SceneStore } from '../../../src/scene/store.ts';
import { change, long, pastShort, short, states, together } from './stage.ts';
import type { Stage, Staged } from './stage.ts';

type Filter = Omit<SceneQuery, 'limit' | 'cursor'>;

const sites = ['shop', 'bank', 'a-site-with-a-name-of-32-letters'];
const accounts = ['main', 'second'];

/** Every filter there is, those included that match nothing. */
const filters: Filter[] = [undefined, ...states].flatMap((state) =>
  [undefined, ...sites, 'nobody'].flatMap((site) =>
    [undefined, ...accounts].map((account) => filterOf(state, site, account)),
  ),
);

function filterOf(
  state: SceneState | undefined,
  site: string | undefined,
  account: string | undefined,
): Filter {
  const filter: Filter = {};
  if (state !== undefined) filter.state = state;
  if (site !== undefined) filter.site = site;
  if (account !== undefined) filter.account = account;
  return filter;
}

function matches(scene: Scene, { state, site, account }: Filter): boolean {
  return (
    (state ?? scene.state) === scene.state &&
    (site ?? scene.site) === scene.site &&
    (account ?? scene.account) === scene.account
  );
}

interface Found {
  filter: Filter;
  ids: string[];
  /** What the pages said. */
  totals: number[];
}

/** All pages of a filter. */
async function read(store: SceneStore, filter: Filter): Promise<Found> {
  const found: Found = { filter, ids: [], totals: [] };
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await store.list({ ...filter, limit: 12, ...(cursor !== undefined && { cursor }) });
    found.ids.push(...page.scenes.map(({ id }) => id));
    found.totals.push(page.total);
    cursor = page.nextCursor;
  }
  return found;
}

/** The filters whose pages are not exactly what matches them among these. */
async function wrongOf({ store }: Staged, scenes: readonly Scene[]): Promise<unknown[]> {
  const current = await Promise.all(scenes.map(({ id }) => store.find(id)));
  const known = current.filter((scene) => scene !== undefined).sort(newestFirst);
  const wrong: unknown[] = [];
  for (const filter of filters) {
    const found = await read(store, filter);
    const ids = known.filter((scene) => matches(scene, filter)).map(({ id }) => id);
    const expected = { filter, ids, totals: found.totals.map(() => ids.length) };
    if (!isDeepStrictEqual(found, expected)) wrong.push({ found, expected });
  }
  return wrong;
}

function fill({ begin }: Staged, count: number, ttl = long): Promise<Scene[]> {
  return together(count, (i) =>
    begin({ site: sites[i % 3]!, account: accounts[Math.floor(i / 3) % 2]! }, ttl),
  );
}

const walks: readonly (readonly MoveName[])[] = [
  [],
  ['scan'],
  ['scan', 'confirm'],
  ['scan', 'confirm', 'consume'],
  ['scan', 'decline'],
  ['scan', 'cancel'],
  ['cancel'],
  ['crowd'],
  ['scan', 'confirm', 'cancel'],
  ['expire'],
];

export function kinds(stage: Stage): void {
  test('whatever has moved, each filter finds what it names, in pages', async () => {
    const staged = await stage();
    const scenes = await fill(staged, 90);
    await together(90, async (i) => {
      for (const move of walks[i % walks.length]!) await staged.store.move(scenes[i]!.id, change(move));
    });
    expect(await wrongOf(staged, scenes)).toStrictEqual([]);
  });

  test('a browser that comes and goes, and a stranger, change no list', async () => {
    const staged = await stage();
    const scenes = await fill(staged, 12);
    await together(12, async (i) => {
      const { id, claimHash } = scenes[i]!;
      await staged.store.attach(id, claimHash, 'node-a');
      await staged.store.countStranger(id, 'oStranger', 5, change('crowd'));
      if (i % 2 === 0) await staged.store.detach(id, 'node-a', 1);
    });
    expect(await wrongOf(staged, scenes)).toStrictEqual([]);
  });

  test('what time has ended, and what is gone, is on no wrong list', async () => {
    const staged = await stage({ keepFinal: long });
    const scenes = [...(await fill(staged, 12, short)), ...(await fill(staged, 12))];
    await together(4, (i) => staged.store.move(scenes[i]!.id, change('cancel', { keep: short })));
    await staged.pass(pastShort);
    expect(await wrongOf(staged, scenes)).toStrictEqual([]);
  });

  test('of moves that race each scene is on one list in the end', async () => {
    const staged = await stage();
    const scenes = await fill(staged, 60);
    const racing: readonly MoveName[] = ['scan', 'cancel', 'confirm', 'expire', 'decline', 'crowd'];
    await together(360, (i) => staged.store.move(scenes[i % 60]!.id, change(racing[Math.floor(i / 60)]!)));
    expect(await wrongOf(staged, scenes)).toStrictEqual([]);
  });

  test('lists that are read while scenes move count none twice', async () => {
    const staged = await stage();
    const scenes = await fill(staged, 60);
    const look = async (): Promise<void> => {
      const { total, scenes: found } = await staged.store.list({ site: 'shop', limit: 60 });
      expect(total).toBe(20);
      expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
    };
    await Promise.all([
      together(20, look),
      together(60, async (i) => {
        for (const move of walks[i % walks.length]!) await staged.store.move(scenes[i]!.id, change(move));
      }),
    ]);
    expect(await wrongOf(staged, scenes)).toStrictEqual([]);
  });

  test('the rare ones are found among the many', async () => {
    const staged = await stage();
    await together(400, () => staged.begin());
    const rare = await together(3, () => staged.begin({ site: 'bank', account: 'second' }));
    await together(400, () => staged.begin());
    await staged.store.move(rare[1]!.id, change('scan'));
    const ids = rare.toSorted(newestFirst).map(({ id }) => id);
    for (const filter of [{ site: 'bank' }, { account: 'second' }, { site: 'bank', account: 'second' }]) {
      const { scenes, total, nextCursor } = await staged.store.list({ ...filter, limit: 10 });
      expect({ ids: scenes.map(({ id }) => id), total, nextCursor }).toStrictEqual({
        ids,
        total: 3,
        nextCursor: null,
      });
    }
    expect(await staged.store.list({ state: 'scanned', limit: 10 })).toMatchObject({
      total: 1,
      scenes: [{ id: rare[1]!.id }],
    });
  });
}
