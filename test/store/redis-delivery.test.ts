import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { randomId } from '../../src/kit/id.ts';
import type { WakeUps } from '../../src/realtime/wake-ups.ts';
import type { Scene } from '../../src/scene/scene.ts';
import { change, draft, long, moved } from '../conformance/scene-store/stage.ts';
import { noRedis } from '../support/needs.ts';
import { openOnRedis } from '../support/open-redis.ts';
import { RedisCluster } from '../support/redis-cluster.ts';
import { RedisServer } from '../support/redis-server.ts';

/** All that a node was told, in order. */
class Heard implements WakeUps {
  readonly scenes: Scene[] = [];
  readonly replacements: [id: string, attachment: number][] = [];
  readonly misses: ((id: string) => boolean)[] = [];

  moved = (scene: Scene): void => void this.scenes.push(scene);
  replaced = (id: string, attachment: number): void => void this.replacements.push([id, attachment]);
  missed = (concerns: (id: string) => boolean): void => {
    // When a connection to a master comes up a node looks at all there is, whether anything was missed or not.
    if (!['A', '_'].every(concerns)) this.misses.push(concerns);
  };
}

interface Started {
  url: string;
  killClients(name: string): Promise<unknown>;
  stop(): Promise<void>;
}

const backends: { backend: string; start: () => Promise<Started> }[] = [
  { backend: 'a single redis-server', start: () => RedisServer.start() },
  { backend: 'a Cluster of three masters', start: startCluster },
];

async function startCluster(): Promise<Started> {
  const cluster = await RedisCluster.start();
  const killClients = (name: string) =>
    Promise.all(cluster.masters.map((master) => master.killClients(name)));
  return { url: cluster.url, killClients, stop: () => cluster.stop() };
}

describe.skipIf(noRedis).each(backends)('over $backend', ({ start }) => {
  let redis: Started;
  beforeAll(async () => {
    redis = await start();
  });
  afterAll(() => redis.stop());

  async function nodes() {
    const keyPrefix = `test-${randomId(6)}`;
    const open = async () => {
      const opened = await openOnRedis(redis.url, { keyPrefix });
      onTestFinished(() => opened.close());
      const heard = new Heard();
      opened.listen(heard);
      return { ...opened, heard };
    };
    const [a, b, c] = [await open(), await open(), await open()];
    // A subscription takes a moment; what is published before it counts as missed.
    await a.pass(300);
    return { a, b, c };
  }

  test('a move at one node is told to the node that holds the socket, and to no other', async () => {
    const { a, b, c } = await nodes();
    const { id, claimHash } = await a.store.add(draft(), long);
    await b.store.attach(id, claimHash, b.node);
    const scanned = moved(await a.store.move(id, change('scan')));
    await expect.poll(() => b.heard.scenes).toStrictEqual([scanned]);
    const confirmed = moved(await c.store.move(id, change('confirm', { codeLives: 60_000 })));
    await expect.poll(() => b.heard.scenes).toStrictEqual([scanned, confirmed]);
    await a.pass(700);
    expect([...a.heard.scenes, ...c.heard.scenes]).toStrictEqual([]);
    expect(b.heard.scenes).toHaveLength(2);
    expect([a, b, c].flatMap(({ heard }) => heard.misses)).toStrictEqual([]);
  });

  test('the node that makes the move is not told of its own', async () => {
    const { a } = await nodes();
    const { id, claimHash } = await a.store.add(draft(), long);
    await a.store.attach(id, claimHash, a.node);
    await a.store.move(id, change('scan'));
    await a.pass(700);
    expect(a.heard).toMatchObject({ scenes: [], misses: [] });
  });

  test('a repeat of the event is told again', async () => {
    const { a, b } = await nodes();
    const { id, claimHash } = await a.store.add(draft(), long);
    await b.store.attach(id, claimHash, b.node);
    const scene = moved(await a.store.move(id, change('scan')));
    expect(await a.store.remind(id)).toStrictEqual(scene);
    await expect.poll(() => b.heard.scenes).toStrictEqual([scene, scene]);
  });

  test('the former node is told that the socket is elsewhere', async () => {
    const { a, b } = await nodes();
    const { id, claimHash } = await a.store.add(draft(), long);
    await a.store.attach(id, claimHash, a.node);
    await b.store.attach(id, claimHash, b.node);
    await expect.poll(() => a.heard.replacements).toStrictEqual([[id, 2]]);
    // What comes late from the former node changes nothing.
    await a.store.detach(id, a.node, 1);
    expect(await a.store.find(id)).toMatchObject({ node: b.node, attachment: 2 });
    expect(b.heard.replacements).toStrictEqual([]);
  });

  test('what is published while nobody listens is found out in less than a second', async () => {
    const { a, b } = await nodes();
    const scenes = await Promise.all(Array.from({ length: 20 }, () => a.store.add(draft(), long)));
    await Promise.all(scenes.map(({ id, claimHash }) => b.store.attach(id, claimHash, b.node)));
    await redis.killClients(`${b.node}-sub`);
    const since = Date.now();
    await Promise.all(scenes.map(({ id }) => a.store.move(id, change('scan'))));
    const isTold = (id: string): boolean =>
      b.heard.scenes.some((scene) => scene.id === id) || b.heard.misses.some((concerns) => concerns(id));
    await expect.poll(() => scenes.every(({ id }) => isTold(id)), { interval: 10 }).toBe(true);
    expect(Date.now() - since).toBeLessThan(1000);
    expect(b.heard.misses.length).toBeGreaterThan(0);
  });

  test('a wake-up that cannot be read counts as missed, and ends nobody', async () => {
    const { a, b } = await nodes();
    const { id, claimHash } = await a.store.add(draft(), long);
    await b.store.attach(id, claimHash, b.node);
    const channel = a.keys.channel(a.keys.bucketOf(id), b.node);
    for (const text of ['no JSON', '{"number":1,"scene":{"id":"a"}}', 'null'])
      await a.connection.ask((client) => client.spublish(channel, text));
    await expect
      .poll(() => b.heard.misses.filter((concerns) => concerns(id)).length)
      .toBeGreaterThanOrEqual(3);
    const scanned = moved(await a.store.move(id, change('scan')));
    await expect.poll(() => b.heard.scenes).toContainEqual(scanned);
  });

  test('a node that comes late missed nothing', async () => {
    const { a } = await nodes();
    const { id, claimHash } = await a.store.add(draft(), long);
    await a.store.attach(id, claimHash, 'a node that is gone');
    await a.store.move(id, change('scan'));
    await a.pass(700);
    expect(a.heard).toMatchObject({ scenes: [], misses: [] });
  });
});
