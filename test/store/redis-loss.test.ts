import { describe, expect, onTestFinished, test } from 'vitest';
import { randomId, sha256 } from '../../src/kit/id.ts';
import type { Change, Scene } from '../../src/scene/scene.ts';
import { change, draft, long, moved } from '../conformance/scene-store/stage.ts';
import { noRedis } from '../support/needs.ts';
import { openOnRedis } from '../support/open-redis.ts';
import { RedisServer } from '../support/redis-server.ts';
import type { RedisServerOptions } from '../support/redis-server.ts';

type Opened = Awaited<ReturnType<typeof openOnRedis>>;

const consume: Change = change('consume', { safely: true });

async function start(options: RedisServerOptions): Promise<RedisServer> {
  const server = await RedisServer.start(options);
  onTestFinished(() => server.stop());
  return server;
}

async function open(server: RedisServer, keyPrefix = `test-${randomId(6)}`): Promise<Opened> {
  const opened = await openOnRedis(server.url, { keyPrefix });
  onTestFinished(() => opened.close());
  return opened;
}

async function confirmed({ store }: Opened): Promise<Scene> {
  const { id } = await store.add(draft(), long);
  await store.move(id, change('scan'));
  return moved(await store.move(id, change('confirm', { codeLives: 60_000 })));
}

async function back({ connection, pass }: Opened): Promise<void> {
  await expect.poll(() => connection.isUp, { timeout: 5_000, interval: 20 }).toBe(true);
  await pass(50);
}

describe.skipIf(noRedis)('a redis-server that comes back', () => {
  test('with all that it acknowledged: nobody scans again', async () => {
    const server = await start({ persistence: 'always' });
    const node = await open(server);
    const scenes = await Promise.all(Array.from({ length: 50 }, () => confirmed(node)));
    await server.kill();
    await server.restart();
    await back(node);
    const outcomes = await Promise.all(scenes.map(({ id }) => node.store.move(id, consume)));
    expect(outcomes.every((outcome) => outcome?.moved)).toBe(true);
  });

  test('perhaps without the last second: whoever scanned scans again, whoever did not does not', async () => {
    const server = await start({ persistence: 'everysec' });
    const node = await open(server);
    const pending = await node.store.add(draft(), long);
    const scanned = await node.store.add(draft(), long);
    await node.store.move(scanned.id, change('scan'));
    const done = await confirmed(node);
    await node.pass(1_500);
    await server.kill();
    await server.restart();
    await back(node);
    expect((await node.store.move(done.id, consume))?.moved).toBe(false);
    await expect
      .poll(() => node.store.find(scanned.id), { timeout: 7_000 })
      .toMatchObject({ state: 'cancelled', reason: 'state_lost' });
    expect(await node.store.find(done.id)).toMatchObject({ state: 'cancelled', reason: 'state_lost' });
    // Whatever was shown before the loss, this is news to it.
    expect((await node.store.find(done.id))?.version).toBeGreaterThan(100);
    expect(await node.store.find(pending.id)).toStrictEqual(pending);
  });

  test('an event from before the loss has no effect on a scene from before, one that comes afterwards has', async () => {
    const server = await start({ persistence: 'everysec' });
    const node = await open(server);
    const [old, other] = [await node.store.add(draft(), long), await node.store.add(draft(), long)];
    const before = node.store.now();
    await node.pass(1_500);
    await server.kill();
    await server.restart();
    await back(node);
    await node.redis.vetting.vet(node.keys.bucketOf(old.id));
    await node.redis.vetting.vet(node.keys.bucketOf(other.id));
    expect(await node.store.move(old.id, change('scan', { happenedAt: before }))).toMatchObject({
      moved: false,
      scene: { state: 'cancelled', reason: 'state_lost' },
    });
    const later = change('scan', { happenedAt: before + 10_000 });
    expect(await node.store.move(other.id, later)).toMatchObject({ moved: true });
    const fresh = await node.store.add(draft(), long);
    expect(await node.store.move(fresh.id, change('scan', { happenedAt: before }))).toMatchObject({
      moved: true,
    });
  });

  test('empty: codes, claims and events from before find nothing', async () => {
    const server = await start({ persistence: 'none' });
    const node = await open(server);
    const scenes = await Promise.all(Array.from({ length: 20 }, () => confirmed(node)));
    const push = { digest: randomId(20), body: sha256('a body'), timestamp: node.now() };
    await node.replays.bind(push, node.now() + 300_000);
    await server.kill();
    await node.pass(1_100);
    await server.restartEmpty();
    await back(node);
    for (const { id, claimHash } of scenes) {
      expect(await node.store.move(id, consume)).toBeUndefined();
      expect(await node.store.attach(id, claimHash, 'node-a')).toBeUndefined();
    }
    expect(await node.replays.bind({ ...push, body: sha256('a forged body') }, node.now() + 300_000)).toBe(
      'unknowable',
    );
  });

  test.each([
    { name: 'running', restarted: false },
    { name: 'restarted before anybody reached it', restarted: true },
  ])(
    'as a replica that was promoted and lacks the last second, $name: no spent code works again',
    async ({ restarted }) => {
      const master = await start({ persistence: 'always' });
      const replica = await start({ persistence: 'always', replicaOf: master });
      await replica.untilFollowing();
      const keyPrefix = `test-${randomId(6)}`;
      const node = await open(master, keyPrefix);
      const scenes = await Promise.all(Array.from({ length: 100 }, () => confirmed(node)));
      await node.pass(300);
      await replica.untilItHasAllOf(master);
      await replica.promote();
      const spent = await Promise.all(scenes.map(({ id }) => node.store.move(id, consume)));
      expect(spent.every((outcome) => outcome?.moved)).toBe(true);
      await master.kill();
      if (restarted) {
        await replica.kill();
        await replica.restart();
      }
      const after = await open(replica, keyPrefix);
      const again = await Promise.all(scenes.map(({ id }) => after.store.move(id, consume)));
      expect(again.filter((outcome) => outcome?.moved)).toStrictEqual([]);
      expect(new Set(again.map((outcome) => outcome?.scene.state))).toStrictEqual(new Set(['cancelled']));
    },
  );

  test('with `replicas`, an exchange that no replica has is not answered, and a repeat is once one has it', async () => {
    const master = await start({ persistence: 'always' });
    const replica = await start({ persistence: 'always', replicaOf: master });
    await replica.untilFollowing();
    const node = await openOnRedis(master.url, { replicas: 1 });
    onTestFinished(() => node.close());
    const [first, second] = [await confirmed(node), await confirmed(node)];
    expect(await node.store.move(first.id, consume)).toMatchObject({ moved: true });
    replica.freeze();
    await expect(node.store.move(second.id, consume)).rejects.toMatchObject({ code: 'store_unavailable' });
    await expect(node.store.move(second.id, consume)).rejects.toMatchObject({ code: 'store_unavailable' });
    replica.thaw();
    await replica.untilFollowing();
    expect(await node.store.move(second.id, consume)).toMatchObject({
      moved: false,
      scene: { state: 'consumed' },
    });
  });
});
