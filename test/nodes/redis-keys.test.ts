import calculateSlot from 'cluster-key-slot';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Keys } from '../../src/store/redis/keys.ts';
import { noRedis } from '../support/needs.ts';
import { startFleet } from '../support/start-fleet.ts';
import type { Fleet } from '../support/start-fleet.ts';

const opsToken = 'canary-ops-token-0123456789';

describe.skipIf(noRedis)('what is left in Redis by whole logins', () => {
  let fleet: Fleet;
  let redis: Redis;
  let keys: string[];
  const secrets = [opsToken];

  beforeAll(async () => {
    const limits = {
      scenesPerIpPerMinute: 60,
      attachFailuresPerIpPerMinute: 30,
      scansPerOpenidPerMinute: 20,
    };
    fleet = await startFleet(2, { config: { limits, ops: { token: opsToken } } });
    const [a, b] = fleet.nodes as [Fleet['nodes'][0], Fleet['nodes'][0]];
    await a.browser(a.url).post('/ops/session', { token: opsToken });
    for (const person of ['oFirst', 'oSecond', 'oThird']) {
      const scene = await a.browser().open('shop');
      const socket = await b.browser().attach(scene);
      await socket.reach('pending');
      await a.wechat.scan(person, scene.sceneId);
      await b.wechat.scan('oStranger', scene.sceneId);
      const { code } = await socket.reach('confirmed');
      if (person !== 'oThird') await a.exchange(code!, {}, { 'Idempotency-Key': 'canary-idempotency-key-1' });
      secrets.push(scene.claim, code!.slice(22));
    }
    secrets.push(a.site.secret, 'canary-idempotency-key-1', 'canary-app-secret', 'bridgeTestToken01');
    redis = new Redis(fleet.redis.url);
    keys = await redis.keys('*');
  });
  afterAll(async () => {
    redis.disconnect();
    await fleet.close();
  });

  test('every key has a lifetime', async () => {
    const lives = await Promise.all(keys.map(async (key) => [key, await redis.pttl(key)] as const));
    expect(lives.length).toBeGreaterThan(20);
    expect(lives.filter(([, life]) => life <= 0)).toStrictEqual([]);
  });

  test('all begin with the prefix, and those of a bucket share its slot', () => {
    expect(keys.filter((key) => !key.startsWith('saoma:'))).toStrictEqual([]);
    const slots = new Keys('saoma').buckets.map((bucket) => calculateSlot(`${bucket}:`));
    expect(new Set(slots).size).toBe(32);
    const far = slots.toSorted((x, y) => x - y).map((slot, i) => Math.abs(slot - (i * 512 + 256)));
    expect(Math.max(...far)).toBeLessThan(256);
  });

  test('no secret stands in any key or value', async () => {
    const values = await Promise.all(keys.map((key) => content(redis, key)));
    const all = JSON.stringify([keys, values]);
    expect(all).toContain('oFirst');
    expect(secrets.filter((secret) => all.includes(secret))).toStrictEqual([]);
  });
});

async function content(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key);
  if (type === 'hash') return redis.hgetall(key);
  if (type === 'set') return redis.smembers(key);
  if (type === 'zset') return redis.zrange(key, '0', '-1');
  if (type === 'stream') return redis.xrange(key, '-', '+');
  return redis.get(key);
}
