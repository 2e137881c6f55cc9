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
    'account main: wx00112233445566aa, safe mode, callback URL https://login.example/wechat/main, API https://api.weixin.qq.com',
    'site shop (shop): account main, approval scan, origins https://shop.example, redirect URIs https://shop.example/login/wechat',
    'dashboard: https://login.example/ops',
    'metrics: /metrics on port 3000',
  ]);
  const secrets = [account.appSecret, account.token, account.encodingAesKey, site.secret, token];
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
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
  ['a limit that is off', { limits: { maxPendingScenes: 0 } }, 'limits.maxPendingScenes is 0'],
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
