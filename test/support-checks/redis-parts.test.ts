import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster, Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Link } from '../support/link.ts';
import type { LinkOptions } from '../support/link.ts';
import { noRedis } from '../support/needs.ts';
import { RedisCluster } from '../support/redis-cluster.ts';
import { RedisSentinel } from '../support/redis-sentinel.ts';
import { RedisServer, until } from '../support/redis-server.ts';
import type { RedisServerOptions } from '../support/redis-server.ts';

/** Long for a server that answers, short for one that does not. */
const patience = 150;

describe.skipIf(noRedis)('one server', () => {
  test('with all on disk it comes back with what it acknowledged, as another process on its port', async () => {
    const server = await begin({ persistence: 'always' });
    await server.command('SET', 'key', 'kept');
    const { pid, port } = server;
    await server.kill();
    await expect(server.command('PING')).rejects.toThrow(/closed/);
    await server.restart();
    expect(await server.command('GET', 'key')).toBe('kept');
    expect(server.pid).not.toBe(pid);
    expect(server.port).toBe(port);
  });

  test('it comes back without its data when told, or when nothing is on disk', async () => {
    const kept = await begin({ persistence: 'always' });
    await kept.command('SET', 'key', 'lost');
    await kept.restartEmpty();
    expect(await kept.command('GET', 'key')).toBeNull();
    const held = await begin();
    await held.command('SET', 'key', 'lost');
    await held.restart();
    expect(await held.command('GET', 'key')).toBeNull();
  });

  test('frozen it answers nothing, thawed it answers', async () => {
    const server = await begin();
    server.freeze();
    const answer = server.command('PING');
    expect(await within(answer)).toBe('nothing');
    server.thaw();
    expect(await answer).toBe('PONG');
  });

  test('a replica follows its master until it is promoted, and stays so', async () => {
    const master = await begin();
    await master.command('SET', 'key', 'both');
    const replica = await begin({ replicaOf: master });
    expect(await replica.command('GET', 'key')).toBe('both');
    await expect(replica.command('SET', 'key', 'other')).rejects.toThrow('READONLY');
    await replica.promote();
    await replica.restart();
    expect(await replica.command('SET', 'key', 'other')).toBe('OK');
  });

  test('clients are killed by a part of their name', async () => {
    const server = await begin();
    const [one, other] = [clientOf(server.port, 'saoma-a-sub'), clientOf(server.port, 'saoma-a')];
    await Promise.all([one.ping(), other.ping()]);
    const ended = once(one, 'close');
    expect(await server.killClients('-sub')).toBe(1);
    await ended;
    expect(await server.killClients('-sub')).toBe(0);
    expect(other.status).toBe('ready');
  });

  test('what it said when it could not start is in the error', async () => {
    await expect(RedisServer.start({ settings: ['no-such-setting 1'] })).rejects.toThrow(/no-such-setting/);
  });
});

describe.skipIf(noRedis)('a link', () => {
  test('cut it ends its connections and refuses new ones, until it is mended', async () => {
    const { link, client } = await beginLink();
    await client.ping();
    expect(link.connections).toBe(1);
    const ended = once(client, 'close');
    link.cut();
    await ended;
    await expect(clientOf(link.port).ping()).rejects.toThrow(/closed/);
    expect(link.connections).toBe(0);
    await link.mend();
    const next = clientOf(link.port);
    expect(await next.ping()).toBe('PONG');
    const endedToo = once(next, 'close');
    const mended = link.cutFor(patience);
    await endedToo;
    await mended;
    expect(await clientOf(link.port).ping()).toBe('PONG');
  });

  test('stalled it holds everything, new connections too, and then lets all of it go on', async () => {
    const { link, server, client } = await beginLink();
    await client.ping();
    link.stall();
    const answers = Promise.all([client.set('key', 'value'), clientOf(link.port).ping()]);
    expect(await within(answers)).toBe('nothing');
    expect(await server.command('GET', 'key')).toBeNull();
    expect(client.status).toBe('ready');
    link.resume();
    expect(await answers).toStrictEqual(['OK', 'PONG']);
  });

  test('slow it takes its time each way', async () => {
    const { link, client } = await beginLink();
    await client.ping();
    link.delay(patience);
    const begun = performance.now();
    await client.ping();
    expect(performance.now() - begun).toBeGreaterThanOrEqual(2 * patience - 5);
  });

  test('what enters later does not overtake, though the link is quick again', async () => {
    const { link, server, client } = await beginLink();
    await client.ping();
    link.delay(patience);
    const slow = client.append('key', 'a');
    await sleep(10);
    link.delay(0);
    await Promise.all([slow, client.append('key', 'b')]);
    expect(await server.command('GET', 'key')).toBe('ab');
  });

  test('it can be cut for those alone who send certain bytes', async () => {
    const { link, server, client } = await beginLink({
      isTarget: (sent) => sent.toString().toLowerCase().includes('ssubscribe'),
    });
    const subscriber = clientOf(link.port);
    await subscriber.ssubscribe('news');
    await client.ping();
    const ended = once(subscriber, 'close');
    link.cutTargets();
    await ended;
    await expect(clientOf(link.port).ssubscribe('news')).rejects.toThrow(/closed/);
    expect(await server.command('PUBSUB', 'SHARDNUMSUB', 'news')).toStrictEqual(['news', 0]);
    expect(client.status).toBe('ready');
    await link.cutTargetsFor(10);
    expect(await clientOf(link.port).ssubscribe('news')).toBe(1);
  });
});

