import { describe, expect, onTestFinished, test } from 'vitest';
import { noRedis } from '../support/needs.ts';
import { RedisCluster } from '../support/redis-cluster.ts';
import { RedisSentinel } from '../support/redis-sentinel.ts';
import type { TestApp } from '../support/start-app.ts';
import { startFleet } from '../support/start-fleet.ts';

async function nodesOn(url: string): Promise<TestApp[]> {
  const fleet = await startFleet(2, { redis: { url } });
  onTestFinished(() => fleet.close());
  return fleet.nodes;
}

async function logIn([a, b]: TestApp[], person: string): Promise<Response> {
  const scene = await a!.browser().open('shop');
  const socket = await b!.browser().attach(scene);
  await socket.reach('pending');
  expect((await a!.wechat.scan(person, scene.sceneId)).status).toBe(200);
  const { code } = await socket.reach('confirmed');
  return b!.exchange(code!);
}

/** Scenes are spread over all masters, so that a dead one shows in a few of these. */
function logInMany(nodes: TestApp[], count: number): Promise<number[]> {
  const one = (_: unknown, i: number) => inTime(logIn(nodes, `oPerson${i}`).then(({ status }) => status));
  return Promise.all(Array.from({ length: count }, one));
}

/** Whoever scanned in the very second in which a master was lost scans again; here the login counts as failed. */
function inTime(login: Promise<number>): Promise<number> {
  const late = new Promise<number>((resolve) => {
    setTimeout(resolve, 3_000, 0);
  });
  return Promise.race([login.catch(() => 0), late]);
}

const all200 = (count: number): number[] => Array.from({ length: count }, () => 200);

describe.skipIf(noRedis)('a master dies', () => {
  test('of a Cluster: logins go on at its replica', { timeout: 40_000 }, async () => {
    const cluster = await RedisCluster.start({ replicas: true });
    onTestFinished(() => cluster.stop());
    const nodes = await nodesOn(cluster.url);
    expect(await logInMany(nodes, 30)).toStrictEqual(all200(30));
    await cluster.killMaster(0);
    await cluster.untilPromoted(0);
    await expect.poll(() => logInMany(nodes, 30), { timeout: 15_000 }).toStrictEqual(all200(30));
  });

  test('or only hangs: scenes of the other masters live on', { timeout: 40_000 }, async () => {
    // Once it counted as dead the whole Cluster would be down.
    const cluster = await RedisCluster.start({ settings: ['cluster-node-timeout 20000'] });
    onTestFinished(() => cluster.stop());
    const [node] = await nodesOn(cluster.url);
    cluster.masters[0]!.freeze();
    const open = async (): Promise<number> =>
      (await node!.browser().post('/api/scenes', { site: 'shop' })).status;
    await Promise.all(Array.from({ length: 30 }, open));
    const statuses = await Promise.all(Array.from({ length: 30 }, open));
    expect((await fetch(`${node!.url}/readyz`)).status).toBe(200);
    cluster.masters[0]!.thaw();
    expect(new Set(statuses)).toStrictEqual(new Set([201, 503]));
    expect(statuses.filter((status) => status === 201).length).toBeGreaterThan(10);
  });

  test('behind Sentinel: logins go on at the new master', { timeout: 40_000 }, async () => {
    const sentinel = await RedisSentinel.start();
    onTestFinished(() => sentinel.stop());
    const nodes = await nodesOn(sentinel.url);
    expect(await logInMany(nodes, 5)).toStrictEqual(all200(5));
    await sentinel.failover();
    await expect.poll(() => logInMany(nodes, 5), { timeout: 15_000 }).toStrictEqual(all200(5));
  });
});
