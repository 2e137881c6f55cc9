import { describe, expect, test } from 'vitest';
import { figures, leadTime, openPool, ttl } from './pool-stage.ts';

describe('what may be wasted', () => {
  test('none is made ahead that would pass the day’s bound with those that are held', async () => {
    const { pool, come, pass, today, wechat } = openPool();
    today.unused = figures.unusedPerDay - 3;
    await come(500, 50);
    await pass(leadTime);
    expect(wechat.most).toBeLessThanOrEqual(3);
    expect(pool.inStock).toBeLessThanOrEqual(3);
    expect(pool.inStock).toBeGreaterThan(0);
  });

  test('past it nothing is made, and on the next day again', async () => {
    const { come, today, asked } = openPool();
    today.unused = figures.unusedPerDay;
    await come(500, 50);
    expect(asked).toEqual([]);
    today.unused = 0;
    await come(100, 50);
    expect(asked.length).toBeGreaterThan(50);
  });

  test('a WeChat whose codes are all too short wastes no more than that', async () => {
    const { come, wechat, today } = openPool();
    wechat.lifetime = 1_000;
    await come(5_000, 50);
    expect(today.unused).toBeGreaterThan(figures.unusedPerDay / 2);
    expect(today.unused).toBeLessThanOrEqual(figures.unusedPerDay);
  });

  test('when most of the day’s codes are made, the rest is for live pages', async () => {
    const { come, today, asked } = openPool();
    today.made = figures.untilMade;
    await come(500, 50);
    expect(asked).toEqual([]);
  });

  test('rushes all day long, each followed by silence, waste at most what was ready', async () => {
    const { come, pass, today } = openPool();
    for (let rush = 0; rush < 20; rush++) {
      await come(200, 50);
      await pass(figures.keptFor + 60_000);
    }
    expect(today.unused).toBeLessThanOrEqual(20 * 12);
  });
});

describe('a WeChat that fails', () => {
  test.each([{ how: 'fails' as const }, { how: 'failsAtOnce' as const }])(
    'is asked one at a time, when somebody comes, and no more often ($how)',
    async ({ how }) => {
      const { come, pass, wechat, asked, pool } = openPool();
      await come(200, 50);
      wechat[how] = true;
      while (pool.take(ttl));
      await come(100, 50);
      await pass(leadTime);
      const [before, left] = [asked.length, pool.inStock];
      wechat.most = wechat.underWay;
      await come(100, 50);
      expect(asked.length - before).toBeLessThanOrEqual(100);
      expect(wechat.most).toBeLessThanOrEqual(1);
      expect(pool.inStock).toBe(left);
    },
  );

  test('is trusted again after one code that came', async () => {
    const { come, wechat } = openPool();
    wechat.fails = true;
    await come(200, 50);
    wechat.fails = false;
    const codes = await come(200, 50);
    expect(codes.slice(100).filter((code) => !code)).toEqual([]);
  });
});

describe('a pool that is closed', () => {
  test('counts what it had, and what still comes', async () => {
    const { pool, come, pass, wechat, today, clock } = openPool();
    await come(200, 50);
    const [left, underWay] = [pool.inStock, wechat.underWay];
    expect(underWay).toBeGreaterThan(0);
    await pool.close();
    expect(today.unused).toBe(left);
    await pass(leadTime);
    expect(today.unused).toBe(left + underWay);
    expect({ stock: pool.inStock, alarms: clock.alarms }).toEqual({ stock: 0, alarms: 0 });
  });

  test('makes nothing more, and keeps nothing that is given back', async () => {
    const { pool, come, asked, today } = openPool();
    await come(200, 50);
    const code = pool.take(ttl)!;
    await pool.close();
    const [before, unused] = [asked.length, today.unused];
    pool.giveBack(code, ttl);
    expect((await come(100, 50)).filter(Boolean)).toEqual([]);
    expect(asked).toHaveLength(before);
    expect(today.unused).toBeGreaterThanOrEqual(unused + 1);
  });
});
