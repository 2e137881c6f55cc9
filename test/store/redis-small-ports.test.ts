import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { settings } from '../../src/kit/settings.ts';
import { RedisNodeRegistry } from '../../src/store/redis/node-registry.ts';
import { RedisSessionStore } from '../../src/store/redis/session-store.ts';
import { conformNodeRegistry, info } from '../conformance/node-registry.ts';
import { conformQrMeter } from '../conformance/qr-meter.ts';
import { conformSessionStore } from '../conformance/session-store.ts';
import { noRedis } from '../support/needs.ts';
import { openOnRedis } from '../support/open-redis.ts';
import { RedisCluster } from '../support/redis-cluster.ts';
import { RedisServer } from '../support/redis-server.ts';
import { openOne, openTwo } from './two-nodes.ts';

const operator = { role: 'view', name: 'Mei', proof: 'abcdefgh' } as const;

async function openNodes(url: string, silentFor: number) {
  const opened = await openOnRedis(url);
  return { ...opened, nodes: new RedisNodeRegistry({ ...opened, silentFor }) };
}

async function openSessions(url: string, each: number) {
  const opened = await openOnRedis(url);
  const { connection, keys } = opened;
  return { ...opened, sessions: new RedisSessionStore(connection, keys, each) };
}

function conform(url: () => string): void {
  conformQrMeter('the Redis meter of QR codes', () => openOnRedis(url()));
  conformSessionStore('the Redis session store', (each) => openSessions(url(), each));
  conformNodeRegistry('the Redis node registry', (silentFor) => openNodes(url(), silentFor));
}

describe.skipIf(noRedis)('on a Cluster of three masters', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  });
  afterAll(() => cluster.stop());

  conform(() => cluster.url);
});

describe.skipIf(noRedis)('on a single redis-server', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  conform(() => server.url);

  test('the nodes count their QR codes together', async () => {
    const [one, other] = await openTwo(server.url);
    const counts = await Promise.all(
      Array.from({ length: 100 }, (_, index) => (index % 2 ? one : other).meter.count('wx1', '2026-11-21')),
    );
    const made = counts.map((day) => day.made);
    expect(new Set(made).size).toBe(100);
    expect(Math.max(...made)).toBe(100);
    await one.meter.countUnused('wx1', '2026-11-21', 4);
    expect(await other.meter.countUnused('wx1', '2026-11-21', 1)).toEqual({ made: 100, unused: 5 });
  });

  test('who signed in at one node is signed in at the others, and signed out as well', async () => {
    const [one, other] = await openTwo(server.url);
    await one.sessions.begin('a hash', operator, 60_000, 60_000);
    expect(await other.sessions.use('a hash')).toMatchObject({ role: 'view', name: 'Mei' });
    await other.sessions.end('a hash');
    expect(await one.sessions.use('a hash')).toBeUndefined();
  });

  test('to a version that knew no roles nobody is signed in who is here: it would let him act', async () => {
    const { sessions, keys } = await openOne(server.url, 'test-roles');
    await sessions.begin('a hash', operator, 60_000, 60_000);
    expect(await server.command('EXISTS', keys.session('a hash'))).toBe(1);
    expect(await server.command('EXISTS', 'test-roles:session:a hash')).toBe(0);
  });

  test('each node sees the others', async () => {
    const [one, other] = await openTwo(server.url);
    await one.nodes.beat(info('one', { startedAt: 1 }));
    await other.nodes.beat(info('other', { startedAt: 2 }));
    expect(await one.nodes.list()).toEqual(await other.nodes.list());
    expect((await one.nodes.list()).map(({ node }) => node)).toEqual(['one', 'other']);
    await one.nodes.leave('one');
    expect((await other.nodes.list()).map(({ node }) => node)).toEqual(['other']);
  });

  test('nothing stays for ever: every key has a lifetime, and what a dead node said goes with the next beat', async () => {
    const one = await openOne(server.url);
    const { keys } = one;
    const nodes = new RedisNodeRegistry({ ...one, silentFor: 1_000 });
    await one.meter.count('wx1', '2026-11-21');
    await one.meter.count('wx1', '2026-11-21');
    await one.sessions.begin('a hash', operator, 60_000, 60_000);
    await one.sessions.countTry('a scene', 60_000);
    await nodes.beat(info('dead'));
    const names = [
      keys.qrCodes('wx1', '2026-11-21'),
      keys.session('a hash'),
      keys.sessionsOf(operator.proof),
      keys.tries('a scene'),
      keys.nodesHeard,
      keys.nodesAbout,
    ];
    const lives = await Promise.all(names.map(async (name) => Number(await server.command('PTTL', name))));
    expect(Math.min(...lives)).toBeGreaterThan(0);
    expect(Math.max(...lives)).toBeLessThanOrEqual(settings.redis.qrCodesLive);
    await one.pass(600);
    await nodes.beat(info('alive'));
    await one.pass(600);
    await nodes.beat(info('alive'));
    expect(await server.command('HKEYS', keys.nodesAbout)).toEqual(['alive']);
    expect(await server.command('ZRANGE', keys.nodesHeard, 0, -1)).toEqual(['alive']);
    await one.pass(1_200);
    expect(await server.command('EXISTS', keys.nodesAbout, keys.nodesHeard)).toBe(0);
  });
});

describe.skipIf(noRedis)('while Redis is away', () => {
  test('each verb says so, and at once', async () => {
    const server = await RedisServer.start();
    onTestFinished(() => server.stop());
    const { meter, sessions, nodes, connection } = await openOne(server.url);
    await server.kill();
    await expect.poll(() => connection.isUp).toBe(false);
    const begun = performance.now();
    const answers = await Promise.allSettled([
      meter.count('wx1', '2026-11-21'),
      sessions.begin('a hash', operator, 1000, 1000),
      sessions.use('a hash'),
      sessions.end('a hash'),
      sessions.countTry('a scene', 1000),
      nodes.beat(info('a')),
      nodes.list(),
      nodes.leave('a'),
    ]);
    expect(performance.now() - begun).toBeLessThan(500);
    for (const answer of answers) expect(answer).toMatchObject({ reason: { code: 'store_unavailable' } });
  });
});
