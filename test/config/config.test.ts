import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { options } from '../../src/config/options.ts';
import {
  account,
  accountEnv,
  load,
  miniProgram,
  refusal,
  refused,
  site,
  siteEnv,
  temporaryFile,
} from './given.ts';
import type { Json } from './given.ts';

const exampleOf = (name: string) => new URL(`../../config/${name}.example.json`, import.meta.url);

describe('the defaults', () => {
  test('are a sandbox, for this machine alone', () => {
    const config = loadConfig({});
    expect(config.sandbox).toEqual({ enabled: true, port: 3001, publicUrl: 'http://localhost:3001' });
    expect(config.server.host).toBe('127.0.0.1');
    expect(config.scene).toEqual({ ttlSeconds: 120, codeTtlSeconds: 60, profileWaitMs: 1500 });
  });

  test('list every option', () => {
    const file = new URL('../../config/default.json', import.meta.url);
    const sections = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, object>);
    const listed = sections.flatMap(([section, fields]) =>
      Object.keys(fields).map((name) => `${section}.${name}`),
    );
    const known = [...options.keys()].map((path) => path.split('[]', 1)[0] ?? '');
    expect(listed).toEqual([...new Set(known)].filter((path) => path.includes('.')));
  });

  test('fill in what an account and a site leave out', () => {
    const { accounts, sites } = load({ accounts: [account], sites: [site] });
    expect(accounts).toEqual([
      { ...account, kind: 'official-account', mode: 'safe', apiUrl: 'https://api.weixin.qq.com' },
    ]);
    expect(sites).toEqual([{ ...site, name: 'shop', account: 'main', accounts: ['main'], approval: 'scan' }]);
  });

  test('cannot be changed once they are read, at any depth', () => {
    const config = load({ accounts: [account], sites: [site] });
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(frozen));
    expect(frozen(config)).toBe(true);
  });
});

describe('the layers', () => {
  test('the file is laid over the defaults: objects are merged, lists replaced', () => {
    const { server, limits } = load({ server: { trustedProxies: ['::1'] }, limits: { maxPendingScenes: 5 } });
    expect(server).toMatchObject({ port: 3000, trustedProxies: ['::1'] });
    expect(limits).toMatchObject({ maxPendingScenes: 5, scenesPerIpPerMinute: 60 });
  });

  test('the environment is laid over the file', () => {
    const file = { server: { port: 1, host: 'a', publicUrl: 'http://a.test' }, log: { level: 'warn' } };
    const env = { PORT: '8080', HOST: '::', PUBLIC_URL: 'https://b.example', LOG_LEVEL: 'debug' };
    const { server, log } = load(file, env);
    expect({ server, log }).toMatchObject({
      server: { port: 8080, host: '::', publicUrl: 'https://b.example' },
      log: { level: 'debug' },
    });
  });

  test('an empty variable is none', () => {
    const { server, log } = load({ log: { level: 'warn' } }, { PORT: '', LOG_LEVEL: '' });
    expect([server.port, log.level]).toEqual([3000, 'warn']);
    expect(loadConfig({ SAOMA_CONFIG: '' }).sandbox.enabled).toBe(true);
  });

  test('one account and one site can come from the environment alone', () => {
    const more = {
      SITE_NAME: '小店',
      SITE_ORIGINS: 'https://a.test, https://b.test',
      SITE_REDIRECT_URIS: 'https://a.test/cb',
    };
    const config = loadConfig({ ...accountEnv, ...siteEnv, ...more, WECHAT_API_URL: 'http://127.0.0.1:9' });
    expect(config.accounts).toEqual([
      {
        name: 'main',
        kind: 'official-account',
        appId: account.appId,
        appSecret: account.appSecret,
        token: account.token,
        mode: 'plain',
        apiUrl: 'http://127.0.0.1:9',
      },
    ]);
    expect(config.sites).toEqual([
      {
        id: 'shop',
        name: '小店',
        secret: site.secret,
        account: 'main',
        accounts: ['main'],
        approval: 'scan',
        origins: ['https://a.test', 'https://b.test'],
        redirectUris: ['https://a.test/cb'],
      },
    ]);
    expect(config.sandbox.enabled).toBe(false);
  });

  test('the environment overrides the account main and the site of the same id, in their places', () => {
    const second = { ...account, name: 'second' };
    const other = { ...site, id: 'other', secret: `${site.secret}-other`, account: 'second' };
    const file = { accounts: [second, account], sites: [site, other] };
    const secret = `${site.secret}-new`;
    const config = load(file, { WECHAT_TOKEN: 'Another0Token9876', SITE_ID: 'shop', SITE_SECRET: secret });
    expect(config.accounts.map(({ name, token }) => [name, token])).toEqual([
      ['second', account.token],
      ['main', 'Another0Token9876'],
    ]);
    expect(config.sites.map((entry) => [entry.id, entry.secret, entry.origins])).toEqual([
      ['shop', secret, site.origins],
      ['other', other.secret, site.origins],
    ]);
  });
});

