import { expect, test } from 'vitest';
import type { MoveName, Scene } from '../../../src/scene/scene.ts';
import type { Outcome } from '../../../src/scene/store.ts';
import { change, moved, together } from './stage.ts';
import type { Stage } from './stage.ts';

const winnersOf = (outcomes: (Outcome | undefined)[]): Scene[] =>
  outcomes.filter((outcome) => outcome?.moved).map((outcome) => outcome!.scene);

export function races(stage: Stage): void {
  test('of 50 people who scan at once one owns the scene, and all see who', async () => {
    const { store, begin } = await stage();
    const { id } = await begin();
    const outcomes = await together(50, (i) =>
      store.move(id, change('scan', { set: { openid: `oPerson${i}`, followed: i % 2 === 0 } })),
    );
    const [winner, ...others] = winnersOf(outcomes);
    expect(others).toHaveLength(0);
    expect(await store.find(id)).toStrictEqual(winner);
    expect(winner).toMatchObject({ version: 2, state: 'scanned' });
    expect(new Set(outcomes.map((outcome) => outcome?.scene.openid))).toStrictEqual(
      new Set([winner?.openid]),
    );
  });

  test('of 50 who take one code at once one has it', async () => {
    const { store, reach } = await stage();
    const { id, version } = await reach('confirmed');
    const outcomes = await together(50, (i) =>
      store.move(id, change('consume', { set: { exchangeKeyHash: `key-${i}` } })),
    );
    const [winner, ...others] = winnersOf(outcomes);
    expect(others).toHaveLength(0);
    expect(winner).toMatchObject({ state: 'consumed', version: version + 1 });
    expect(await store.find(id)).toStrictEqual(winner);
  });

  test.each([
    { from: 'confirmed', one: 'consume', other: 'cancel' },
    { from: 'confirmed', one: 'consume', other: 'expire' },
    { from: 'scanned', one: 'decline', other: 'cancel' },
    { from: 'pending', one: 'cancel', other: 'expire' },
  ] as const)('of 25 times $one and 25 times $other one wins', async ({ from, one, other }) => {
    const { store, reach } = await stage();
    const { id, version } = await reach(from);
    const outcomes = await together(50, (i) => store.move(id, change(i % 2 === 0 ? one : other)));
    const [winner, ...others] = winnersOf(outcomes);
    expect(others).toHaveLength(0);
    expect(winner?.version).toBe(version + 1);
    expect(await store.find(id)).toStrictEqual(winner);
  });

  test('of 25 times decline and 25 times confirm one wins', async () => {
    const { store, reach } = await stage();
    const { id } = await reach('scanned');
    const outcomes = await together(50, (i) => store.move(id, change(i % 2 === 0 ? 'decline' : 'confirm')));
    expect(winnersOf(outcomes)).toHaveLength(1);
  });

  /** Each may follow the other way round only: what is over is never confirmed. */
  test.each(['expire', 'cancel'] as const)(
    'confirm and %s at once: each at most once, and it ends over',
    async (end) => {
      const { store, reach } = await stage();
      const { id, version } = await reach('scanned');
      const moves: MoveName[] = ['confirm', end];
      const outcomes = await together(50, (i) => store.move(id, change(moves[i % 2]!)));
      const winners = winnersOf(outcomes).sort((a, b) => a.version - b.version);
      const final = end === 'expire' ? 'expired' : 'cancelled';
      expect([[final], ['confirmed', final]]).toContainEqual(winners.map(({ state }) => state));
      expect(await store.find(id)).toStrictEqual(winners.at(-1));
      expect(winners.at(-1)?.version).toBe(version + winners.length);
    },
  );

  test('attaches, detaches and a scan at once overwrite nothing of each other', async () => {
    const { store, begin } = await stage();
    const before = await begin();
    const { id, claimHash } = before;
    const outcomes = await together(60, async (i) => {
      if (i % 3 === 0) return store.attach(id, claimHash, `node-${i}`);
      if (i % 3 === 1) return store.move(id, change('scan', { set: { openid: `oPerson${i}` } }));
      return store.detach(id, 'no such node', i).then(() => undefined);
    });
    const scene = (await store.find(id))!;
    expect(scene).toMatchObject({ state: 'scanned', version: 2, attended: true });
    expect(scene.node).toMatch(/^node-/);
    expect(scene.openid).toMatch(/^oPerson/);
    expect(winnersOf(outcomes)).toHaveLength(2);
  });

  test('strangers, attaches and moves at once: nobody is lost', async () => {
    const { store, reach } = await stage();
    const { id, claimHash } = await reach('scanned');
    const crowd = change('crowd');
    await together(15, async (i) => {
      if (i % 3 === 0) return store.countStranger(id, `oStranger${i}`, 5, crowd);
      if (i % 3 === 1) return store.attach(id, claimHash, 'node-a');
      return store.move(id, change('confirm', { set: { unionid: 'uOwner' } }));
    });
    const scene = (await store.find(id))!;
    expect(scene).toMatchObject({ state: 'confirmed', version: 3, node: 'node-a', unionid: 'uOwner' });
    expect(scene.strangers.toSorted()).toStrictEqual(
      ['oStranger0', 'oStranger3', 'oStranger6', 'oStranger9', 'oStranger12'].toSorted(),
    );
  });

  test('scenes do not meet: 50 at once, each its own way', async () => {
    const { store, begin } = await stage();
    const scenes = await together(50, () => begin());
    await together(50, async (i) =>
      moved(await store.move(scenes[i]!.id, change('scan', { set: { openid: `oPerson${i}` } }))),
    );
    const found = await together(50, (i) => store.find(scenes[i]!.id));
    expect(found.map((scene) => scene?.openid)).toStrictEqual(scenes.map((_, i) => `oPerson${i}`));
  });
}
