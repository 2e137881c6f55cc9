import { describe, expect, onTestFinished, test } from 'vitest';
import { randomId, sha256 } from '../../src/kit/id.ts';
import type { SessionStore } from '../../src/ops/sessions.ts';

export interface OpenedSessionStore {
  sessions: SessionStore;
  /** Resolves once so much of the store's time has passed, ms. */
  pass: (ms: number) => Promise<void>;
  close: () => void | Promise<void>;
}

const long = 60_000;
/** Short enough to be waited for. */
const short = 800;

/** What every store of sessions promises, whatever it is made of. */
export function conformSessionStore(name: string, open: () => Promise<OpenedSessionStore>): void {
  async function begin() {
    const { sessions, pass, close } = await open();
    onTestFinished(async () => close());
    return { sessions, pass, hash: sha256(randomId(32)), other: sha256(randomId(32)) };
  }

  describe(`${name}:`, () => {
    test('what did not begin does not live', async () => {
      const { sessions, hash } = await begin();
      expect(await sessions.lives(hash)).toBe(false);
    });

    test('one lives from its beginning to its end', async () => {
      const { sessions, hash } = await begin();
      await sessions.begin(hash, long);
      expect([await sessions.lives(hash), await sessions.lives(hash)]).toEqual([true, true]);
      await sessions.end(hash);
      expect(await sessions.lives(hash)).toBe(false);
    });

    test('the end of one is not that of another', async () => {
      const { sessions, hash, other } = await begin();
      await sessions.begin(hash, long);
      await sessions.begin(other, long);
      await sessions.end(hash);
      expect([await sessions.lives(hash), await sessions.lives(other)]).toEqual([false, true]);
    });

    test('the end of what is not there does nothing', async () => {
      const { sessions, hash } = await begin();
      await expect(sessions.end(hash)).resolves.toBeUndefined();
      await sessions.begin(hash, long);
      expect(await sessions.lives(hash)).toBe(true);
    });

    test('one ends by itself, and a look does not lengthen it', async () => {
      const { sessions, hash, other, pass } = await begin();
      await sessions.begin(hash, short);
      await sessions.begin(other, long);
      await pass(short / 2);
      expect(await sessions.lives(hash)).toBe(true);
      await pass(short);
      expect([await sessions.lives(hash), await sessions.lives(other)]).toEqual([false, true]);
    });

    test('50 at once all live', async () => {
      const { sessions } = await begin();
      const hashes = Array.from({ length: 50 }, () => sha256(randomId(32)));
      await Promise.all(hashes.map((each) => sessions.begin(each, long)));
      const lives = await Promise.all(hashes.map((each) => sessions.lives(each)));
      expect(lives.every(Boolean)).toBe(true);
    });
  });
}
