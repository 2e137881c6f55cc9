import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { randomId } from '../../src/kit/id.ts';
import { draft, short, together } from '../conformance/scene-store/stage.ts';
import { noRedis } from '../support/needs.ts';
import { openOnRedis } from '../support/open-redis.ts';
import { RedisServer } from '../support/redis-server.ts';
import { openOne } from './two-nodes.ts';
import type { OnRedis } from './two-nodes.ts';

const add = (node: OnRedis, count: number, ttl: number) =>
  together(count, () => node.store.add(draft(), ttl));

/** How many it was told of by now. */
function listenOn(node: OnRedis): () => number {
  let sum = 0;
  node.store.expired((_, count) => {
    sum += count;
  });
  return () => sum;
}

describe.skipIf(noRedis)('scenes that time ended, on several nodes', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  const open = (keyPrefix: string) => openOne(server.url, keyPrefix);

  test('each is told by one node only, whoever looks', async () => {
    const keyPrefix = `test-${randomId(6)}`;
    const nodes = [await open(keyPrefix), await open(keyPrefix), await open(keyPrefix)] as const;
    const told = nodes.map(listenOn);
    for (let round = 0; round < 5; round++) {
      await add(nodes[0], 100, short);
      await nodes[0].pass(100);
      await Promise.all(nodes.map(({ store }) => store.counts()));
    }
    await nodes[0].pass(1_000);
    expect(told.reduce((sum, count) => sum + count(), 0)).toBe(500);
  });

  test('more than one step settles are told, in steps', async () => {
    const node = await open(`test-${randomId(6)}`);
    await together(350, () => node.store.add(draft({ id: `A${randomId(16).slice(1)}` }), short));
    await node.pass(short + 50);
    const told = listenOn(node);
    await expect.poll(told, { timeout: 5_000 }).toBe(350);
  });

  test('what nobody heard while no node listened is told to the one that comes', async () => {
    const keyPrefix = `test-${randomId(6)}`;
    const deaf = await open(keyPrefix);
    await add(deaf, 40, 1);
    await deaf.pass(50);
    await deaf.store.counts();
    const told = listenOn(await open(keyPrefix));
    await expect.poll(told, { timeout: 5_000 }).toBe(40);
  });

  test('while Redis is away nothing is told, and later all', async () => {
    const own = await RedisServer.start();
    onTestFinished(() => own.stop());
    const node = await openOnRedis(own.url, { takeEndsEvery: 200 });
    onTestFinished(() => node.close());
    await add(node, 30, 600);
    const told = listenOn(node);
    own.freeze();
    await node.pass(2_500);
    expect(told()).toBe(0);
    own.thaw();
    await expect.poll(told, { timeout: 10_000 }).toBe(30);
  });

  test('a store that is closed tells nothing more', async () => {
    const keyPrefix = `test-${randomId(6)}`;
    const [one, other] = [await open(keyPrefix), await open(keyPrefix)];
    const told = listenOn(one);
    await add(other, 10, short);
    one.close();
    await other.pass(1_000);
    expect(told()).toBe(0);
  });
});
