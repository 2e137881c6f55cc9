import { describe, expect, onTestFinished, test } from 'vitest';
import type { MiniSessionStore, MiniUser } from '../../src/channel/mini-program-sessions.ts';
import { randomId, sha256 } from '../../src/kit/id.ts';
import { settings } from '../../src/kit/settings.ts';

export interface OpenedMiniSessionStore {
  sessions: MiniSessionStore;
  /** Resolves once so much of the store's time has passed, ms. */
  pass: (ms: number) => Promise<void>;
  close: () => void | Promise<void>;
}

const long = 60_000;
/** Short enough to be waited for. */
const short = 800;
const lives = { idle: long, ttl: 2 * long };
const { sessionsPerPerson } = settings.miniProgram;

const mei: MiniUser = { openid: 'oMei', unionid: 'uMei', sealedKey: 'sealed-of-Mei_-' };
const bo: MiniUser = { openid: 'oBo', unionid: null, sealedKey: 'sealed-of-Bo' };

/** What every store of mini-program sessions promises, whatever it is made of. */
export function conformMiniSessionStore(name: string, open: () => Promise<OpenedMiniSessionStore>): void {
  async function begin() {
    const { sessions, pass, close } = await open();
    onTestFinished(async () => close());
    const live = async (hash: string, account = 'mini'): Promise<boolean> =>
      (await sessions.use(account, hash)) !== undefined;
    return { sessions, live, pass, hash: newHash(), other: newHash() };
  }

  /** As many as a person may have, the earliest first, each a moment after the other. */
  async function full() {
    const stage = await begin();
    const hashes = Array.from({ length: sessionsPerPerson }, newHash);
    for (const each of hashes) {
      expect((await stage.sessions.begin('mini', each, mei, lives)).ended).toEqual([]);
      await stage.pass(5);
    }
    return { ...stage, hashes };
  }

  describe(`${name}:`, () => {
    test('what did not begin does not live', async () => {
      const { sessions, hash } = await begin();
      expect(await sessions.use('mini', hash)).toBeUndefined();
      expect(await sessions.end('mini', hash)).toBe(false);
    });

    test('one lives from its beginning to its end, and knows whose it is', async () => {
      const { sessions, hash, other } = await begin();
      expect(await sessions.begin('mini', hash, mei, lives)).toMatchObject({ session: mei, ended: [] });
      expect(await sessions.begin('mini', other, bo, lives)).toMatchObject({ session: bo, ended: [] });
      expect(await sessions.use('mini', hash)).toMatchObject(mei);
      expect(await sessions.use('mini', other)).toMatchObject(bo);
      expect(await sessions.end('mini', hash)).toBe(true);
      expect(await sessions.use('mini', hash)).toBeUndefined();
      expect(await sessions.use('mini', other)).toMatchObject(bo);
    });

    test('it says when it ends, by the clock of the store', async () => {
      const { sessions, hash, pass } = await begin();
      const before = sessions.now();
      const { session: begun } = await sessions.begin('mini', hash, mei, lives);
      // The clock of a node and that of its store differ by some milliseconds.
      expect(begun.startedAt).toBeGreaterThanOrEqual(before - 50);
      expect(begun.startedAt).toBeLessThanOrEqual(sessions.now() + 50);
      expect(begun).toMatchObject({ expiresAt: begun.startedAt + long, endsAt: begun.startedAt + 2 * long });
      await pass(short);
      const used = await sessions.use('mini', hash);
      expect(used).toEqual({ ...begun, expiresAt: used?.expiresAt });
      expect(used?.expiresAt).toBeGreaterThanOrEqual(begun.expiresAt + short - 50);
    });

    test('what people are called comes back as it went in', async () => {
      const { sessions, hash } = await begin();
      const odd: MiniUser = { openid: 'o"{}\n:\u0001梅', unionid: 'u:*{x}', sealedKey: '-_' };
      await sessions.begin('mini', hash, odd, lives);
      expect(await sessions.use('mini', hash)).toMatchObject(odd);
    });

    test('at another account there is none', async () => {
      const { sessions, live, hash } = await begin();
      await sessions.begin('mini', hash, mei, lives);
      expect([await live(hash, 'main'), await live(hash, 'min')]).toEqual([false, false]);
      expect(await sessions.end('main', hash)).toBe(false);
      expect(await live(hash)).toBe(true);
    });

    test('of one person several live, each for itself', async () => {
      const { sessions, live, hash, other } = await begin();
      await sessions.begin('mini', hash, mei, lives);
      await sessions.begin('mini', other, { ...mei, sealedKey: 'another' }, lives);
      expect(await sessions.use('mini', hash)).toMatchObject(mei);
      await sessions.end('mini', hash);
      expect([await live(hash), await live(other)]).toEqual([false, true]);
    });

    test('one that nobody uses ends, and each use gives it as long again', async () => {
      const { sessions, live, hash, other, pass } = await begin();
      await sessions.begin('mini', hash, mei, { idle: short, ttl: long });
      await sessions.begin('mini', other, bo, { idle: short, ttl: long });
      for (let i = 0; i < 3; i++) {
        await pass(short / 2);
        expect(await live(hash)).toBe(true);
      }
      expect(await live(other)).toBe(false);
      expect(await sessions.end('mini', other)).toBe(false);
      await pass(short * 1.5);
      expect(await live(hash)).toBe(false);
    });

    test('a use lets it live no longer than it would have, and says so', async () => {
      const { sessions, live, hash, pass } = await begin();
      const { session } = await sessions.begin('mini', hash, mei, { idle: short, ttl: short });
      const { endsAt } = session;
      await pass(short / 2);
      expect(await sessions.use('mini', hash)).toMatchObject({ expiresAt: endsAt, endsAt });
      await pass(short);
      expect(await live(hash)).toBe(false);
    });

    test('one that may be idle for longer than it lives ends at its end', async () => {
      const { sessions, hash } = await begin();
      const { session: begun } = await sessions.begin('mini', hash, mei, { idle: long, ttl: short });
      expect(begun.expiresAt).toBe(begun.endsAt);
    });

    test('50 people’s at once all live', async () => {
      const { sessions, live } = await begin();
      const hashes = Array.from({ length: 50 }, newHash);
      await Promise.all(
        hashes.map((each, i) => sessions.begin('mini', each, { ...mei, openid: `oPerson${i}` }, lives)),
      );
      expect(await Promise.all(hashes.map((each) => live(each)))).toEqual(hashes.map(() => true));
    });

    describe('a person may have a few', () => {
      test('one more ends the one that nobody used for longest, and says so', async () => {
        const { sessions, live, pass, hashes, hash, other } = await full();
        expect(await live(hashes[0]!)).toBe(true);
        await pass(5);
        expect(await sessions.begin('mini', hash, mei, lives)).toMatchObject({ ended: [hashes[1]] });
        expect(await live(hashes[1]!)).toBe(false);
        await pass(5);
        expect(await sessions.begin('mini', other, mei, lives)).toMatchObject({ ended: [hashes[2]] });
        const left = [hash, other, hashes[0]!, ...hashes.slice(3)];
        expect(await Promise.all(left.map((each) => live(each)))).toEqual(left.map(() => true));
      });

      test('nobody else’s end, and none of theirs at another app', async () => {
        const { sessions, live, hashes, hash, other } = await full();
        expect(await sessions.begin('mini', hash, bo, lives)).toMatchObject({ ended: [] });
        expect(await sessions.begin('other', other, mei, lives)).toMatchObject({ ended: [] });
        expect(await Promise.all(hashes.map((each) => live(each)))).toEqual(hashes.map(() => true));
      });

      test('what ended, or was used by nobody for too long, takes no place', async () => {
        const { sessions, live, pass, hashes, hash, other } = await full();
        await sessions.end('mini', hashes.at(-1)!);
        expect(await sessions.begin('mini', hash, mei, { idle: short, ttl: long })).toMatchObject({
          ended: [],
        });
        await pass(1.5 * short);
        expect(await sessions.begin('mini', other, mei, lives)).toMatchObject({ ended: [] });
        expect(await live(hashes[0]!)).toBe(true);
      });

      test('of 50 that begin at once so many live, and each of the others is told of once', async () => {
        const { sessions, live, hash } = await begin();
        await sessions.begin('mini', hash, bo, lives);
        const hashes = Array.from({ length: 50 }, newHash);
        const begun = await Promise.all(hashes.map((each) => sessions.begin('mini', each, mei, lives)));
        const lived = await Promise.all(hashes.map((each) => live(each)));
        const over = hashes.filter((_, index) => !lived[index]);
        expect(over).toHaveLength(hashes.length - sessionsPerPerson);
        expect(begun.flatMap(({ ended }) => ended).toSorted()).toEqual(over.toSorted());
        expect(await live(hash)).toBe(true);
      });

      test('however many begin and end and are used at once, no more live', async () => {
        const { sessions, live, hashes } = await full();
        const further = Array.from({ length: 40 }, newHash);
        await Promise.all(
          further.flatMap((each, index) => [
            sessions.begin('mini', each, mei, lives),
            live(hashes[index % hashes.length]!),
            sessions.end('mini', further[index - (index % 4)]!),
          ]),
        );
        const living = await Promise.all([...hashes, ...further].map((each) => live(each)));
        expect(living.filter(Boolean).length).toBeLessThanOrEqual(sessionsPerPerson);
        expect(living.filter(Boolean).length).toBeGreaterThan(0);
      });
    });

    test('of 50 that end the same at once one is told that it did', async () => {
      const { sessions, live, hash } = await begin();
      await sessions.begin('mini', hash, mei, lives);
      const ended = await Promise.all(Array.from({ length: 50 }, () => sessions.end('mini', hash)));
      expect(ended.filter(Boolean)).toHaveLength(1);
      expect(await live(hash)).toBe(false);
    });

    test('no use brings back what ended meanwhile', async () => {
      const { sessions, live } = await begin();
      const hashes = Array.from({ length: sessionsPerPerson }, newHash);
      await Promise.all(hashes.map((each) => sessions.begin('mini', each, mei, lives)));
      await Promise.all(
        hashes.flatMap((each) => [live(each), sessions.end('mini', each), live(each), live(each)]),
      );
      expect(await Promise.all(hashes.map((each) => live(each)))).toEqual(hashes.map(() => false));
    });

    test('uses at once agree, and none takes from another', async () => {
      const { sessions, hash } = await begin();
      const { session: begun } = await sessions.begin('mini', hash, mei, lives);
      const used = await Promise.all(Array.from({ length: 50 }, () => sessions.use('mini', hash)));
      for (const each of used) expect(each).toEqual({ ...begun, expiresAt: each?.expiresAt });
      expect(Math.min(...used.map((each) => each!.expiresAt))).toBeGreaterThanOrEqual(begun.expiresAt);
    });
  });
}

function newHash(): string {
  return sha256(randomId(32));
}
