import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { advance, aged, begin, isLiving } from '../../src/scene/scene.ts';
import type { Change, MoveName, Scene } from '../../src/scene/scene.ts';
import { moveNames } from '../conformance/scene-store/every-move.ts';
import { draft } from '../conformance/scene-store/stage.ts';

/** A failure prints its seed; `FC_SEED` repeats it. */
const seed = process.env['FC_SEED'];
const runs = { numRuns: 300, ...(seed === undefined ? {} : { seed: Number(seed) }) };

const born = 1_700_000_000_000;
const ms = fc.integer({ min: 0, max: 200_000 });
const aMove = fc.record(
  { move: fc.constantFrom(...moveNames), person: fc.integer({ min: 0, max: 5 }), atLeast: ms, codeLives: ms },
  { requiredKeys: ['move', 'person'] },
);
const steps = fc.array(fc.oneof(fc.record({ wait: ms }), aMove), { maxLength: 40 });

type Step = { wait: number } | { move: MoveName; person: number; atLeast?: number; codeLives?: number };

/** Every scene that a store would have had, one for each step. */
function history(of: Step[]): { scene: Scene; now: number }[] {
  let now = born;
  let scene = begin(draft(), now, 120_000, 60_000);
  return [{ scene, now }].concat(
    of.map((step) => {
      if ('wait' in step) now += step.wait;
      scene = aged(scene, now);
      if ('move' in step) scene = advance(scene, changeOf(step), now) ?? scene;
      return { scene, now };
    }),
  );
}

function changeOf({ move, person, atLeast, codeLives }: Exclude<Step, { wait: number }>): Change {
  return {
    move,
    keep: 60_000,
    ...(move === 'scan' ? { set: { openid: `oPerson${person}` } } : {}),
    ...(atLeast === undefined ? {} : { atLeast }),
    ...(codeLives !== undefined && move === 'confirm' ? { codeLives } : {}),
  };
}

function holds(invariant: (before: Scene, after: Scene, now: number) => void): void {
  fc.assert(
    fc.property(steps, (of) => {
      const scenes = history(of);
      scenes.slice(1).forEach(({ scene, now }, index) => invariant(scenes[index]!.scene, scene, now));
    }),
    runs,
  );
}

test('the version grows by one at each change of state, and never else', () => {
  holds((before, after) => {
    expect(after.version - before.version).toBe(after.state === before.state ? 0 : 1);
  });
});

test('what is over stays exactly as it is', () => {
  holds((before, after) => {
    expect(isLiving(before) || after === before).toBe(true);
  });
});

test('whoever owns the scene owns it for ever, and nobody owns what was never scanned', () => {
  holds((before, after) => {
    expect(before.openid ?? after.openid).toBe(after.openid);
    expect(after.openid === null).toBe(after.scannedAt === null);
  });
});

test('a code is good only while confirmed, and within its time', () => {
  holds((before, after, now) => {
    const taken = before.state !== 'consumed' && after.state === 'consumed';
    expect(!taken || (before.state === 'confirmed' && now < before.expiresAt)).toBe(true);
  });
});

test('one code at most is ever taken, and one owner at most is ever found', () => {
  fc.assert(
    fc.property(steps, (of) => {
      const scenes = history(of).map(({ scene }) => scene);
      const entries = (state: Scene['state']): number =>
        scenes.filter((scene, index) => scene.state === state && scenes[index - 1]?.state !== state).length;
      expect(
        [entries('scanned'), entries('confirmed'), entries('consumed')].filter((n) => n > 1),
      ).toStrictEqual([]);
      expect(new Set(scenes.map(({ openid }) => openid).filter(Boolean)).size).toBeLessThan(2);
    }),
    runs,
  );
});

test('a living scene has time left, and is kept past its end', () => {
  holds((_, after, now) => {
    expect(!isLiving(after) || now < after.expiresAt).toBe(true);
    expect(after.keptUntil).toBeGreaterThanOrEqual(isLiving(after) ? after.expiresAt : after.createdAt);
  });
});

test('to age twice is to age once', () => {
  holds((_, after, now) => {
    for (const later of [now, now + 60_000, now + 1e9]) {
      const once = aged(after, later);
      expect(aged(once, later)).toBe(once);
    }
  });
});
