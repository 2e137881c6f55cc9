import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { randomId } from '../../src/kit/id.ts';
import { settings } from '../../src/kit/settings.ts';
import { conformMiniSessionStore } from '../conformance/mini-session-store.ts';
import { noRedis } from '../support/needs.ts';
import { openOnRedis } from '../support/open-redis.ts';
import { RedisCluster } from '../support/redis-cluster.ts';
import { RedisServer } from '../support/redis-server.ts';
import { openOne, openTwo } from './two-nodes.ts';

const mei = { openid: 'oMei', unionid: null, sealedKey: 'sealed' };
const lives = { idle: 60_000, ttl: 120_000 };
const { sessionsPerPerson, sessionsRemembered } = settings.miniProgram;

async function open(url: string) {
  const opened = await openOnRedis(url);
  return { ...opened, sessions: opened.miniSessions };
}

describe.skipIf(noRedis)('on a Cluster of three masters', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  });
  afterAll(() => cluster.stop());

  conformMiniSessionStore('the mini-program sessions in Redis', () => open(cluster.url));
});

describe.skipIf(noRedis)('on a single redis-server', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  conformMiniSessionStore('the mini-program sessions in Redis', () => open(server.url));

  test('what began at one node lives at the others, and ends there as well', async () => {
    const [one, other] = await openTwo(server.url);
    const { session } = await one.miniSessions.begin('mini', 'a-hash', mei, lives);
    expect(await other.miniSessions.use('mini', 'a-hash')).toMatchObject({ ...mei, endsAt: session.endsAt });
    const ends = [one, other].map(({ miniSessions }) => miniSessions.end('mini', 'a-hash'));
    expect((await Promise.all(ends)).filter(Boolean)).toHaveLength(1);
    expect(await one.miniSessions.use('mini', 'a-hash')).toBeUndefined();
  });

  test('each is one key, which ends when it does: nobody it is of is in its name, nor in the one of all that are theirs', async () => {
    const keyPrefix = `test-${randomId(6)}`;
    const { miniSessions, keys } = await openOne(server.url, keyPrefix);
    const { session } = await miniSessions.begin('mini', 'a-hash', mei, lives);
    const ours = (await server.command('KEYS', `${keyPrefix}:mini*`)) as string[];
    const [each, all] = [keys.miniSession('mini', 'a-hash'), keys.miniSessionsOf('mini', mei.openid)];
    expect(ours.toSorted()).toEqual([each, all].toSorted());
    expect(all).toMatch(/:mini-sessions-of:[A-Za-z0-9_-]{43}$/);
    expect(await server.command('PEXPIRETIME', each)).toBe(session.expiresAt);
    expect(Math.abs(Number(await server.command('PEXPIRETIME', all)) - session.endsAt)).toBeLessThan(100);
    expect(await server.command('ZRANGE', all, 0, -1)).toEqual(['a-hash']);
  });

  test('what is known of a person has a bound, and forgets what is over', async () => {
    const { miniSessions, keys } = await openOne(server.url);
    const all = keys.miniSessionsOf('mini', mei.openid);
    const known = async (): Promise<number> => Number(await server.command('ZCARD', all));
    for (let i = 0; i < 3 * sessionsPerPerson; i++) {
      await miniSessions.begin('mini', `hash-${i}`, mei, lives);
      await miniSessions.end('mini', `hash-${i}`);
      expect(await known()).toBeLessThanOrEqual(sessionsPerPerson + 1);
    }
    for (let i = 0; i < 2 * sessionsRemembered; i++) await server.command('ZADD', all, i, `gone-${i}`);
    await miniSessions.begin('mini', 'a-hash', mei, lives);
    expect(await known()).toBe(1);
  });

  test('one too many that could not be ended ends when the next begins, and nobody is refused for it', async () => {
    const hindered = await RedisServer.start();
    onTestFinished(() => hindered.stop());
    const { miniSessions } = await openOne(hindered.url);
    const begin = async (i: number): Promise<readonly string[]> =>
      (await miniSessions.begin('mini', `hash-${i}`, mei, lives)).ended;
    for (let i = 0; i < sessionsPerPerson; i++) expect(await begin(i)).toEqual([]);
    await hindered.command('ACL', 'SETUSER', 'default', '-pexpiretime');
    expect(await begin(sessionsPerPerson)).toEqual([]);
    await hindered.command('ACL', 'SETUSER', 'default', '+pexpiretime');
    expect(await begin(sessionsPerPerson + 1)).toEqual(['hash-0', 'hash-1']);
    expect(await miniSessions.use('mini', 'hash-1')).toBeUndefined();
    expect(await miniSessions.use('mini', 'hash-2')).toBeDefined();
  });

  test('one too many that ended, though a failover could undo it, is told of', async () => {
    const node = await openOnRedis(server.url, { replicas: 1 });
    onTestFinished(() => node.close());
    const begin = (i: number) => node.miniSessions.begin('mini', `hash-${i}`, mei, lives);
    for (let i = 0; i < sessionsPerPerson; i++) await begin(i);
    expect(await begin(sessionsPerPerson)).toMatchObject({ session: mei, ended: ['hash-0'] });
  });

  test('a Redis that takes no writes keeps people logged in for as long as it last said', async () => {
    const full = await RedisServer.start();
    onTestFinished(() => full.stop());
    const { miniSessions } = await openOne(full.url);
    const { session } = await miniSessions.begin('mini', 'a-hash', mei, lives);
    await full.command('CONFIG', 'SET', 'min-replicas-to-write', 1);
    expect(await miniSessions.use('mini', 'a-hash')).toMatchObject({ ...mei, expiresAt: session.expiresAt });
    const refused = miniSessions.begin('mini', 'another', mei, lives);
    await expect(refused).rejects.toMatchObject({ code: 'store_unavailable' });
  });

  test('nobody is told of an end that a failover could undo', async () => {
    const master = await RedisServer.start();
    onTestFinished(() => master.stop());
    const node = await openOnRedis(master.url, { replicas: 1 });
    onTestFinished(() => node.close());
    await node.miniSessions.begin('mini', 'a-hash', mei, lives);
    const unsafe = node.miniSessions.end('mini', 'a-hash');
    await expect(unsafe).rejects.toMatchObject({ code: 'store_unavailable' });
    const replica = await RedisServer.start({ replicaOf: master });
    onTestFinished(() => replica.stop());
    await node.miniSessions.begin('mini', 'b-hash', mei, lives);
    expect(await node.miniSessions.end('mini', 'b-hash')).toBe(true);
    await replica.promote();
    expect(await replica.command('EXISTS', node.keys.miniSession('mini', 'b-hash'))).toBe(0);
  });
});

describe.skipIf(noRedis)('while Redis is away', () => {
  test('each verb says so, and at once', async () => {
    const server = await RedisServer.start();
    onTestFinished(() => server.stop());
    const { miniSessions, connection } = await openOne(server.url);
    await server.kill();
    await expect.poll(() => connection.isUp).toBe(false);
    const begun = performance.now();
    const answers = await Promise.allSettled([
      miniSessions.begin('mini', 'a-hash', mei, lives),
      miniSessions.use('mini', 'a-hash'),
      miniSessions.end('mini', 'a-hash'),
    ]);
    expect(performance.now() - begun).toBeLessThan(500);
    for (const answer of answers) expect(answer).toMatchObject({ reason: { code: 'store_unavailable' } });
  });
});
