import { setImmediate as turn } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { readRedisTarget } from '../../src/config/redis-target.ts';
import { settings } from '../../src/kit/settings.ts';
import { openClient } from '../../src/store/redis/client.ts';
import type { Client } from '../../src/store/redis/client.ts';
import { Keys } from '../../src/store/redis/keys.ts';
import { noRedis } from '../support/needs.ts';
import { RedisCluster } from '../support/redis-cluster.ts';
import { RedisServer } from '../support/redis-server.ts';
import { openOne } from './two-nodes.ts';

const { buckets } = new Keys('test');

async function connect(url: string): Promise<Client> {
  const client = openClient({ target: readRedisTarget(url)!, name: 'test' });
  client.on('error', () => undefined);
  onTestFinished(() => client.disconnect());
  await expect.poll(() => client.status).toBe('ready');
  return client;
}

async function readsOf(server: RedisServer): Promise<number> {
  return Number(/^total_reads_processed:(\d+)/m.exec(await server.info('stats'))?.[1]);
}

/** How often each server found something to read meanwhile, on any connection; the looks at that left out. */
async function readsDuring(servers: readonly RedisServer[], task: () => Promise<unknown>): Promise<number[]> {
  const before = await Promise.all(servers.map(readsOf));
  const still = await Promise.all(servers.map(readsOf));
  await task();
  const after = await Promise.all(servers.map(readsOf));
  return after.map((count, i) => count - still[i]! - (still[i]! - before[i]!));
}

describe.skipIf(noRedis)('on a single redis-server', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  test('what is asked in one turn leaves with one write, and each has its own answer', async () => {
    const client = await connect(server.url);
    const asked = (): Promise<number[]> => Promise.all(Array.from({ length: 50 }, () => client.incr('n')));
    await expect.poll(() => readsDuring([server], asked)).toStrictEqual([1]);
    const answers = await asked();
    expect(answers).toStrictEqual(answers.map((_, i) => answers[0]! + i));
  });

  test('one that is refused fails alone', async () => {
    const client = await connect(server.url);
    const answers = await Promise.allSettled([
      client.set('word', 'a'),
      client.incr('word'),
      client.get('word'),
    ]);
    expect(answers.map(({ status }) => status)).toStrictEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  test('a question is on its way when the turn is over', async () => {
    const client = (await connect(server.url)) as Redis;
    void client.ping();
    expect(client.stream.writableLength).toBeGreaterThan(0);
    await turn();
    expect(client.stream.writableLength).toBe(0);
    expect(client.stream.writableCorked).toBe(0);
  });

  test('what was asked when the connection broke fails at once, and what is asked on the next one is answered', async () => {
    const client = (await connect(server.url)) as Redis;
    const asked = Promise.allSettled([client.ping(), client.ping()]);
    client.stream.destroy();
    expect((await asked).map(({ status }) => status)).toStrictEqual(['rejected', 'rejected']);
    await expect.poll(() => client.status).toBe('ready');
    const again = async (): Promise<unknown> => Promise.all([client.ping(), client.ping()]);
    await expect.poll(() => readsDuring([server], again)).toStrictEqual([1]);
  });

  test('a node looks with one question whether it missed a wake-up, in whatever bucket', async () => {
    const node = await openOne(server.url);
    const looks = async (): Promise<number> =>
      Number(/^cmdstat_mget:calls=(\d+)/m.exec(await server.info('commandstats'))?.[1] ?? 0);
    const before = await looks();
    node.listen({ moved: () => undefined, replaced: () => undefined, missed: () => undefined });
    await node.pass(1.5 * settings.redis.lookForMissedEvery);
    const asked = (await looks()) - before;
    expect(asked).toBeGreaterThan(0);
    // As many as there was time for, where one for each bucket would be 32.
    expect(asked).toBeLessThan(8);
  });
});

test.skipIf(noRedis)('in a Cluster one write goes to each master', async () => {
  const cluster = await RedisCluster.start();
  onTestFinished(() => cluster.stop());
  const client = await connect(cluster.url);
  const asked = async (): Promise<unknown> =>
    Promise.all(buckets.flatMap((bucket) => [client.incr(bucket), client.incr(bucket)]));
  // By the first questions it connects to each of them.
  await asked();
  expect(await asked()).toStrictEqual(buckets.flatMap(() => [3, 4]));
  const masters: RedisServer[] = cluster.masters;
  await expect.poll(() => readsDuring(masters, asked)).toStrictEqual([1, 1, 1]);
});
