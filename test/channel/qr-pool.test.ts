import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AheadCode } from '../../src/channel/qr-pool.ts';
import { figures, leadTime, margin, openPool, ttl } from './pool-stage.ts';

describe('a pool that is taken from', () => {
  test('begins with nothing, and soon has a code for everybody', async () => {
    const { pool, come, asked } = openPool();
    expect(pool.inStock).toBe(0);
    const codes = await come(1_000, 50);
    expect(codes[0]).toBeUndefined();
    expect(codes.slice(200).filter((code) => !code)).toEqual([]);
    expect(asked.length).toBeLessThanOrEqual(1_000 + 12);
  });

  test('gives no code twice, and each under the id that it was asked for', async () => {
    const { come, asked } = openPool();
    const had = (await come(500, 50)).filter((code) => code !== undefined);
    expect(had.length).toBeGreaterThan(400);
    expect(new Set(had.map(({ sceneId }) => sceneId)).size).toBe(had.length);
    const ids = new Set(asked.map(({ sceneId }) => sceneId));
    expect(had.filter(({ sceneId, qr }) => !ids.has(sceneId) || !qr.url.endsWith(sceneId))).toEqual([]);
  });

  test('gives the oldest first', async () => {
    const { pool, come, asked } = openPool();
    await come(200, 50);
    const order = asked.map(({ sceneId }) => sceneId);
    const left = Array.from({ length: pool.inStock }, () => pool.take(ttl)?.sceneId ?? '');
    const places = left.map((sceneId) => order.indexOf(sceneId));
    expect(places.length).toBeGreaterThan(3);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  test('asks for codes that outlive a scene for as long as they are kept', async () => {
    const { come, asked } = openPool();
    await come(100, 50);
    expect(new Set(asked.map(({ lifetime }) => lifetime))).toEqual(new Set([figures.keptFor + ttl + margin]));
  });

  test('a rush that finds it empty is told so, and no more are asked for at once than there are places', async () => {
    const { pool, visit, wechat, come } = openPool();
    await come(200, 20);
    const rush = Array.from({ length: 500 }, () => visit());
    expect(rush.slice(pool.inStock + figures.atMost).filter(Boolean)).toEqual([]);
    expect(wechat.most).toBe(figures.inFlight);
  });

  test('what is given back serves another, once', async () => {
    const { pool, come } = openPool();
    await come(200, 50);
    const code = pool.take(ttl)!;
    pool.giveBack(code, ttl);
    expect(pool.take(ttl)).toBe(code);
    const left = Array.from({ length: pool.inStock }, () => pool.take(ttl));
    expect(left).not.toContain(code);
  });

  test('what is discarded serves nobody, and counts', async () => {
    const { pool, come, today } = openPool();
    await come(200, 50);
    const code = pool.take(ttl);
    pool.discard();
    expect(today.unused).toBe(1);
    expect(Array.from({ length: pool.inStock }, () => pool.take(ttl))).not.toContain(code);
  });
});

test.each([{ perSecond: 2 }, { perSecond: 20 }, { perSecond: 60 }])(
  'of $perSecond random visitors a second fewer than one in two hundred find it empty',
  async ({ perSecond }) => {
    const { pass, visit } = openPool();
    const evenly = fc.noBias(fc.integer({ min: 1, max: 1_000_000 }));
    const gaps = fc.sample(evenly, { numRuns: 6_000, seed: 12 }).map((millionth) => millionth / 1_000_000);
    const had: boolean[] = [];
    for (const gap of gaps) {
      await pass((-Math.log(gap) * 1000) / perSecond);
      had.push(visit() !== undefined);
    }
    const regular = had.slice(500);
    expect(regular.filter((found) => !found).length).toBeLessThan(regular.length / 200);
  },
);

test('whatever is taken, given back and discarded, no code is with two', async () => {
  const act = fc.constantFrom('visit', 'take', 'giveBack', 'discard', 'wait');
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 200 }), async (acts) => {
      const { pool, come, pass, visit } = openPool();
      await come(60, 20);
      const held: AheadCode[] = [];
      const gone: AheadCode[] = [];
      let doubled = 0;
      const steps: Record<string, () => unknown> = {
        wait: () => pass(leadTime),
        visit: () => hold(visit()),
        take: () => hold(pool.take(ttl)),
        giveBack: () => held.splice(0, 1).forEach((code) => pool.giveBack(code, ttl)),
        discard: () => {
          gone.push(...held.splice(0, 1));
          pool.discard();
        },
      };
      const hold = (code: AheadCode | undefined): void => {
        if (!code) return;
        if ([...held, ...gone].some(({ sceneId }) => sceneId === code.sceneId)) doubled++;
        held.push(code);
      };
      for (const next of acts) await steps[next]?.();
      expect(doubled).toBe(0);
    }),
  );
});

describe('a pool that nobody takes from', () => {
  test('makes nothing, however long', async () => {
    const { pool, come, pass, asked } = openPool();
    await pass(60 * 60_000);
    expect(asked).toEqual([]);
    await come(200, 50);
    await pass(leadTime);
    const before = { asked: asked.length, stock: pool.inStock };
    await pass(figures.keptFor - 11_000);
    expect({ asked: asked.length, stock: pool.inStock }).toEqual(before);
  });

  test('after a rush loses what was ready, which counts once though nobody comes', async () => {
    const { pool, come, pass, asked, today, clock } = openPool();
    const had = (await come(500, 50)).filter(Boolean).length;
    await pass(leadTime);
    const left = pool.inStock;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(12);
    await pass(figures.keptFor);
    await pass(figures.keptFor);
    expect(pool.inStock).toBe(0);
    expect(today.unused).toBe(left);
    expect(asked).toHaveLength(had + left);
    expect(clock.alarms).toBe(0);
  });

  test('keeps a code to the millisecond', async () => {
    const { pool, come, pass, clock } = openPool();
    await come(100, 50);
    await pass(leadTime);
    const oldest = pool.take(ttl)!;
    pool.giveBack(oldest, ttl);
    await pass(oldest.expiresAt - ttl - margin - clock.now());
    expect(pool.take(ttl)).toBe(oldest);
    pool.giveBack(oldest, ttl);
    await pass(1);
    expect(pool.take(ttl)).not.toBe(oldest);
  });

  test('with one login an hour, makes none', async () => {
    const { come, asked } = openPool();
    expect((await come(100, 60 * 60_000)).filter(Boolean)).toEqual([]);
    expect(asked).toEqual([]);
  });

  test('a code that WeChat lets live too short is given to nobody', async () => {
    const { come, wechat, today, asked } = openPool();
    wechat.lifetime = ttl + margin - 1;
    expect((await come(200, 50)).filter(Boolean)).toEqual([]);
    expect(asked.length).toBeGreaterThan(0);
    expect(today.unused).toBeGreaterThan(0);
  });
});
