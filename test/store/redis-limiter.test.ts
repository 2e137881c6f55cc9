import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { randomId } from '../../src/kit/id.ts';
import { settings } from '../../src/kit/settings.ts';
import { allowed, conformLimiter } from '../conformance/limiter.ts';
import { noRedis } from '../support/needs.ts';
import { openOnRedis } from '../support/open-redis.ts';
import { RedisCluster } from '../support/redis-cluster.ts';
import { RedisServer } from '../support/redis-server.ts';
import { openOne, openTwo } from './two-nodes.ts';

/** What two nodes promise together. */
function conformTwo(url: () => string): void {
  test('limiters of one name count together', async () => {
    const nodes = await openTwo(url());
    const [one, other] = [nodes[0].limiter('a name', 10, 60), nodes[1].limiter('a name', 10, 60)];
    const counts = await Promise.all([allowed(one, 50), allowed(other, 50)]);
    expect(counts[0] + counts[1]).toBe(10);
    await Promise.all([one.giveBack('a key'), other.giveBack('a key')]);
    expect((await allowed(one, 5)) + (await allowed(other, 5))).toBe(2);
  });
}

describe.skipIf(noRedis)('on a Cluster of three masters', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  });
  afterAll(() => cluster.stop());

  conformLimiter('the limiter on Redis', () => openOnRedis(cluster.url));
  conformTwo(() => cluster.url);
});

describe.skipIf(noRedis)('on a single redis-server', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  conformLimiter('the limiter on Redis', () => openOnRedis(server.url));
  conformTwo(() => server.url);

  test('a count lives as long as its window, and what is only given back leaves nothing', async () => {
    const keyPrefix = `test-${randomId(6)}`;
    const limiter = (await openOne(server.url, keyPrefix)).limiter('a name', 10, 60);
    await limiter.giveBack('never taken');
    expect(await server.command('KEYS', `${keyPrefix}:limit:*`)).toEqual([]);
    await allowed(limiter, 20);
    await limiter.giveBack('a key');
    const [key, ...others] = (await server.command('KEYS', `${keyPrefix}:limit:*`)) as string[];
    expect(others).toEqual([]);
    expect(key).toBe(`${keyPrefix}:limit:a name:a key`);
    const lives = Number(await server.command('PTTL', key!));
    expect(lives).toBeGreaterThan(55_000);
    expect(lives).toBeLessThanOrEqual(60_000);
  });
});

async function start() {
  const server = await RedisServer.start();
  onTestFinished(() => server.stop());
  const node = await openOne(server.url);
  return { server, node, limiter: node.limiter('a name', 10, 60) };
}

describe.skipIf(noRedis)('while Redis is away', () => {
  test('a node counts for itself, at once, and together again when it is back', async () => {
    const { server, node, limiter } = await start();
    expect(await allowed(limiter, 4)).toBe(4);
    await server.kill();
    await expect.poll(() => node.connection.isUp).toBe(false);
    const begun = performance.now();
    expect(await allowed(limiter, 50)).toBe(10);
    await limiter.giveBack('a key');
    expect(await allowed(limiter, 50)).toBe(1);
    expect(performance.now() - begun).toBeLessThan(500);
    await server.restartEmpty();
    await expect.poll(() => node.connection.isUp, { timeout: 5_000 }).toBe(true);
    expect(await allowed(limiter, 50)).toBe(10);
  });

  test('one that is killed while many ask lets through no more than twice what is allowed', async () => {
    const { server, limiter } = await start();
    const asked = Promise.all(
      Array.from({ length: 500 }, async (_, index) => {
        await new Promise((resolve) => {
          setTimeout(resolve, index / 10);
        });
        return limiter.take('a key');
      }),
    );
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    await server.kill();
    const passed = (await asked).filter((wait) => wait === 0).length;
    expect(passed).toBeGreaterThanOrEqual(10);
    expect(passed).toBeLessThanOrEqual(20);
  });

  test('frozen, it holds up each try no longer than any question, and soon none at all', async () => {
    const { server, node, limiter } = await start();
    server.freeze();
    const begun = performance.now();
    expect(await allowed(limiter, 50)).toBe(10);
    expect(performance.now() - begun).toBeLessThan(settings.redis.giveUpAfter + 1_000);
    expect(node.connection.isUp).toBe(false);
    const again = performance.now();
    expect(await limiter.take('a key')).toBeGreaterThan(0);
    await limiter.giveBack('a key');
    expect(performance.now() - again).toBeLessThan(500);
    server.thaw();
  });
});
