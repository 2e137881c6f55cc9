import { expect, test } from 'vitest';
import { randomId } from '../../../src/kit/id.ts';
import { change, moved, pastShort, short, states, together } from './stage.ts';
import type { Stage } from './stage.ts';

/** What a store tells of scenes that somebody knew before. */
export function telling(stage: Stage): void {
  test('news: of nothing there is none', async () => {
    const { store, begin } = await stage();
    await begin();
    expect(await store.news([])).toStrictEqual([]);
  });

  test.each(states)('news: a %s scene as it was is left out, and as it was before is told', async (state) => {
    const { store, reach } = await stage();
    const scene = await reach(state);
    const { id, version } = scene;
    expect(await store.news([{ id, version }])).toStrictEqual([]);
    expect(await store.news([{ id, version: version - 1 }])).toStrictEqual([{ id, scene }]);
  });

  test('news: a version that the store never reached is told too', async () => {
    const { store, reach } = await stage();
    const scene = await reach('scanned');
    expect(await store.news([{ id: scene.id, version: 3 }])).toStrictEqual([{ id: scene.id, scene }]);
  });

  test('news: what leaves the version alone is none', async () => {
    const { store, begin } = await stage();
    const { id, claimHash, version } = await begin();
    await store.attach(id, claimHash, 'node-a');
    await store.countStranger(id, 'oStranger', 5, change('crowd'));
    expect(await store.news([{ id, version }])).toStrictEqual([]);
  });

  test('news: a scene that nobody knows is gone', async () => {
    const { store, begin } = await stage();
    const { version } = await begin();
    const id = randomId(16);
    expect(await store.news([{ id, version }])).toStrictEqual([{ id, scene: undefined }]);
  });

  test('news: a scene whose time is over is expired', async () => {
    const { store, pass, begin } = await stage();
    const scene = await begin({}, short);
    const { id, version } = scene;
    await pass(pastShort);
    const expired = { ...scene, state: 'expired', version: version + 1 };
    expect(await store.news([{ id, version }])).toStrictEqual([{ id, scene: expired }]);
    expect(await store.news([{ id, version: version + 1 }])).toStrictEqual([]);
  });

  test('news: a scene that was kept long enough is gone', async () => {
    const { store, pass, reach } = await stage();
    const { id, version } = await reach('cancelled', { keep: short });
    await pass(pastShort);
    expect(await store.news([{ id, version }])).toStrictEqual([{ id, scene: undefined }]);
  });

  test('news: of 500 at once those that changed are told, whole', async () => {
    const { store, begin } = await stage();
    const scenes = await together(500, () => begin());
    const changed = await Promise.all(
      scenes.filter((_, i) => i % 5 === 0).map(async ({ id }) => moved(await store.move(id, change('scan')))),
    );
    const gone = { id: randomId(16), version: 1 };
    const news = await store.news([...scenes.slice(1), gone, scenes[0]!]);
    const told = new Map(news.map(({ id, scene }) => [id, scene]));
    expect(news).toHaveLength(101);
    expect(told).toStrictEqual(
      new Map([...changed.map((scene) => [scene.id, scene] as const), [gone.id, undefined]]),
    );
  });

  test('remind: the scene as it stands', async () => {
    const { store, begin } = await stage();
    const { id, claimHash } = await begin();
    const { scene } = (await store.attach(id, claimHash, 'node-a'))!;
    expect(await store.remind(id)).toStrictEqual(scene);
    expect(await store.find(id)).toStrictEqual(scene);
  });

  test('remind: as time has left it', async () => {
    const { store, pass, begin } = await stage();
    const { id } = await begin({}, short);
    await pass(pastShort);
    expect(await store.remind(id)).toMatchObject({ state: 'expired', version: 2 });
  });

  test('remind: nothing of a scene that is gone, or never was', async () => {
    const { store, pass, reach } = await stage();
    const { id } = await reach('cancelled', { keep: short });
    await pass(pastShort);
    expect(await store.remind(id)).toBeUndefined();
    expect(await store.remind(randomId(16))).toBeUndefined();
  });

  test('now: whole milliseconds, and those by which scenes are made', async () => {
    const { store, begin } = await stage();
    const before = store.now();
    const { createdAt } = await begin();
    const after = store.now();
    expect([before, after].every(Number.isSafeInteger)).toBe(true);
    // Two clocks may take part, and neither is exact.
    expect(createdAt).toBeGreaterThan(before - 500);
    expect(createdAt).toBeLessThan(after + 500);
  });

  test('now: passes as scenes see it pass', async () => {
    const { store, pass } = await stage();
    const before = store.now();
    await pass(pastShort);
    expect(store.now() - before).toBeGreaterThanOrEqual(pastShort - 500);
  });
}
