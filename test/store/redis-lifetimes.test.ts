import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomId } from '../../src/kit/id.ts';
import { settings } from '../../src/kit/settings.ts';
import { change, draft, long } from '../conformance/scene-store/stage.ts';
import { noRedis } from '../support/needs.ts';
import { RedisServer } from '../support/redis-server.ts';
import { openOne } from './two-nodes.ts';

const { listsLive, marksLive } = settings.redis;
const soon = 60_000;

describe.skipIf(noRedis)('what lives in Redis for as long as it is used', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  const lifeOf = async (key: string): Promise<number> => Number(await server.command('PTTL', key));
  const writes = async (): Promise<number> => {
    const stats = await server.info('commandstats');
    const calls = [...stats.matchAll(/^cmdstat_(?:set|pexpire|del):calls=(\d+)/gm)];
    return calls.reduce((sum, [, count]) => sum + Number(count), 0);
  };

  /** A node, and the keys of the lists in the bucket of a scene. */
  async function stage() {
    const prefix = `test-${randomId(6)}`;
    const node = await openOne(server.url, prefix);
    const scene = await node.store.add(draft(), long);
    const bucket = node.keys.bucketOf(scene.id);
    const lists = async (): Promise<string[]> => {
      const keys = (await server.command('KEYS', `${prefix}:*`)) as string[];
      return keys.filter((key) => /:list:|:kind:|:kinds$|:due$/.test(key));
    };
    return { node, scene, bucket, lists };
  }

  test('each list has a lifetime from its first scene on, whatever the order of their moves', async () => {
    const { node, scene, lists } = await stage();
    await node.store.move(scene.id, change('scan'));
    await node.store.move(scene.id, change('confirm', { codeLives: soon }));
    await node.store.move(scene.id, change('consume'));
    await node.store.add(draft(), long);
    const keys = await lists();
    expect(keys.length).toBeGreaterThanOrEqual(6);
    for (const key of keys) expect(await lifeOf(key)).toBeGreaterThan(listsLive / 2);
  });

  test('the lists of a bucket are renewed together, once less than half of their time is left', async () => {
    const { node, scene, bucket, lists } = await stage();
    const ours = await lists();
    expect(ours).toHaveLength(4);
    for (const key of ours) await server.command('PEXPIRE', key, listsLive / 2 + soon);
    await node.store.move(scene.id, change('scan'));
    expect(await lifeOf(`${bucket}:due`)).toBeLessThanOrEqual(listsLive / 2 + soon);
    for (const key of ours) await server.command('PEXPIRE', key, soon);
    await node.store.move(scene.id, change('confirm', { codeLives: soon }));
    for (const name of ['due', 'kinds', 'list:confirmed', 'kind:confirmed|shop|main'])
      expect(await lifeOf(`${bucket}:${name}`)).toBeGreaterThan(listsLive - soon);
  });

  test('a list that begins later ends with the others, and what it holds is long gone by then', async () => {
    const { node, scene, bucket, lists } = await stage();
    const id = scene.id.charAt(0) + randomId(16).slice(1);
    for (const key of await lists()) await server.command('PEXPIRE', key, listsLive - soon);
    await node.store.add(draft({ id, site: 'bank' }), long);
    await node.store.move(id, change('scan'));
    const lives = await Promise.all(
      ['due', 'kind:pending|shop|main', 'kind:scanned|bank|main', 'list:scanned', 'kinds'].map((name) =>
        lifeOf(`${bucket}:${name}`),
      ),
    );
    expect(Math.max(...lives) - Math.min(...lives)).toBeLessThan(500);
    expect(Math.min(...lives)).toBeGreaterThan(listsLive / 2);
  });

  test('the kinds outlive what a node of an older version renewed without them', async () => {
    const { node, scene, bucket } = await stage();
    const older = ['kinds', 'kind:pending|shop|main'];
    for (const name of older) await server.command('PEXPIRE', `${bucket}:${name}`, soon);
    await node.store.add(draft({ id: scene.id.charAt(0) + randomId(16).slice(1) }), long);
    for (const name of older) expect(await lifeOf(`${bucket}:${name}`)).toBeGreaterThan(listsLive - soon);
  });

  test('a kind that has no scenes any more is forgotten when the lists are renewed', async () => {
    const { node, scene, bucket, lists } = await stage();
    const kinds = async () => (await server.command('SMEMBERS', `${bucket}:kinds`)) as string[];
    const id = scene.id.charAt(0) + randomId(16).slice(1);
    await node.store.add(draft({ id, site: 'bank' }), long);
    expect((await kinds()).toSorted()).toStrictEqual(['|bank|main', '|shop|main']);
    await node.store.move(id, change('cancel', { keep: 1 }));
    await node.pass(50);
    await node.store.counts();
    for (const key of await lists()) await server.command('PEXPIRE', key, soon);
    await node.store.move(scene.id, change('scan'));
    expect(await kinds()).toStrictEqual(['|shop|main']);
  });

  test('what time has ended waits for a node to take it, and not for ever', async () => {
    const { node, scene, bucket } = await stage();
    const id = scene.id.charAt(0) + randomId(16).slice(1);
    await node.store.add(draft({ id }), 1);
    await node.pass(50);
    await node.store.find(id);
    expect(await server.command('HGETALL', `${bucket}:ended`)).toStrictEqual(['pending|0', '1']);
    const life = await lifeOf(`${bucket}:ended`);
    expect(life).toBeGreaterThan(0);
    expect(life).toBeLessThanOrEqual(settings.redis.endsLive);
  });

  test('a sound bucket is looked at without a write, until its mark has lived for half of its time', async () => {
    const { node, bucket } = await stage();
    await Promise.all(node.keys.buckets.map((one) => node.vetting.vet(one)));
    const before = await writes();
    for (let i = 0; i < 5; i++) await node.vetting.vet(bucket);
    expect(await writes()).toBe(before);
    for (const name of ['run', 'since']) await server.command('PEXPIRE', `${bucket}:${name}`, soon);
    await node.vetting.vet(bucket);
    for (const name of ['run', 'since'])
      expect(await lifeOf(`${bucket}:${name}`)).toBeGreaterThan(marksLive - soon);
  });
});
