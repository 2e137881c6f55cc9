import { expect, test } from 'vitest';
import type { SceneStore } from '../../../src/scene/store.ts';
import { change, draft, livingStates, pastShort, short, together } from './stage.ts';
import type { Stage } from './stage.ts';

/** What the store tells from now on, by what it says of each. */
function listenTo(store: SceneStore): Record<string, number> {
  const told: Record<string, number> = {};
  store.expired(({ from, attended }, count) => {
    const name = `${from}, ${attended ? 'seen' : 'unseen'}`;
    told[name] = (told[name] ?? 0) + count;
  });
  return told;
}

type Look = (store: SceneStore, id: string) => Promise<unknown>;

/** Whoever asks for a scene may be the first to meet it after its end. */
const looks: Look[] = [
  (store, id) => store.find(id),
  (store, id) => store.remind(id),
  (store, id) => store.news([{ id, version: 1 }]),
  (store, id) => store.attach(id, draft().claimHash, 'node-a'),
  (store, id) => store.detach(id, 'node-a', 1),
  (store, id) => store.move(id, change('scan')),
  (store, id) => store.countStranger(id, 'oOther', 5, change('crowd')),
];
const looksAtAll: Look[] = [(store) => store.list({ limit: 10 }), (store) => store.counts()];

export function ends(stage: Stage): void {
  test('scenes that ran out of time are told by the state they had, though nobody looks', async () => {
    const { store, pass, reach } = await stage();
    const told = listenTo(store);
    await Promise.all(livingStates.map((state) => reach(state, {}, short)));
    await pass(pastShort);
    expect(told).toStrictEqual({ 'pending, unseen': 1, 'scanned, unseen': 1, 'confirmed, unseen': 1 });
  });

  test('it is told whether a browser had come by then', async () => {
    const { store, pass, begin } = await stage();
    const told = listenTo(store);
    const [first, second, third] = await together(3, () => begin({}, short));
    await store.attach(first!.id, first!.claimHash, 'node-a');
    await store.attach(second!.id, second!.claimHash, null);
    await pass(pastShort);
    await store.attach(third!.id, third!.claimHash, 'node-a');
    await pass(pastShort);
    expect(told).toStrictEqual({ 'pending, seen': 2, 'pending, unseen': 1 });
  });

  test.each([
    { who: 'who asks for one', chosen: looks },
    { who: 'who looks at all', chosen: looksAtAll },
  ])('each is told once, also when $who meets it first, again and again', async ({ chosen }) => {
    const { store, pass, begin } = await stage();
    const told = listenTo(store);
    const scenes = await together(chosen.length, () => begin({}, short));
    const lookAtEach = () => Promise.all(chosen.map((look, i) => look(store, scenes[i]!.id)));
    await pass(short + 10);
    await together(5, lookAtEach);
    await pass(pastShort);
    await lookAtEach();
    await pass(pastShort - short);
    expect(told).toStrictEqual({ 'pending, unseen': chosen.length });
  });

  test('nothing is told of a scene that lives, or that ended by a move', async () => {
    const { store, pass, begin, reach } = await stage({ keepFinal: short });
    const told = listenTo(store);
    await begin();
    for (const state of ['consumed', 'denied', 'cancelled', 'expired'] as const)
      await reach(state, { keep: short });
    await pass(pastShort);
    expect(told).toStrictEqual({});
  });

  test('a scene that is gone by the time it is met is told all the same', async () => {
    const { store, pass, begin } = await stage({ keepFinal: 1 });
    const told = listenTo(store);
    await together(20, () => begin({}, short));
    await pass(pastShort);
    expect(Object.values(told).reduce((sum, count) => sum + count, 0)).toBe(20);
  });

  test('of many, some of which are moved in their last moment, each is told or moved', async () => {
    const { store, pass, begin } = await stage();
    const told = listenTo(store);
    const scenes = await together(300, () => begin({}, short));
    await pass(short - 50);
    const outcomes = await together(300, async (i) => {
      await pass(i % 100);
      return store.move(scenes[i]!.id, change('cancel'));
    });
    await pass(pastShort);
    const moved = outcomes.filter((outcome) => outcome?.moved).length;
    expect(moved + (told['pending, unseen'] ?? 0)).toBe(300);
  });
}
