import { describe, expect, onTestFinished, test } from 'vitest';
import { randomId } from '../../src/kit/id.ts';
import type { AccessToken, TokenStore } from '../../src/wechat/access-token.ts';

export interface OpenedTokenStore {
  tokens: TokenStore;
  /** The time by which tokens end, ms. */
  now: () => number;
  /** Resolves once so much of it has passed, ms. */
  pass: (ms: number) => Promise<void>;
  close: () => void | Promise<void>;
}

const minute = 60_000;
/** Short enough to be waited for. */
const short = 200;

export const never = (): Promise<AccessToken> => Promise.reject(new Error('not to be renewed'));

async function fail(): Promise<AccessToken> {
  await new Promise(setImmediate);
  throw new Error('renewal failed');
}

/**
 * What every token store promises, whatever it is made of. Each test uses an account of its own.
 * @param clock `held`: the store's time stands still unless `pass` moves it; `running`: what needs a held clock is skipped,
 * and `pass` may just wait
 */
export function conformTokenStore(
  name: string,
  open: () => Promise<OpenedTokenStore>,
  clock: 'held' | 'running' = 'held',
): void {
  const begin = async () => {
    const { tokens, now, pass, close } = await open();
    onTestFinished(async () => close());
    const token = (value: string, life = minute): AccessToken => ({ value, expiresAt: now() + life });
    const obtain = (renew: () => Promise<AccessToken>, account = own) => tokens.obtain(account, renew);
    const own = `account-${randomId(6)}`;
    return { tokens, token, obtain, own, now, pass };
  };

  describe(`${name}: obtain`, () => {
    test('renews at first, then gives what it kept', async () => {
      const { obtain, token } = await begin();
      const renewed = await obtain(async () => token('a'));
      expect(renewed.value).toBe('a');
      expect(await obtain(never)).toEqual(renewed);
    });

    test('a token says until when it is good', async () => {
      const { obtain, token, now } = await begin();
      const { expiresAt } = await obtain(async () => token('a'));
      const left = expiresAt - now();
      expect(left).toBeLessThanOrEqual(minute);
      expect(left).toBeGreaterThan(clock === 'held' ? minute - 1 : minute - 5_000);
    });

    test('renews once for all who ask at once', async () => {
      const { obtain, token } = await begin();
      let renewals = 0;
      const renew = async () => {
        renewals += 1;
        await new Promise(setImmediate);
        return token(`a${renewals}`);
      };
      const asked = Array.from({ length: 50 }, () => obtain(renew));
      const values = (await Promise.all(asked)).map(({ value }) => value);
      expect(new Set(values)).toEqual(new Set(['a1']));
      expect(renewals).toBe(1);
    });

    test('renews again once the token has ended', async () => {
      const { obtain, token, pass } = await begin();
      await obtain(async () => token('a', 4 * short));
      expect(await obtain(never)).toMatchObject({ value: 'a' });
      await pass(5 * short);
      expect(await obtain(async () => token('b'))).toMatchObject({ value: 'b' });
    });

    // What the memory store's clock, which the test holds, shows exactly, no other can.
    const onlyHeld = clock === 'held' ? test : () => undefined;
    onlyHeld('to the millisecond', async () => {
      const { obtain, token, pass } = await begin();
      await obtain(async () => token('a'));
      await pass(minute - 1);
      expect(await obtain(never)).toMatchObject({ value: 'a' });
      await pass(1);
      expect(await obtain(async () => token('b'))).toMatchObject({ value: 'b' });
    });

    test('what was renewed too late is given, and not kept', async () => {
      const { obtain, token } = await begin();
      expect(await obtain(async () => token('a', 0))).toMatchObject({ value: 'a' });
      expect(await obtain(async () => token('b'))).toMatchObject({ value: 'b' });
    });

    test('fails all who ask at once when the renewal fails, and renews for the next', async () => {
      const { obtain, token } = await begin();
      const asked = await Promise.allSettled([obtain(fail), obtain(fail)]);
      expect(asked).toMatchObject([
        { reason: { message: 'renewal failed' } },
        { reason: { message: 'renewal failed' } },
      ]);
      const next = performance.now();
      expect(await obtain(async () => token('a'))).toMatchObject({ value: 'a' });
      expect(performance.now() - next).toBeLessThan(1_000);
    });

    test('keeps accounts apart', async () => {
      const { tokens, obtain, token, own } = await begin();
      const other = `${own}-other`;
      await obtain(async () => token('a'));
      expect(await obtain(async () => token('b'), other)).toMatchObject({ value: 'b' });
      await tokens.forget(other, 'a');
      expect(await obtain(never)).toMatchObject({ value: 'a' });
    });

    test('keeps a token of any signs and a usual length', async () => {
      const { obtain, token } = await begin();
      const value = `92_"'\\{}:*é${'x'.repeat(500)}`;
      await obtain(async () => token(value));
      expect(await obtain(never)).toMatchObject({ value });
    });
  });

  describe(`${name}: forget`, () => {
    test('drops the token', async () => {
      const { tokens, obtain, token, own } = await begin();
      await obtain(async () => token('a'));
      await tokens.forget(own, 'a');
      expect(await obtain(async () => token('b'))).toMatchObject({ value: 'b' });
    });

    test('leaves a newer token alone', async () => {
      const { tokens, obtain, token, own } = await begin();
      await obtain(async () => token('a'));
      await tokens.forget(own, 'a');
      await obtain(async () => token('b'));
      await tokens.forget(own, 'a');
      expect(await obtain(never)).toMatchObject({ value: 'b' });
    });

    test('of many at once that met the same dead token costs one renewal', async () => {
      const { tokens, obtain, token, own } = await begin();
      await obtain(async () => token('a'));
      let renewals = 0;
      const renew = async () => {
        renewals += 1;
        await new Promise(setImmediate);
        return token('b');
      };
      const meet = async () => {
        await tokens.forget(own, 'a');
        return obtain(renew);
      };
      const met = await Promise.all(Array.from({ length: 50 }, meet));
      expect(met.every(({ value }) => value === 'b')).toBe(true);
      expect(renewals).toBe(1);
    });

    test('of what is not there does nothing', async () => {
      const { tokens, own } = await begin();
      await expect(tokens.forget(own, 'a')).resolves.toBeUndefined();
    });
  });
}
