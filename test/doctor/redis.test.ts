import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/kit/clock.ts';
import { redisChecks } from '../../src/doctor/redis.ts';
import { runChecks } from '../../src/doctor/check.ts';
import { lineOf } from '../../src/doctor/report.ts';
import { Link } from '../support/link.ts';
import { noRedis } from '../support/needs.ts';
import { RedisCluster } from '../support/redis-cluster.ts';
import { RedisSentinel } from '../support/redis-sentinel.ts';
import { RedisServer, until } from '../support/redis-server.ts';
import type { RedisServerOptions } from '../support/redis-server.ts';

const keyPrefix = 'saoma';

async function start(options: RedisServerOptions = {}): Promise<RedisServer> {
  const server = await RedisServer.start(options);
  onTestFinished(() => server.stop());
  return server;
}

const away = (mend: string): string => `failed redis_away ${mend}`;

/** One more replica. That it is in step is known to itself before it is known to its master. */
async function follow(master: RedisServer, count: number): Promise<RedisServer> {
  const replica = await start({ replicaOf: master });
  const online = async () => (await master.info('replication')).match(/state=online/g)?.length === count;
  await until(`the master has ${count} in step`, online);
  return replica;
}

/** What is said of each check: `verdict says mend`; and all that is printed. */
async function examined(url: string, { replicas = 0, clock = systemClock } = {}) {
  const said: Record<string, string> = {};
  let printed = '';
  for await (const finding of runChecks(redisChecks({ url, keyPrefix, replicas }, clock), clock)) {
    const { check, verdict, says, mend } = finding;
    said[check] = [verdict, says, mend].filter(Boolean).join(' ');
    printed += `${lineOf(finding, 'en')}\n${lineOf(finding, 'zh')}\n`;
  }
  return { said, printed };
}

describe.skipIf(noRedis)('Redis', () => {
  test('as docs/deploy.md wants it', async () => {
    const { url } = await start({ persistence: 'always' });
    expect((await examined(url)).said).toEqual({
      redis: 'ok redis_answers',
      'redis-version': 'ok redis_new',
      'redis-topology': 'ok redis_master',
      'redis-rights': 'ok redis_writes',
      'redis-clock': 'ok redis_clock_right',
      'redis-memory': 'ok redis_keeps',
      'redis-persistence': 'ok redis_aof_always',
      'redis-replicas': 'ok redis_replicas_none',
      'redis-latency': expect.stringMatching(/^(ok redis_fast|warning redis_slow mend_redis_slow)$/),
    });
  });

  test('leaves nothing behind', async () => {
    const server = await start();
    await examined(server.url);
    expect(await server.command('DBSIZE')).toBe(0);
    expect(await server.command('CLIENT', 'LIST')).not.toContain('name=saoma-doctor');
  });

  test.each<{ name: string; options: RedisServerOptions; says: string }>([
    { name: 'every second', options: { persistence: 'everysec' }, says: 'ok redis_aof_everysec' },
    {
      name: 'when the kernel likes',
      options: { persistence: 'everysec', settings: ['appendfsync no'] },
      says: 'warning redis_aof_no mend_redis_aof',
    },
    {
      name: 'snapshots',
      options: { settings: ['save 3600 1'] },
      says: 'warning redis_snapshots_only mend_redis_aof',
    },
    { name: 'nothing', options: {}, says: 'warning redis_memory_only mend_redis_aof' },
  ])('on its disk: $name', async ({ options, says }) => {
    const { url } = await start(options);
    expect((await examined(url)).said['redis-persistence']).toBe(says);
  });

  test('a disk that fails is a fault', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'saoma-gone-'));
    const server = await start({ settings: ['save 3600 1', 'enable-protected-configs yes'] });
    await server.command('CONFIG', 'SET', 'dir', folder);
    rmSync(folder, { recursive: true });
    await server.command('BGSAVE');
    await until('the snapshot failed', async () =>
      (await server.info('persistence')).includes('bgsave_status:err'),
    );
    expect((await examined(server.url)).said).toMatchObject({
      'redis-persistence': 'failed redis_disk_fails mend_redis_disk',
      'redis-rights': 'failed redis_refuses mend_redis_disk',
    });
  });

  test.each([
    { policy: 'allkeys-lru', maxmemory: '100mb', says: 'failed redis_evicts mend_redis_policy' },
    { policy: 'volatile-ttl', maxmemory: '100mb', says: 'failed redis_evicts mend_redis_policy' },
    { policy: 'allkeys-lru', maxmemory: '0', says: 'warning redis_would_evict mend_redis_policy' },
  ])('memory: $policy of $maxmemory', async ({ policy, maxmemory, says }) => {
    const { url } = await start({ maxmemory, settings: [`maxmemory-policy ${policy}`] });
    expect((await examined(url)).said['redis-memory']).toBe(says);
  });

  test('a full one refuses to write', async () => {
    const server = await start({ maxmemory: '100mb' });
    await server.command('SET', 'filler', 'x'.repeat(100_000));
    await server.command('CONFIG', 'SET', 'maxmemory', '1');
    expect((await examined(server.url)).said['redis-rights']).toBe('failed redis_refuses mend_redis_full');
  });

  test('passwords: none, a wrong one, the right one; and no word of them', async () => {
    const server = await start();
    await server.command('CONFIG', 'SET', 'requirepass', 'canary-password');
    const at = (user: string) => `redis://${user}127.0.0.1:${server.port}`;
    const none = await examined(at(''));
    const wrong = await examined(at(':canary-wrong@'));
    const right = await examined(at(':canary-password@'));
    expect(none.said['redis']).toBe('failed redis_away mend_redis_no_password');
    expect(wrong.said['redis']).toBe('failed redis_away mend_redis_wrong_password');
    expect(right.said['redis']).toBe('ok redis_answers');
    expect(wrong.said['redis-memory']).toBe('skipped needs');
    expect(none.printed + wrong.printed + right.printed).not.toContain('canary');
  });

  test('a user without a right: to keys, to channels, to ask for the configuration', async () => {
    const server = await start({ persistence: 'always' });
    const rights = (keys: string, channels: string, more: string) =>
      server.command(
        'ACL',
        'SETUSER',
        'saoma',
        'reset',
        'on',
        '>pw',
        keys,
        channels,
        '+@all',
        '-@admin',
        '-@dangerous',
        '+info',
        more,
      );
    const url = server.url.replace('://', '://saoma:pw@');
    await rights('~saoma:*', '&saoma:*', '+config|get');
    expect((await examined(url)).said).toMatchObject({
      'redis-rights': 'ok redis_writes',
      'redis-persistence': 'ok redis_aof_always',
    });
    await rights('~other:*', '&saoma:*', '+config|get');
    expect((await examined(url)).said['redis-rights']).toBe('failed redis_refuses mend_redis_no_right');
    await rights('~saoma:*', '&other:*', '+config|get');
    expect((await examined(url)).said['redis-rights']).toBe('failed redis_refuses mend_redis_no_right');
    await rights('~saoma:*', '&saoma:*', '-config');
    expect((await examined(url)).said['redis-persistence']).toBe(
      'warning redis_aof_unknown mend_redis_config_get',
    );
  });

  test('replicas: too few, just enough, enough; and one in place of the master', async () => {
    const master = await start({ persistence: 'always' });
    expect((await examined(master.url, { replicas: 1 })).said['redis-replicas']).toBe(
      'failed redis_replicas_few mend_redis_replicas',
    );
    const replica = await follow(master, 1);
    expect((await examined(master.url, { replicas: 1 })).said['redis-replicas']).toBe(
      'warning redis_replicas_just mend_redis_replicas_just',
    );
    await follow(master, 2);
    expect((await examined(master.url, { replicas: 1 })).said['redis-replicas']).toBe(
      'ok redis_replicas_enough',
    );
    expect((await examined(replica.url)).said['redis-topology']).toBe(
      'failed redis_replica mend_redis_master',
    );
  });

  test('a database that there is not', async () => {
    const { url } = await start();
    const found = await examined(`${url}/99`);
    expect(Object.values(found.said).join('; ')).toContain('mend_redis_no_database');
  });

  test('nobody listens; a name that is none; one that says nothing', async () => {
    const server = await start();
    expect((await examined('redis://127.0.0.1:1')).said['redis']).toBe(away('mend_redis_nobody_listens'));
    expect((await examined('redis://redis.invalid')).said['redis']).toBe(away('mend_redis_no_host'));
    server.freeze();
    onTestFinished(() => server.thaw());
    expect((await examined(server.url)).said['redis']).toMatch(/^failed redis_away mend_redis/);
  });

  test('a clock that is off, and a way that is long', async () => {
    const server = await start();
    const clock = { ...systemClock, now: () => Date.now() + 90_000 };
    expect((await examined(server.url, { clock })).said['redis-clock']).toBe(
      'failed redis_clock_off mend_clock_ahead',
    );
    const link = await Link.start(server.port);
    onTestFinished(() => link.close());
    link.delay(15);
    expect((await examined(`redis://127.0.0.1:${link.port}`)).said['redis-latency']).toBe(
      'warning redis_slow mend_redis_slow',
    );
  });

  test('where everything is in memory there is nothing to ask', () => {
    expect(redisChecks({ url: null, keyPrefix, replicas: 0 }, systemClock)).toEqual([]);
  });
});

