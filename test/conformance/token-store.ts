import { describe, expect, test } from 'vitest';

import type { Clock } from '../../src/kit/clock.ts';
import type { AccessToken, TokenStore } from '../../src/wechat/access-token.ts';

const minute = 60_000;

class HeldClock implements Clock {
  time = Date.now();
  now = (): number => this.time;
  after = (): (() => void) => () => {};
  every = (): (() => void) => () => {};
}

const never = () => Promise.reject(new Error('not to be renewed'));

async function fail(): Promise<AccessToken> {
  await new Promise(setImmediate);
  throw new Error('renewal failed');
}

/** What every token store promises, whatever it is made of. Each test uses an account of its own. */
export function conformTokenStore(open: (clock: Clock) => TokenStore): void {
  let accounts = 0;
  const begin = () => {
    const clock = new HeldClock();
    const token = (value: string): AccessToken => ({ value, expiresAt: clock.time + minute });
    accounts += 1;
    return { clock, token, store: open(clock), account: `account-${accounts}` };
  };

  describe('obtain', () => {
    test('renews at first, then gives what it kept', async () => {
      const { store, account, token } = begin();
      expect(await store.obtain(account, async () => token('a'))).toEqual(token('a'));
      expect(await store.obtain(account, never)).toEqual(token('a'));
    });

    test('renews once for all who ask at once', async () => {
      const { store, account, token } = begin();
      let renewals = 0;
      const renew = async () => {
        renewals += 1;
        await new Promise(setImmediate);
        return token(`a${renewals}`);
      };
      const asked = Array.from({ length: 50 }, () => store.obtain(account, renew));
      const values = (await Promise.all(asked)).map(({ value }) => value);
      expect(new Set(values)).toEqual(new Set(['a1']));
      expect(renewals).toBe(1);
    });

    test('renews again from the time at which the token ends', async () => {
      const { store, account, token, clock } = begin();
      await store.obtain(account, async () => token('a'));
      clock.time += minute - 1;
      expect(await store.obtain(account, never)).toMatchObject({ value: 'a' });
      clock.time += 1;
      expect(await store.obtain(account, async () => token('b'))).toMatchObject({ value: 'b' });
    });

    test('fails all who ask at once when the renewal fails, and renews for the next', async () => {
      const { store, account, token } = begin();
      const asked = await Promise.allSettled([store.obtain(account, fail), store.obtain(account, fail)]);
      expect(asked).toMatchObject([
        { reason: { message: 'renewal failed' } },
        { reason: { message: 'renewal failed' } },
      ]);
      expect(await store.obtain(account, async () => token('a'))).toMatchObject({ value: 'a' });
    });

    test('keeps accounts apart', async () => {
      const { store, account, token } = begin();
      await store.obtain(account, async () => token('a'));
      expect(await store.obtain(`${account}-other`, async () => token('b'))).toMatchObject({ value: 'b' });
      await store.forget(`${account}-other`, 'a');
      expect(await store.obtain(account, never)).toMatchObject({ value: 'a' });
    });
  });

  describe('forget', () => {
    test('drops the token', async () => {
      const { store, account, token } = begin();
      await store.obtain(account, async () => token('a'));
      await store.forget(account, 'a');
      expect(await store.obtain(account, async () => token('b'))).toMatchObject({ value: 'b' });
    });

    test('leaves a newer token alone', async () => {
      const { store, account, token } = begin();
      await store.obtain(account, async () => token('a'));
      await store.forget(account, 'a');
      await store.obtain(account, async () => token('b'));
      await store.forget(account, 'a');
      expect(await store.obtain(account, never)).toMatchObject({ value: 'b' });
    });

    test('of many at once that met the same dead token costs one renewal', async () => {
      const { store, account, token } = begin();
      await store.obtain(account, async () => token('a'));
      let renewals = 0;
      const renew = async () => {
        renewals += 1;
        await new Promise(setImmediate);
        return token('b');
      };
      const meet = async () => {
        await store.forget(account, 'a');
        return store.obtain(account, renew);
      };
      const met = await Promise.all(Array.from({ length: 50 }, meet));
      expect(met.every(({ value }) => value === 'b')).toBe(true);
      expect(renewals).toBe(1);
    });

    test('of what is not there does nothing', async () => {
      const { store, account } = begin();
      await expect(store.forget(account, 'a')).resolves.toBeUndefined();
    });
  });
}
