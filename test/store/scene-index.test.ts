import { expect, test } from 'vitest';
import { begin } from '../../src/scene/scene.ts';
import type { Scene } from '../../src/scene/scene.ts';
import { SceneIndex } from '../../src/store/memory/scene-index.ts';
import { draft } from '../conformance/scene-store/stage.ts';

const width = 100;

function scene(site: string, createdAt: number, fields: Partial<Scene> = {}): Scene {
  return { ...begin(draft({ site }), createdAt, 1_000, 1_000), ...fields };
}

function fill(scenes: readonly Scene[]): SceneIndex {
  const index = new SceneIndex(width);
  for (const one of scenes) index.add(one);
  return index;
}

const crowd = Array.from({ length: 20_000 }, (_, i) => scene('shop', i * 7));

test('a look at a few meets none of the many', () => {
  const rare = [0, 70_000, 139_000].map((time) => scene('bank', time));
  const index = fill([...crowd, ...rare]);
  const met = [...index.backFrom({ site: 'bank' }, Infinity)];
  expect(met).toStrictEqual(rare.toReversed().map(({ id }) => [id]));
  expect(index.total({ site: 'bank' })).toBe(3);
  expect([...index.backFrom({ site: 'nobody' }, Infinity)]).toStrictEqual([]);
});

test('one portion after the other is made, and no more than are asked for', () => {
  const index = fill(crowd);
  const portions = index.backFrom({}, 70_000);
  const { value } = portions.next();
  const start = Math.floor(70_000 / width) * width;
  const expected = crowd.filter(({ createdAt }) => createdAt >= start && createdAt < start + width);
  expect((value as string[]).toSorted()).toStrictEqual(expected.map(({ id }) => id).toSorted());
});

test('several kinds are merged by time', () => {
  const times = [950, 20, 510, 590, 130, 525, 0];
  const scenes = times.map((time, i) => scene(i % 2 === 0 ? 'shop' : 'bank', time));
  const met = [...fill(scenes).backFrom({ account: 'main' }, 600)];
  const idsAt = (...of: number[]): string[] => of.map((time) => scenes[times.indexOf(time)]!.id);
  expect(met.map((portion) => portion.toSorted())).toStrictEqual([
    idsAt(510, 590, 525).toSorted(),
    idsAt(130),
    idsAt(20, 0).toSorted(),
  ]);
});

test('what moved is found in its new state only, and what was deleted nowhere', () => {
  const [first, second] = [scene('shop', 10), scene('shop', 20)] as const;
  const index = fill([first, second]);
  index.delete(first);
  index.add({ ...first, state: 'scanned' });
  index.delete(second);
  expect([...index.backFrom({ state: 'pending' }, Infinity)]).toStrictEqual([]);
  expect([...index.backFrom({ state: 'scanned' }, Infinity)]).toStrictEqual([[first.id]]);
  expect(index.total({})).toBe(1);
});
