import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomId } from '../../src/kit/id.ts';
import type { SceneQuery } from '../../src/scene/store.ts';
import { change, draft, long, together } from '../conformance/scene-store/stage.ts';
import { noRedis } from '../support/needs.ts';
import { RedisServer } from '../support/redis-server.ts';
import { openOne } from './two-nodes.ts';
import type { OnRedis } from './two-nodes.ts';

const many = 2_000;

/** Those of lists, inside of scripts. */
function callsOf(commandstats: string): number {
  const calls = [...commandstats.matchAll(/^cmdstat_(?:z\w+|smembers):calls=(\d+)/gm)];
  return calls.reduce((sum, [, count]) => sum + Number(count), 0);
}

/** All in one bucket, so that it holds as many as each does of 64,000. */
async function crowd(node: OnRedis): Promise<void> {
  const open = (site: string) => node.store.add(draft({ id: `A${randomId(16).slice(1)}`, site }), long);
  await together(3, () => open('bank'));
  for (let left = many; left > 0; left -= 500) await together(500, () => open('shop'));
  const { id } = await open('shop');
  await node.store.move(id, change('scan'));
}

describe.skipIf(noRedis)('what a list costs Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  /** How many lists, and parts of lists, Redis looks at. */
  async function costOf(node: OnRedis, query: SceneQuery): Promise<number> {
    const before = callsOf(await server.info('commandstats'));
    await node.store.list(query);
    return callsOf(await server.info('commandstats')) - before;
  }

  test('a rare filter costs no more than an empty store does, but for what it finds', async () => {
    const [empty, full] = [await openOne(server.url), await openOne(server.url)];
    await crowd(full);
    for (const filter of [
      { site: 'bank' },
      { site: 'nobody' },
      { account: 'second' },
      { state: 'scanned' } as const,
    ]) {
      const query = { ...filter, limit: 100 };
      expect((await costOf(full, query)) - (await costOf(empty, query))).toBeLessThan(30);
    }
  });

  test('neither does a page of the many, wherever it is', async () => {
    const [empty, full] = [await openOne(server.url), await openOne(server.url)];
    await crowd(full);
    let cursor: string | null = null;
    for (let page = 0; page < 10; page++) {
      const query: SceneQuery = { site: 'shop', limit: 50, ...(cursor !== null && { cursor }) };
      expect((await costOf(full, query)) - (await costOf(empty, query))).toBeLessThan(50);
      cursor = (await full.store.list(query)).nextCursor;
      expect(cursor).not.toBeNull();
    }
  });

  test('a site is shown none of the scenes that a node of an older version opened for another', async () => {
    const node = await openOne(server.url);
    const { id, createdAt } = await node.store.add(draft(), long);
    const theirs = `${id.charAt(0)}${randomId(16).slice(1)}|bank|main`;
    await server.command('ZADD', `${node.keys.bucketOf(id)}:list:pending`, createdAt, theirs);
    expect(await node.store.list({ site: 'shop', limit: 10 })).toMatchObject({ total: 1, scenes: [{ id }] });
  });

  test('what a node of an older version left on a list of its kind is dropped once it cannot live any more', async () => {
    const node = await openOne(server.url);
    const { id, createdAt } = await node.store.add(draft(), long);
    const bucket = node.keys.bucketOf(id);
    await server.command('ZADD', `${bucket}:kind:pending|shop|main`, createdAt - 3_600_000, randomId(16));
    expect(await node.store.list({ site: 'shop', limit: 10 })).toMatchObject({ total: 1, scenes: [{ id }] });
  });
});