describe.skipIf(noRedis)('a Cluster', () => {
  test('whole; without a master; asked for as one server; and one server asked for as a Cluster', async () => {
    const cluster = await RedisCluster.start({ persistence: 'always' });
    onTestFinished(() => cluster.stop());
    expect((await examined(cluster.url)).said).toMatchObject({
      redis: 'ok redis_answers',
      'redis-topology': 'ok redis_cluster_whole',
      'redis-rights': 'ok redis_writes',
      'redis-persistence': 'ok redis_aof_always',
    });
    expect((await examined(cluster.masters[0]!.url)).said['redis-topology']).toBe(
      'failed redis_is_cluster mend_redis_cluster',
    );
    const alone = await start();
    expect((await examined(alone.url.replace('redis:', 'cluster:'))).said['redis']).toBe(
      'failed redis_away mend_redis_no_cluster',
    );
    await cluster.killMaster(2);
    const broken = await examined(`cluster://127.0.0.1:${cluster.masters[0]!.port}`);
    expect(Object.values(broken.said).join('; ')).toContain('failed');
  });
});

describe.skipIf(noRedis)('Sentinels', () => {
  test('three, of which one ends; a master that they do not know', async () => {
    const watched = await RedisSentinel.start({ sentinels: 3 });
    onTestFinished(() => watched.stop());
    const all = await examined(watched.url);
    expect(all.said).toMatchObject({ redis: 'ok redis_answers', 'redis-topology': 'ok redis_sentinels' });
    expect((await examined(`${watched.url}-other`)).said['redis']).toBe(
      'failed redis_away mend_redis_no_sentinel',
    );
    await watched.sentinels[2]!.kill();
    expect((await examined(watched.url)).said['redis-topology']).toBe(
      'warning redis_sentinel_silent mend_redis_sentinel',
    );
  });

  test('one alone is too few', async () => {
    const watched = await RedisSentinel.start();
    onTestFinished(() => watched.stop());
    expect((await examined(watched.url)).said['redis-topology']).toBe(
      'warning redis_sentinel_few mend_redis_sentinel_few',
    );
  });
});
