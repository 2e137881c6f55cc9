import { describe, expect, onTestFinished, test } from 'vitest';
import { randomId, sha256 } from '../../src/kit/id.ts';
import type { Admitted, SessionStore } from '../../src/ops/sessions.ts';

export interface OpenedSessionStore {
  sessions: SessionStore;
  /** The store's time, ms. */
  now: () => number;
  /** Resolves once so much of the store's time has passed, ms. */
  pass: (ms: number) => Promise<void>;
  close: () => void | Promise<void>;
}

const long = 60_000;
/** Short enough to be waited for. */
const short = 800;

const mei: Admitted = { role: 'view', name: '梅 "Mei"', proof: 'abcdefgh' };
const token: Admitted = { role: 'operate', name: 'token', proof: '-_345678' };

/**
 * What every store of sessions promises, whatever it is made of.
 * @param open told how many may live that began with the same
 */
export function conformSessionStore(name: string, open: (each: number) => Promise<OpenedSessionStore>): void {
  async function begin(each = 100) {
    const { sessions, now, pass, close } = await open(each);
    onTestFinished(async () => close());
    const lives = async (hash: string): Promise<boolean> => (await sessions.use(hash)) !== undefined;
    return { sessions, lives, now, pass, hash: sha256(randomId(32)), other: sha256(randomId(32)) };
  }

  describe(`${name}:`, () => {
    test('what did not begin does not live', async () => {
      const { sessions, hash } = await begin();
      expect(await sessions.use(hash)).toBeUndefined();
    });

    test('one lives from its beginning to its end, and knows whose it is and when it ends', async () => {
      const { sessions, now, hash, other } = await begin();
      const before = now();
      await sessions.begin(hash, mei, long, short);
      await sessions.begin(other, token, 2 * long, long);
      const session = await sessions.use(hash);
      expect(session).toEqual({ ...mei, endsAt: session?.endsAt });
      // The clock of a node and that of its store differ by some milliseconds.
      expect(session?.endsAt).toBeGreaterThanOrEqual(before + long - 50);
      expect(session?.endsAt).toBeLessThanOrEqual(now() + long + 50);
      expect(await sessions.use(hash)).toEqual(session);
      expect(await sessions.use(other)).toMatchObject(token);
      await sessions.end(hash);
      expect(await sessions.use(hash)).toBeUndefined();
    });

    test('the end of one is not that of another', async () => {
      const { sessions, lives, hash, other } = await begin();
      await sessions.begin(hash, mei, long, long);
      await sessions.begin(other, mei, long, long);
      await sessions.end(hash);
      expect([await lives(hash), await lives(other)]).toEqual([false, true]);
    });

    test('the end of what is not there does nothing', async () => {
      const { sessions, lives, hash } = await begin();
      await expect(sessions.end(hash)).resolves.toBeUndefined();
      await sessions.begin(hash, mei, long, long);
      expect(await lives(hash)).toBe(true);
    });

    test('one ends at its time, used or not', async () => {
      const { sessions, lives, hash, other, pass } = await begin();
      await sessions.begin(hash, mei, short, long);
      await sessions.begin(other, mei, long, long);
      await pass(short / 2);
      expect(await lives(hash)).toBe(true);
      await pass(short);
      expect([await lives(hash), await lives(other)]).toEqual([false, true]);
    });

    test('one that nobody uses ends before, and each use gives it as long again', async () => {
      const { sessions, lives, hash, other, pass } = await begin();
      await sessions.begin(hash, mei, long, short);
      await sessions.begin(other, mei, long, short);
      for (let i = 0; i < 3; i++) {
        await pass(short / 2);
        expect(await lives(hash)).toBe(true);
      }
      expect(await lives(other)).toBe(false);
      await pass(short * 1.5);
      expect(await lives(hash)).toBe(false);
    });

    test('a use lets it live no longer than it would have', async () => {
      const { sessions, lives, hash, pass } = await begin();
      await sessions.begin(hash, mei, short, short);
      await pass(short / 2);
      expect(await lives(hash)).toBe(true);
      await pass(short);
      expect(await lives(hash)).toBe(false);
    });

    test('50 at once all live', async () => {
      const { sessions, lives } = await begin();
      const hashes = Array.from({ length: 50 }, () => sha256(randomId(32)));
      await Promise.all(hashes.map((each) => sessions.begin(each, mei, long, long)));
      expect(await Promise.all(hashes.map(lives))).toEqual(hashes.map(() => true));
    });

    test('one too many of the same ends the oldest of these, and none of another', async () => {
      const { sessions, lives } = await begin(3);
      const [one, ...others] = Array.from({ length: 5 }, () => sha256(randomId(32)));
      await sessions.begin(one!, token, long, long);
      for (const each of others) await sessions.begin(each, mei, long, long);
      expect(await Promise.all([one!, ...others].map(lives))).toEqual([true, false, true, true, true]);
    });

    test('what is over takes no place of what lives', async () => {
      const { sessions, lives, pass, hash, other } = await begin(3);
      await sessions.begin(hash, mei, long, long);
      await sessions.begin(sha256(randomId(32)), mei, long, short);
      await sessions.begin(other, mei, long, long);
      await sessions.end(other);
      await pass(1.5 * short);
      for (let i = 0; i < 2; i++) await sessions.begin(sha256(randomId(32)), mei, long, long);
      expect(await lives(hash)).toBe(true);
      await sessions.begin(sha256(randomId(32)), mei, long, long);
      expect(await lives(hash)).toBe(false);
    });

    test('of 100 that begin at once so many live as may, and all of another', async () => {
      const { sessions, lives } = await begin(20);
      const beginMany = async (who: Admitted, count: number) => {
        const hashes = Array.from({ length: count }, () => sha256(randomId(32)));
        await Promise.all(hashes.map((each) => sessions.begin(each, who, long, long)));
        return hashes;
      };
      const [many, few] = await Promise.all([beginMany(mei, 100), beginMany(token, 20)]);
      const living = async (hashes: string[]) =>
        (await Promise.all(hashes.map(lives))).filter(Boolean).length;
      expect([await living(many), await living(few)]).toEqual([20, 20]);
    });

    test('of 50 tries at once each has its own number', async () => {
      const { sessions, hash, other } = await begin();
      const numbers = await Promise.all(Array.from({ length: 50 }, () => sessions.countTry(hash, long)));
      expect(numbers.toSorted((a, b) => a - b)).toEqual(numbers.map((_, index) => index + 1));
      expect(await sessions.countTry(other, long)).toBe(1);
      expect(await sessions.countTry(hash, long)).toBe(51);
    });

    test('tries are forgotten so long after the first', async () => {
      const { sessions, hash, pass } = await begin();
      await sessions.countTry(hash, short);
      await pass(short / 2);
      expect(await sessions.countTry(hash, short)).toBe(2);
      await pass(short);
      expect(await sessions.countTry(hash, short)).toBe(1);
    });
  });
}
