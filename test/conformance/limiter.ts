import { describe, expect, onTestFinished, test } from 'vitest';
import type { Limiter, MakeLimiter } from '../../src/http/limiter.ts';

export interface OpenedLimiters {
  limiter: MakeLimiter;
  /** Resolves once so much time has passed, ms. */
  pass: (ms: number) => Promise<void>;
  close: () => void | Promise<void>;
}

const points = 10;

/** How many of so many that try at once are allowed. */
export async function allowed(limiter: Limiter, tries: number, key = 'a key'): Promise<number> {
  const waits = await Promise.all(Array.from({ length: tries }, () => limiter.take(key)));
  return waits.filter((wait) => wait === 0).length;
}

/** What every limiter promises, whatever it is made of. Opened, nothing has been counted. */
export function conformLimiter(name: string, open: () => Promise<OpenedLimiters>): void {
  async function begin(most = points, seconds = 60) {
    const { limiter, pass, close } = await open();
    onTestFinished(async () => close());
    return { limiter: limiter('a name', most, seconds), make: limiter, pass };
  }

  describe(`${name}:`, () => {
    test('so many are allowed, the next has to wait until the window ends', async () => {
      const { limiter } = await begin(2, 60);
      const waits = [await limiter.take('a'), await limiter.take('a'), await limiter.take('a')];
      expect(waits.slice(0, 2)).toEqual([0, 0]);
      expect(waits[2]).toBeGreaterThan(55);
      expect(waits[2]).toBeLessThanOrEqual(60);
      expect(Number.isInteger(waits[2])).toBe(true);
    });

    test('0 is any number', async () => {
      const { limiter } = await begin(0);
      expect(await allowed(limiter, 500)).toBe(500);
      await limiter.giveBack('a key');
    });

    test('of 50 at once exactly so many are allowed', async () => {
      const { limiter } = await begin();
      expect(await allowed(limiter, 50)).toBe(points);
    });

    test('what was refused does not count', async () => {
      const { limiter } = await begin();
      await allowed(limiter, points + 40);
      await limiter.giveBack('a key');
      expect(await allowed(limiter, 5)).toBe(1);
    });

    test('what is given back may be taken again', async () => {
      const { limiter } = await begin();
      await allowed(limiter, points);
      await Promise.all([limiter.giveBack('a key'), limiter.giveBack('a key'), limiter.giveBack('a key')]);
      expect(await allowed(limiter, 50)).toBe(3);
    });

    test('what was never taken cannot be given back', async () => {
      const { limiter } = await begin();
      for (let times = 0; times < 5; times++) await limiter.giveBack('a key');
      expect(await allowed(limiter, 50)).toBe(points);
    });

    test('nor can it be given back twice, also of 50 at once', async () => {
      const { limiter } = await begin();
      await allowed(limiter, 2);
      await Promise.all(Array.from({ length: 50 }, () => limiter.giveBack('a key')));
      expect(await allowed(limiter, 50)).toBe(points);
    });

    test('nor do gifts make room for those who try at the same time', async () => {
      const { limiter } = await begin();
      const gifts = Array.from({ length: 50 }, () => limiter.giveBack('a key'));
      expect(await allowed(limiter, 50)).toBe(points);
      await Promise.all(gifts);
    });

    test('taken and given back at once, all is as if nothing had been', async () => {
      const { limiter } = await begin(50);
      await Promise.all(
        Array.from({ length: 50 }, async () => {
          await limiter.take('a key');
          await limiter.giveBack('a key');
        }),
      );
      expect(await allowed(limiter, 100)).toBe(50);
    });

    test('the window ends by itself, and neither a refusal nor a gift lengthens it', async () => {
      const { limiter, pass } = await begin(2, 2);
      await allowed(limiter, 2);
      await pass(1_050);
      expect(await limiter.take('a key')).toBe(1);
      await limiter.giveBack('a key');
      expect(await allowed(limiter, 3)).toBe(1);
      await pass(1_050);
      expect(await allowed(limiter, 5)).toBe(2);
    });

    test('what was taken in an earlier window cannot be given back', async () => {
      const { limiter, pass } = await begin(2, 1);
      await allowed(limiter, 2);
      await pass(1_200);
      await limiter.giveBack('a key');
      expect(await allowed(limiter, 5)).toBe(2);
    });

    test('each name and each key has its own count', async () => {
      const { limiter, make } = await begin(1);
      const other = make('another name', 1, 60);
      expect(await allowed(limiter, 5)).toBe(1);
      expect(await allowed(limiter, 5, 'another key')).toBe(1);
      expect(await allowed(other, 5)).toBe(1);
    });

    const keys = [
      '',
      ' ',
      '2001:db8:1:2::/64',
      '203.0.113.7',
      'a:b',
      'a',
      'a name:a',
      '__proto__',
      '*',
      '{x}',
      '}{',
      '节点 😀',
      '"\\\n',
      'x'.repeat(4_000),
      `${'x'.repeat(4_000)}y`,
    ];
    test('whatever a key consists of, it is one of its own', async () => {
      const { limiter } = await begin(1);
      const first = await Promise.all(keys.map((key) => limiter.take(key)));
      expect(first.every((wait) => wait === 0)).toBe(true);
      const second = await Promise.all(keys.map((key) => limiter.take(key)));
      expect(second.every((wait) => wait > 0)).toBe(true);
      await Promise.all(keys.map((key) => limiter.giveBack(key)));
      const third = await Promise.all(keys.map((key) => limiter.take(key)));
      expect(third.every((wait) => wait === 0)).toBe(true);
    });
  });
}