describe.skipIf(noRedis).concurrent('several servers', () => {
  test('each master of a cluster keeps its keys, and what is published reaches its subscribers', async (context) => {
    const cluster = await RedisCluster.start();
    context.onTestFinished(() => cluster.stop());
    const states = await Promise.all(cluster.masters.map((master) => master.command('CLUSTER', 'INFO')));
    expect(states.map((info) => String(info).split('\r\n')[0])).toStrictEqual(
      cluster.masters.map(() => 'cluster_state:ok'),
    );
    const nodes = cluster.masters.map(({ port }) => ({ host: '127.0.0.1', port }));
    const client = new Cluster(nodes, { shardedSubscribers: true });
    context.onTestFinished(() => client.disconnect());
    const heard: string[] = [];
    client.on('smessage', (channel: string, message: string) => heard.push(`${channel} ${message}`));
    // One in the slots of each master, in their order.
    const keys = ['{b}', '{c}', '{a}'];
    for (const key of keys) {
      await client.set(key, 'value');
      await client.ssubscribe(key);
    }
    const homes = await Promise.all(cluster.masters.map((master) => master.command('KEYS', '*')));
    expect(homes).toStrictEqual(keys.map((key) => [key]));
    for (const key of keys) await client.spublish(key, 'news');
    await until('all is heard', async () => heard.length === keys.length);
    expect(heard.toSorted()).toStrictEqual(['{a} news', '{b} news', '{c} news']);
    expect(cluster.url).toBe(`cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`);
  });

  test('when a master of a cluster dies, its replica takes over with its keys', async (context) => {
    const cluster = await RedisCluster.start({ replicas: true });
    context.onTestFinished(() => cluster.stop());
    await cluster.masters[1]?.command('SET', '{c}', 'kept');
    await cluster.masters[1]?.command('WAIT', 1, 1_000);
    await cluster.killMaster(1);
    await cluster.untilPromoted(1);
    expect(await cluster.replicas[1]?.command('GET', '{c}')).toBe('kept');
    expect(await cluster.replicas[1]?.command('SET', '{c}', 'new')).toBe('OK');
  });

  test('when the master dies, the sentinel makes one of its replica, and says so', async (context) => {
    const watched = await RedisSentinel.start();
    context.onTestFinished(() => watched.stop());
    const { master, replica } = watched;
    const sentinels = watched.sentinels.map(({ port }) => ({ host: '127.0.0.1', port }));
    expect(watched.url).toBe(`sentinel://127.0.0.1:${sentinels[0]?.port}/saoma`);
    const client = new Redis({ sentinels, name: 'saoma' });
    context.onTestFinished(() => client.disconnect());
    client.on('error', () => undefined);
    await client.set('key', 'kept');
    await client.wait(1, 1_000);
    await watched.failover();
    expect(watched.master).toBe(replica);
    expect(watched.replica).toBe(master);
    expect(await client.get('key')).toBe('kept');
    expect(await client.set('key', 'new')).toBe('OK');
    expect(await replica.command('GET', 'key')).toBe('new');
  });
});

async function begin(options?: RedisServerOptions): Promise<RedisServer> {
  const server = await RedisServer.start(options);
  onTestFinished(() => server.stop());
  return server;
}

async function beginLink(options?: LinkOptions): Promise<{ link: Link; server: RedisServer; client: Redis }> {
  const server = await begin();
  const link = await Link.start(server.port, options);
  onTestFinished(() => link.close());
  return { link, server, client: clientOf(link.port) };
}

/** Does not come back when its connection ends. */
function clientOf(port: number, connectionName?: string): Redis {
  const client = new Redis({ port, host: '127.0.0.1', connectionName, retryStrategy: null });
  client.on('error', () => undefined);
  onTestFinished(() => client.disconnect());
  return client;
}

function within<T>(answer: Promise<T>): Promise<T | 'nothing'> {
  return Promise.race([answer, sleep(patience, 'nothing' as const)]);
}
