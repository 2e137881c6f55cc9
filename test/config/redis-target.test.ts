import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { readRedisTarget } from '../../src/config/redis-target.ts';
import { load, refusal, refused, temporaryFile } from './given.ts';

const single = { kind: 'single', host: 'redis', port: 6379, db: 0, tls: false };
const sentinel = { kind: 'sentinel', hosts: [{ host: 'h1', port: 26_379 }], master: 'main', tls: false };
const cluster = { kind: 'cluster', hosts: [{ host: 'h1', port: 7000 }], tls: false };
const two = [
  { host: 'h1', port: 7000 },
  { host: 'h2', port: 7001 },
];

const sound = [
  ['redis://redis', single],
  ['redis://redis/', single],
  ['redis://redis:7000', { ...single, port: 7000 }],
  ['redis://redis:7000/15', { ...single, port: 7000, db: 15 }],
  ['rediss://redis', { ...single, tls: true }],
  ['redis://10.0.0.7', { ...single, host: '10.0.0.7' }],
  ['redis://my_redis-1.svc.local', { ...single, host: 'my_redis-1.svc.local' }],
  ['redis://[::1]', { ...single, host: '::1' }],
  ['redis://[fd00::7]:7000/1', { ...single, host: 'fd00::7', port: 7000, db: 1 }],
  ['redis://:secret@redis', { ...single, password: 'secret' }],
  ['redis://me:secret@redis', { ...single, username: 'me', password: 'secret' }],
  ['redis://m%3Ae:p%40s%2Fs%25@redis', { ...single, username: 'm:e', password: 'p@s/s%' }],
  ['redis://:one:two+three@redis', { ...single, password: 'one:two+three' }],
  ['sentinel://h1/main', sentinel],
  ['sentinel://h1:7000,h2:7001/main', { ...sentinel, hosts: two }],
  [
    'sentinel://[::1]:7000,h2/my.main-1_',
    {
      ...sentinel,
      hosts: [
        { host: '::1', port: 7000 },
        { host: 'h2', port: 26_379 },
      ],
      master: 'my.main-1_',
    },
  ],
  ['sentinel://me:secret@h1/main?tls=true', { ...sentinel, tls: true, username: 'me', password: 'secret' }],
  ['cluster://h1:7000', cluster],
  ['cluster://h1:7000,h2:7001/', { ...cluster, hosts: two }],
  ['cluster://h1', { ...cluster, hosts: [{ host: 'h1', port: 6379 }] }],
  ['cluster://:secret@h1:7000?tls=true', { ...cluster, tls: true, password: 'secret' }],
  ['cluster://h1:7000?tls=false', cluster],
] as const;

const unsound = [
  ['no scheme', 'redis:6379'],
  ['another scheme', 'http://redis'],
  ['a scheme in capitals', 'REDIS://redis'],
  ['no host', 'redis://'],
  ['no host after the password', 'redis://:secret@'],
  ['no host before the port', 'redis://:6379'],
  ['no host before the path', 'redis:///0'],
  ['a host with a space', 'redis://my redis'],
  ['a host that ends with a hyphen', 'redis://redis-'],
  ['an IPv6 address without brackets', 'redis://::1'],
  ['a name in brackets', 'redis://[redis]'],
  ['port 0', 'redis://redis:0'],
  ['port 65536', 'redis://redis:65536'],
  ['a port of text', 'redis://redis:port'],
  ['an empty port', 'redis://redis:'],
  ['a database by name', 'redis://redis/main'],
  ['a database and more', 'redis://redis/0/1'],
  ['a user without password', 'redis://me@redis'],
  ['a user with an empty password', 'redis://me:@redis'],
  ['an @ that is not encoded', 'redis://:p@ss@redis'],
  ['a slash that is not encoded', 'redis://:p/ss@redis'],
  ['an encoding that is none', 'redis://:100%@redis'],
  ['a comma that is not encoded', 'redis://:one,two@redis'],
  ['a line break', 'redis://redis\n'],
  ['a letter beyond ASCII', 'redis://:pässword@redis'],
  ['two single servers', 'redis://h1,h2'],
  ['a query for a single server', 'redis://redis?tls=true'],
  ['a fragment', 'redis://redis#0'],
  ['sentinels without a master', 'sentinel://h1,h2'],
  ['sentinels with an empty master', 'sentinel://h1/'],
  ['sentinels with a database', 'sentinel://h1/main/1'],
  ['sentinels with another query', 'sentinel://h1/main?ssl=true'],
  ['an empty host among sentinels', 'sentinel://h1,,h2/main'],
  ['a cluster with a database', 'cluster://h1/0'],
  ['a cluster with an empty host', 'cluster://h1,'],
  ['a space between hosts', 'cluster://h1, h2'],
  ['a user in the middle', 'cluster://h1,me:secret@h2'],
  ['another query', 'cluster://h1?ssl=true'],
  ['tls of another word', 'cluster://h1?tls=1'],
  ['a query and more', 'cluster://h1?tls=true&db=1'],
] as const;

describe('the address of Redis', () => {
  test.each(sound)('%s is understood', (url, target) => {
    expect(readRedisTarget(url)).toEqual(target);
    expect(load({ redis: { url } }).redis.url).toBe(url);
  });

  test.each(unsound)('%s is refused', (_name, url) => {
    expect(readRedisTarget(url)).toBeUndefined();
    const { faults } = refusal({ redis: { url } });
    expect(faults).toEqual([
      {
        path: 'redis.url',
        found: expect.stringMatching(
          /^a secret of \d+ characters, not all of them letters or digits$/,
        ) as string,
        allowed: expect.stringContaining('redis://user:password@host:6379/0') as string,
      },
    ]);
  });
});

describe('REDIS_URL_FILE', () => {
  test('is read like every secret', () => {
    const url = 'redis://:Canary@redis';
    expect(loadConfig({ REDIS_URL_FILE: temporaryFile(`${url}\n`) }).redis.url).toBe(url);
  });

  test('and REDIS_URL are one too many', () => {
    const env = { REDIS_URL: 'redis://:Canary@redis', REDIS_URL_FILE: '/run/secrets/redis_url' };
    expect(refused(() => loadConfig(env)).faults.map(({ path }) => path)).toEqual(['REDIS_URL']);
  });

  test('with a fault in it is named, and nothing of it told', () => {
    const error = refused(() => loadConfig({ REDIS_URL_FILE: temporaryFile('redis://:Canary@redis:port') }));
    expect(error.faults).toEqual([
      expect.objectContaining({
        path: 'redis.url',
        found: 'a secret of 26 characters, not all of them letters or digits (from REDIS_URL_FILE)',
      }),
    ]);
    expect(`${error.report()}${error.stack}`).not.toContain('Canary');
  });
});

test('without a word of it there is no Redis, and no replica to wait for', () => {
  expect(loadConfig({}).redis).toEqual({ url: null, keyPrefix: 'saoma', replicas: 0 });
});

test('a sandbox may keep its state in Redis', () => {
  const { redis, sandbox } = loadConfig({ REDIS_URL: 'redis://localhost' });
  expect([redis.url, sandbox.enabled]).toEqual(['redis://localhost', true]);
});
