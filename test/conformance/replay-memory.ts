import { describe, expect, onTestFinished, test } from 'vitest';
import type { Push, ReplayMemory } from '../../src/channel/replay.ts';
import { randomId, sha256 } from '../../src/kit/id.ts';

export interface OpenedReplayMemory {
  replays: ReplayMemory;
  /** The memory's time, ms. */
  now: () => number;
  /** Resolves once so much of it has passed, ms. */
  pass: (ms: number) => Promise<void>;
  close: () => void | Promise<void>;
}

const window = 300_000;
/** Short enough to be waited for. */
const short = 200;

/** What every replay memory promises, whatever it is made of; `pass` may just wait. */
export function conformReplayMemory(name: string, open: () => Promise<OpenedReplayMemory>): void {
  async function begin() {
    const { replays, now, pass, close } = await open();
    onTestFinished(async () => close());
    const push = (fields: Partial<Push> = {}): Push => ({
      digest: randomId(20),
      body: sha256('a body'),
      timestamp: Math.floor(now() / 1000) * 1000,
      ...fields,
    });
    const bind = (given: Push, lives = window) => replays.bind(given, now() + lives);
    return { push, bind, pass };
  }

  describe(`${name}:`, () => {
    test('a digest is fresh once, and the same with its body ever after', async () => {
      const { push, bind } = await begin();
      const given = push();
      const recalls = [await bind(given), await bind(given), await bind(given)];
      expect(recalls).toStrictEqual(['fresh', 'same', 'same']);
    });

    test('with another body it is refused, and stays bound to the first', async () => {
      const { push, bind } = await begin();
      const given = push();
      await bind(given);
      const forged = { ...given, body: sha256('another body') };
      expect([await bind(forged), await bind(forged), await bind(given)]).toStrictEqual([
        'other',
        'other',
        'same',
      ]);
    });

    test('one body may come with many digests', async () => {
      const { push, bind } = await begin();
      expect([await bind(push()), await bind(push())]).toStrictEqual(['fresh', 'fresh']);
    });

    test.each(['', '__proto__', 'constructor', '*', 'a:b', ' '])(
      '"%s" is a digest like any other',
      async (digest) => {
        const { push, bind } = await begin();
        const given = push({ digest });
        const recalls = [await bind(given), await bind(given), await bind({ ...given, body: '' })];
        expect(recalls).toStrictEqual(['fresh', 'same', 'other']);
      },
    );

    test('a repeat is recognised whatever its timestamp says', async () => {
      const { push, bind } = await begin();
      const given = push();
      await bind(given);
      expect(await bind({ ...given, timestamp: given.timestamp - 3_600_000 })).toBe('same');
    });

    test('it is remembered as long as was asked for', async () => {
      const { push, bind, pass } = await begin();
      const given = push();
      await bind(given, 10 * short);
      await pass(short);
      expect(await bind(given)).toBe('same');
      expect(await bind({ ...given, body: 'another' })).toBe('other');
    });

    test('past its time nothing is fresh, known or not: what was forgotten may have been anything', async () => {
      const { push, bind, pass } = await begin();
      const [known, unknown] = [push(), push()];
      await bind(known, short);
      await pass(2 * short);
      expect(await bind(unknown, -short)).toBe('unknowable');
      expect(await bind({ ...known, body: 'another' }, -short)).not.toMatch(/fresh|same/);
    });

    test('of 50 at once with one body one is fresh', async () => {
      const { push, bind } = await begin();
      const given = push();
      const recalls = await Promise.all(Array.from({ length: 50 }, () => bind(given)));
      expect(recalls.toSorted()).toStrictEqual(['fresh', ...Array.from({ length: 49 }, () => 'same')]);
    });

    test('of 50 at once with 50 bodies one is fresh, and the others are refused', async () => {
      const { push, bind } = await begin();
      const given = push();
      const bodies = Array.from({ length: 50 }, (_, index) => sha256(`body ${index}`));
      const recalls = await Promise.all(bodies.map((body) => bind({ ...given, body })));
      expect(recalls.toSorted()).toStrictEqual(['fresh', ...Array.from({ length: 49 }, () => 'other')]);
      const again = await Promise.all(bodies.map((body) => bind({ ...given, body })));
      expect(again.map((recall) => recall === 'same')).toStrictEqual(
        recalls.map((recall) => recall === 'fresh'),
      );
    });
  });
}