describe('the mode', () => {
  const key = { WECHAT_ENCODING_AES_KEY: account.encodingAesKey };
  const keyless = { ...account, encodingAesKey: undefined };

  test.each([
    ['safe with a key', account, {}, 'safe'],
    ['plain without', keyless, {}, 'plain'],
    ['the one that is named', { ...account, mode: 'plain' }, {}, 'plain'],
    ['safe with a key in the environment', keyless, key, 'safe'],
    ['safe with a key in the environment, over plain', { ...keyless, mode: 'plain' }, key, 'safe'],
    ['still compatible with a key in the environment', { ...keyless, mode: 'compatible' }, key, 'compatible'],
  ])('is %s', (_name, fields, env, mode) => {
    expect(load({ accounts: [fields], sites: [site] }, env).accounts[0]?.mode).toBe(mode);
  });
});

describe('a secret in a file', () => {
  test.each([
    ['as it is', account.token],
    ['with a line break', `${account.token}\n`],
    ['with a line break of Windows', `${account.token}\r\n`],
  ])('is read %s', (_name, content) => {
    const { WECHAT_APP_ID, WECHAT_APP_SECRET } = accountEnv;
    const env = { WECHAT_APP_ID, WECHAT_APP_SECRET, WECHAT_TOKEN_FILE: temporaryFile(content), ...siteEnv };
    expect(loadConfig(env).accounts[0]?.token).toBe(account.token);
  });

  test('can be every secret', () => {
    const config = loadConfig({
      WECHAT_APP_ID: account.appId,
      WECHAT_APP_SECRET_FILE: temporaryFile(account.appSecret),
      WECHAT_TOKEN_FILE: temporaryFile(account.token),
      WECHAT_ENCODING_AES_KEY_FILE: temporaryFile(account.encodingAesKey),
      SITE_ID: 'shop',
      SITE_SECRET_FILE: temporaryFile(site.secret),
      SITE_ORIGINS: 'https://shop.example',
      OPS_TOKEN_FILE: temporaryFile('ops-0123456789-abcdefghijkl'),
      OPS_VIEW_TOKEN_FILE: temporaryFile('view-0123456789-abcdefghijkl'),
    });
    expect(config.accounts[0]).toMatchObject({ ...account, mode: 'safe' });
    expect([config.sites[0]?.secret, config.ops.token]).toEqual([site.secret, 'ops-0123456789-abcdefghijkl']);
    expect(config.ops.viewToken).toBe('view-0123456789-abcdefghijkl');
  });

  test('that is as weak as any other is refused, and named by its variable', () => {
    const { faults } = refusal(
      { accounts: [account], sites: [site] },
      { OPS_TOKEN_FILE: temporaryFile('short') },
    );
    expect(faults).toEqual([
      expect.objectContaining({
        path: 'ops.token',
        found: 'a secret of 5 characters, 5 of them different (from OPS_TOKEN_FILE)',
      }),
    ]);
  });

  test('that cannot be read is one fault, not two', () => {
    const { WECHAT_APP_ID, WECHAT_APP_SECRET } = accountEnv;
    const env = { WECHAT_APP_ID, WECHAT_APP_SECRET, WECHAT_TOKEN_FILE: '/no/such/file', ...siteEnv };
    expect(refused(() => loadConfig(env)).faults.map(({ path }) => path)).toEqual(['WECHAT_TOKEN_FILE']);
  });
});

