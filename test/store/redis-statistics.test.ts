import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { settings } from '../../src/kit/settings.ts';
import { minuteLength, minuteOf } from '../../src/ops/statistics.ts';
import { conformStatistics } from '../conformance/statistics.ts';
import { noRedis } from '../support/needs.ts';
import { openOnRedis } from '../support/open-redis.ts';
import { RedisCluster } from '../support/redis-cluster.ts';
import { RedisServer } from '../support/redis-server.ts';
import { openOne, openTwo } from './two-nodes.ts';

const { keptFor, minutesBack } = settings.statistics;

describe.skipIf(noRedis)('on a Cluster of three masters', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  });
  afterAll(() => cluster.stop());

  conformStatistics('the statistics in Redis', () => openOnRedis(cluster.url));
});

describe.skipIf(noRedis)('on a single redis-server', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  conformStatistics('the statistics in Redis', () => openOnRedis(server.url));

  test('what the nodes counted is added up, each with its own numbers', async () => {
    const [one, other] = await openTwo(server.url);
    const minute = minuteOf(one.now()) - minuteLength;
    const report = { number: 1, minutes: [{ minute, counts: { 'moved:pending': 3 } }] };
    await Promise.all([one.statistics.add(report), other.statistics.add(report)]);
    const told = [{ minute, counts: { 'moved:pending': 6 } }];
    expect(await one.statistics.since(minute)).toEqual(told);
    expect(await other.statistics.since(minute)).toEqual(told);
  });

  test('every key has a lifetime of a bit more than an hour', async () => {
    const { statistics, keys, node, now } = await openOne(server.url);
    const minute = minuteOf(now());
    await statistics.add({ number: 1, minutes: [{ minute, counts: { 'moved:pending': 3 } }] });
    for (const key of [keys.minute(minute), keys.counted(node)]) {
      const life = Number(await server.command('PTTL', key));
      expect(life).toBeGreaterThan(minutesBack * minuteLength);
      expect(life).toBeLessThanOrEqual(keptFor);
    }
  });
});

test.skipIf(noRedis)('while Redis is away each verb says so', async () => {
  const server = await RedisServer.start();
  onTestFinished(() => server.stop());
  const { statistics, connection } = await openOne(server.url);
  await server.kill();
  await expect.poll(() => connection.isUp).toBe(false);
  for (const asked of [statistics.add({ number: 1, minutes: [] }), statistics.since(0)])
    await expect(asked).rejects.toMatchObject({ code: 'store_unavailable' });
});
