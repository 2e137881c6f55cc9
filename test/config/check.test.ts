import { expect, test } from 'vitest';
import { configWarnings, describeConfig } from '../../src/config/check.ts';
import { loadConfig } from '../../src/config/config.ts';
import { account, load, site } from './given.ts';

const server = { publicUrl: 'https://login.example' };
const token = 'ops-0123456789-abcdefghijkl';

test('tells what would run, and no secret', () => {
  const text = describeConfig(load({ server, accounts: [account], sites: [site], ops: { token } }));
  expect(text.split('\n')).toEqual([
    'The real WeChat.',
    'server: https://login.example, listening on 0.0.0.0, port 3000',
    "state: in this process's memory; one node",
    'account main: wx00112233445566aa, safe mode, callback URL https://login.example/wechat/main, API https://api.weixin.qq.com',
    'site shop (shop): account main, approval scan, origins https://shop.example, redirect URIs https://shop.example/login/wechat, users may not write to each other',
    'messaging: inboxes of 100 messages for 7 days, no bound per sender, 5 sockets per user',
    'dashboard: https://login.example/ops, for whoever has ops.token (operate)',
    'metrics: /metrics on port 3000',
  ]);
  const secrets = [account.appSecret, account.token, account.encodingAesKey, site.secret, token];
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
});

test.each([
  ['redis://me:Canary@redis/2', 'in Redis, redis:6379 database 2, keys saoma:…'],
  ['rediss://:Canary@[::1]', 'in Redis, [::1]:6379 database 0 over TLS, keys saoma:…'],
  ['sentinel://:Canary@s1,s2:9/main', 'in Redis, master main of sentinels s1:26379 s2:9, keys saoma:…'],
  [
    'cluster://:Canary@c1:7000,c2?tls=true',
    'in Redis, the cluster of c1:7000 c2:6379 over TLS, keys saoma:…',
  ],
])('tells of %s where it is, and neither user nor password', (url, state) => {
  const config = load({ server, accounts: [account], sites: [site], redis: { url } });
  expect(describeConfig(config).split('\n')).toContain(`state: ${state}`);
  expect(configWarnings(config)).toEqual([]);
});

test('tells how many replicas an exchange waits for', () => {
  expect(describeConfig(load({ redis: { url: 'redis://redis', replicas: 2 } }))).toContain(
    'keys saoma:…, each exchange on 2 replicas\n',
  );
});

test('tells who may write to each other, and how much waits', () => {
  const sites = [
    { ...site, messaging: { peers: false, inboxPerSender: null } },
    { ...site, id: 'chat', secret: `${site.secret}2` },
  ];
  const messaging = {
    peers: true,
    inboxPerUser: 1,
    inboxDays: 1,
    inboxPerSender: 1,
    beyondPerSender: 'drop',
  };
  const lines = describeConfig(load({ server, accounts: [account], sites, messaging })).split('\n');
  expect(lines.filter((line) => line.startsWith('site '))).toEqual([
    expect.stringMatching(/, users may not write to each other, no bound per sender$/),
    expect.stringMatching(/, users may write to each other$/),
  ]);
  expect(lines).toContain(
    'messaging: inboxes of 1 message for 1 day, 1 per sender (beyond: drop), 5 sockets per user',
  );
});

test('tells of the sandbox where its phone is', () => {
  const text = describeConfig(loadConfig({}));
  expect(text).toContain('The sandbox');
  expect(text).toContain('phone: http://localhost:3001/phone');
  expect(text).toContain('dashboard: off');
  expect(text).not.toContain('warning');
});

test.each([
  ['plain mode', { accounts: [{ ...account, mode: 'plain' }] }, 'account main is in plain mode'],
  ['a public URL of http', { server: {} }, 'server.publicUrl is http://localhost:3000'],
  ['replicas of nothing', { redis: { replicas: 1 } }, 'redis.replicas is 1, and redis.url is null'],
  ['a limit that is off', { limits: { maxPendingScenes: 0 } }, 'limits.maxPendingScenes is 0'],
  [
    'a bound of one sender beyond that of all',
    { messaging: { inboxPerUser: 5, inboxPerSender: 6 } },
    'messaging.inboxPerSender is 6, more than messaging.inboxPerUser (5)',
  ],
  [
    "a site's bound of one sender beyond that of all",
    { sites: [{ ...site, messaging: { inboxPerSender: 101 } }] },
    'sites[0].messaging.inboxPerSender is 101, more than messaging.inboxPerUser (100)',
  ],
  [
    'everybody as proxy',
    { server: { ...server, trustedProxies: ['::/0'] } },
    'server.trustedProxies holds ::/0',
  ],
])('warns of %s', (_name, change, warning) => {
  const config = load({ server, accounts: [account], sites: [site], ...change });
  expect(configWarnings(config)).toEqual([expect.stringContaining(warning)]);
  expect(describeConfig(config)).toContain(`warning: ${warning}`);
});