describe('public URLs', () => {
  test('follow the ports unless they are set', () => {
    const followed = load({ server: { port: 8080 }, sandbox: { port: 8081 } });
    expect([followed.server.publicUrl, followed.sandbox.publicUrl]).toEqual([
      'http://localhost:8080',
      'http://localhost:8081',
    ]);
    const set = load(
      { sandbox: { publicUrl: 'http://192.168.0.10:3001' } },
      { PUBLIC_URL: 'https://a.example', PORT: '80' },
    );
    expect([set.server.publicUrl, set.sandbox.publicUrl]).toEqual([
      'https://a.example',
      'http://192.168.0.10:3001',
    ]);
  });

  test.each([
    'http://localhost:3000',
    'http://app.localhost',
    'http://127.0.0.2',
    'http://[::1]:3000',
    'http://10.1.2.3',
    'http://172.31.0.1',
    'http://192.168.0.10:3000',
    'http://169.254.0.1',
    'http://[fd00::1]',
    'http://[fe80::1]',
    'http://nas.local',
    'http://shop.test',
    'https://login.example:8443',
  ])('%s is fine', (publicUrl) => {
    const config = load({
      accounts: [account],
      sites: [{ ...site, origins: [publicUrl] }],
      server: { publicUrl },
    });
    expect(config.server.publicUrl).toBe(publicUrl);
  });
});

describe('the sandbox', () => {
  test('takes configured sites, and does not mind weak secrets', () => {
    const config = load({
      sandbox: { enabled: true },
      sites: [{ ...site, secret: 'x' }],
      ops: { token: 'y' },
    });
    expect([config.sandbox.enabled, config.sites[0]?.secret, config.ops.token]).toEqual([true, 'x', 'y']);
  });

  test.each([
    ['by the environment', {}, { HOST: '0.0.0.0' }],
    ['by the file', { server: { host: '0.0.0.0' } }, {}],
  ])('is opened to the network %s only', (_name, file, env) => {
    expect(load(file, env).server.host).toBe('0.0.0.0');
  });

  test('is off with an account, and then everybody is let in', () => {
    const { sandbox, server } = load({ accounts: [account], sites: [site] }, { NODE_ENV: 'production' });
    expect([sandbox.enabled, server.host]).toEqual([false, '0.0.0.0']);
  });
});

const secrets = ['appId', 'appSecret', 'token', 'encodingAesKey'].map((name) => `accounts[0].${name}`);

describe.each([
  { name: 'sites', toFill: secrets },
  { name: 'mini-program', toFill: [...secrets, 'accounts[1].appId', 'accounts[1].appSecret'] },
])('the example file $name', ({ name, toFill }) => {
  const example = exampleOf(name);

  test('as it is names what must be filled in', () => {
    const { faults } = refused(() => loadConfig({ SAOMA_CONFIG: fileURLToPath(example) }));
    expect(faults.map(({ path }) => path)).toEqual([...toFill, 'sites[0].secret']);
  });

  test('filled in is complete', () => {
    const file = JSON.parse(readFileSync(example, 'utf8')) as { accounts: Json[]; sites: Json[] };
    const [official = {}, mini = {}] = file.accounts;
    Object.assign(official, account);
    Object.assign(mini, miniProgram);
    Object.assign(file.sites[0] ?? {}, { secret: site.secret });
    expect(load({ ...file })).toMatchObject({ ...file, sandbox: { enabled: false } });
  });
});
