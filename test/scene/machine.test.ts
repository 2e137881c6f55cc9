import { describe, expect, test } from 'vitest';
import { finalStates, sceneStates } from '../../src/protocol/messages.ts';
import { advance, aged, begin, isLiving, moves } from '../../src/scene/scene.ts';
import type { Change, Scene } from '../../src/scene/scene.ts';
import { everyMove, moveNames } from '../conformance/scene-store/every-move.ts';
import { draft } from '../conformance/scene-store/stage.ts';

const born = 1_700_000_000_000;
const fresh = begin(draft(), born, 120_000, 60_000);
const inState = (state: Scene['state'], fields: Partial<Scene> = {}): Scene => ({
  ...fresh,
  state,
  ...fields,
});

describe('moves', () => {
  test('there are no others', () => {
    expect(Object.keys(moves).toSorted()).toStrictEqual(moveNames.toSorted());
  });

  test.each(everyMove)('$move from $from is $verdict', ({ from, move, to, verdict }) => {
    const next = advance(inState(from), { move, keep: 60_000 }, born + 10);
    expect(next?.state).toBe(verdict === 'made' ? to : undefined);
    expect(next?.version).toBe(verdict === 'made' ? 2 : undefined);
  });

  test.each(sceneStates)('a %s scene is not changed in place', (state) => {
    const scene = inState(state);
    const before = structuredClone(scene);
    for (const move of moveNames) advance(scene, { move, keep: 1, set: { openid: 'oOther' } }, born);
    aged(scene, born + 1e9);
    expect(scene).toStrictEqual(before);
  });
});

const stamps: { name: string; from: Scene['state']; change: Change; becomes: Partial<Scene> }[] = [
  {
    name: 'a scan is dated',
    from: 'pending',
    change: { move: 'scan', keep: 60_000 },
    becomes: { scannedAt: born + 1000, expiresAt: born + 120_000, keptUntil: born + 180_000 },
  },
  {
    name: 'a scan lengthens a short life',
    from: 'pending',
    change: { move: 'scan', keep: 60_000, atLeast: 130_000 },
    becomes: { expiresAt: born + 131_000, keptUntil: born + 191_000, codeExpiresAt: null },
  },
  {
    name: 'a scan shortens none',
    from: 'pending',
    change: { move: 'scan', keep: 60_000, atLeast: 10_000 },
    becomes: { expiresAt: born + 120_000 },
  },
  {
    name: 'a code has its own time, and the scene with it',
    from: 'scanned',
    change: { move: 'confirm', keep: 60_000, codeLives: 5000 },
    becomes: {
      confirmedAt: born + 1000,
      codeExpiresAt: born + 6000,
      expiresAt: born + 6000,
      keptUntil: born + 66_000,
    },
  },
  {
    name: 'what is over is kept from its end on',
    from: 'confirmed',
    change: { move: 'consume', keep: 60_000 },
    becomes: { keptUntil: born + 61_000, expiresAt: born + 120_000 },
  },
];

test.each(stamps)('$name', ({ from, change, becomes }) => {
  expect(advance(inState(from), change, born + 1000)).toMatchObject(becomes);
});

describe('aged', () => {
  test.each(sceneStates)('a %s scene before its end is the same', (state) => {
    const scene = inState(state);
    expect(aged(scene, scene.expiresAt - 1)).toBe(scene);
  });

  test.each(sceneStates.filter((state) => !finalStates.includes(state)))(
    'a %s scene at its end is expired',
    (state) => {
      const scene = inState(state, { version: 7 });
      expect(aged(scene, scene.expiresAt)).toStrictEqual({ ...scene, state: 'expired', version: 8 });
    },
  );

  test.each(finalStates)('a %s scene never changes', (state) => {
    const scene = inState(state);
    expect(aged(scene, scene.keptUntil + 1e9)).toBe(scene);
    expect(isLiving(scene)).toBe(false);
  });
});
