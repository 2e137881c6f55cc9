import { accountKinds } from './faulty-accounts.ts';
import { dashboard } from './faulty-dashboard.ts';
import { messaging } from './faulty-messaging.ts';
import { account, accountEnv, site, siteEnv } from './given.ts';
import type { Json } from './given.ts';

/** A faulty configuration, and the fault that must be among those it is refused for; texts are parts of the whole. */
export interface Faulty {
  name: string;
  file?: Json;
  env?: Record<string, string>;
  path: string;
  allowed: string;
  found?: string;
}

const withAccount = (change: Json): Json => ({ accounts: [{ ...account, ...change }], sites: [site] });
const withSite = (change: Json): Json => ({ accounts: [account], sites: [{ ...site, ...change }] });
const sound = withSite({});
const sandboxed = { sandbox: { enabled: true } };
const many = 'abcdefghijklmnop';

const options: Faulty[] = [
  { name: 'a section that is a text', file: { log: 'info' }, path: 'log', found: 'a text', allowed: 'level' },
  { name: 'a section that is null', file: { server: null }, path: 'server', found: 'null', allowed: 'host' },
  { name: 'an unknown section', file: { serer: {} }, path: 'serer', allowed: 'did you mean server?' },
  {
    name: 'an unknown option, misspelt',
    file: { scene: { ttlSecond: 1 } },
    path: 'scene.ttlSecond',
    found: 'an unknown option',
    allowed: 'ttlSeconds, codeTtlSeconds, profileWaitMs; did you mean ttlSeconds?',
  },
  {
    name: 'an unknown option like no other',
    file: { ops: { color: 1 } },
    path: 'ops.color',
    allowed: 'token',
  },
  {
    name: 'an unknown option of an account',
    file: withAccount({ appSecrt: 'x' }),
    path: 'accounts[0].appSecrt',
    allowed: 'did you mean appSecret?',
  },
  {
    name: 'a __proto__',
    file: JSON.parse('{"log":{"__proto__":{}}}'),
    path: 'log.__proto__',
    allowed: 'level',
  },
  { name: 'a port of text', file: { server: { port: '80' } }, path: 'server.port', allowed: '1 to 65535' },
  { name: 'port 0', file: { server: { port: 0 } }, path: 'server.port', found: '0', allowed: '1 to 65535' },
  { name: 'port 65536', file: { server: { port: 65_536 } }, path: 'server.port', allowed: '1 to 65535' },
  {
    name: 'PORT=abc',
    env: { PORT: 'abc' },
    path: 'server.port',
    found: '"abc" (from PORT)',
    allowed: 'whole number',
  },
  { name: 'PORT=1e3', env: { PORT: '1e3' }, path: 'server.port', found: '"1e3"', allowed: 'whole number' },
  { name: 'a host with a scheme', env: { HOST: 'http://x' }, path: 'server.host', allowed: 'a host name' },
  {
    name: 'a public URL with a slash',
    env: { PUBLIC_URL: 'https://login.example/' },
    path: 'server.publicUrl',
    found: '"https://login.example/" (from PUBLIC_URL)',
    allowed: 'without path or trailing slash',
  },
  {
    name: 'a public URL of ftp',
    env: { PUBLIC_URL: 'ftp://a.test' },
    path: 'server.publicUrl',
    allowed: 'origin',
  },
  {
    name: 'http to a public host',
    file: { ...sound, server: { publicUrl: 'http://login.example' } },
    path: 'server.publicUrl',
    allowed: 'https (http for a loopback',
  },
  {
    name: 'http to a public address',
    file: { ...sound, server: { publicUrl: 'http://203.0.113.7' } },
    path: 'server.publicUrl',
    allowed: 'https',
  },
  {
    name: 'a proxy by name',
    file: { server: { trustedProxies: ['10.0.0.1', 'proxy'] } },
    path: 'server.trustedProxies[1]',
    found: '"proxy"',
    allowed: 'CIDR',
  },
  {
    name: 'a CIDR range that is too narrow',
    file: { server: { trustedProxies: ['10.0.0.0/33'] } },
    path: 'server.trustedProxies[0]',
    allowed: 'CIDR',
  },
  {
    name: 'a short-hand CIDR range',
    file: { server: { trustedProxies: ['10/8'] } },
    path: 'server.trustedProxies[0]',
    allowed: 'CIDR',
  },
  {
    name: 'a database that is no Redis',
    env: { REDIS_URL: 'http://user:Canary@redis' },
    path: 'redis.url',
    found: 'a secret of 24 characters, not all of them letters or digits (from REDIS_URL)',
    allowed: 'sentinel://user:password@h1:26379,h2:26379/master-name',
  },
  {
    name: 'Redis as a list',
    file: { redis: { url: ['redis://h1', 'redis://h2'] } },
    path: 'redis.url',
    found: 'a list',
    allowed: 'cluster://user:password@h1:7000,h2:7001',
  },
  {
    name: 'half a replica',
    file: { redis: { replicas: 0.5 } },
    path: 'redis.replicas',
    found: '0.5',
    allowed: 'a whole number from 0 to 10',
  },
  {
    name: 'less than no replica',
    file: { redis: { replicas: -1 } },
    path: 'redis.replicas',
    allowed: '0 to 10',
  },
  {
    name: 'eleven replicas',
    file: { redis: { replicas: 11 } },
    path: 'redis.replicas',
    allowed: '0 to 10',
  },
  {
    name: 'a hash tag as prefix',
    file: { redis: { keyPrefix: '{a}' } },
    path: 'redis.keyPrefix',
    allowed: '32',
  },
  {
    name: 'a scene of 1 s',
    file: { scene: { ttlSeconds: 1 } },
    path: 'scene.ttlSeconds',
    allowed: '2 to 1800',
  },
  {
    name: 'a scene of an hour',
    file: { scene: { ttlSeconds: 3600 } },
    path: 'scene.ttlSeconds',
    allowed: '1800',
  },
  {
    name: 'a code of 1 s',
    file: { scene: { codeTtlSeconds: 1 } },
    path: 'scene.codeTtlSeconds',
    allowed: '2 to 600',
  },
  {
    name: 'half a second',
    file: { scene: { profileWaitMs: 0.5 } },
    path: 'scene.profileWaitMs',
    allowed: '10000',
  },
  {
    name: 'a negative limit',
    file: { limits: { maxPendingScenes: -1 } },
    path: 'limits.maxPendingScenes',
    allowed: '0 or more',
  },
  {
    name: 'a limit of null',
    file: { limits: { maxPendingScenes: null } },
    path: 'limits.maxPendingScenes',
    allowed: '0: no limit',
  },
  {
    name: 'an unknown level',
    env: { LOG_LEVEL: 'loud' },
    path: 'log.level',
    found: '"loud" (from LOG_LEVEL)',
    allowed: 'fatal, error',
  },
  {
    name: 'an ops token with a space',
    env: { OPS_TOKEN: `${many} ${many}` },
    path: 'ops.token',
    allowed: 'without spaces',
  },
  {
    name: 'metrics at the same port',
    file: { metrics: { port: 3000 } },
    path: 'metrics.port',
    found: '3000',
    allowed: 'another value than server.port',
  },
  {
    name: 'the stand-in at the same port',
    env: { PORT: '3001' },
    path: 'sandbox.port',
    found: '3001',
    allowed: 'another value than server.port',
  },
];

const accounts: Faulty[] = [
  {
    name: 'accounts as an object',
    file: { accounts: account },
    path: 'accounts',
    found: 'an object',
    allowed: 'a list',
  },
  {
    name: 'an account of text',
    file: { accounts: ['main'], sites: [site] },
    path: 'accounts[0]',
    allowed: 'an object with name',
  },
  {
    name: 'a name in capitals',
    file: withAccount({ name: 'Main' }),
    path: 'accounts[0].name',
    found: '"Main"',
    allowed: 'a-z, 0-9 and -',
  },
  {
    name: 'a name of 33 characters',
    file: withAccount({ name: 'm'.repeat(33) }),
    path: 'accounts[0].name',
    allowed: '1 to 32',
  },
  {
    name: 'a name twice',
    file: { accounts: [account, account], sites: [site] },
    path: 'accounts[1].name',
    found: '"main"',
    allowed: 'another value than accounts[0].name has',
  },
  {
    name: 'an account of another kind',
    file: withAccount({ kind: 'mini' }),
    path: 'accounts[0].kind',
    found: '"mini"',
    allowed: 'official-account or mini-program',
  },
  {
    name: 'no AppID',
    file: withAccount({ appId: undefined }),
    path: 'accounts[0].appId',
    found: 'nothing',
    allowed: 'AppID',
  },
  {
    name: 'an empty AppSecret',
    file: withAccount({ appSecret: '' }),
    path: 'accounts[0].appSecret',
    found: 'an empty text',
    allowed: 'AppSecret',
  },
  {
    name: 'an AppSecret of zeros',
    file: withAccount({ appSecret: '0'.repeat(32) }),
    path: 'accounts[0].appSecret',
    found: '1 of them different',
    allowed: 'at least 8 of them different',
  },
  {
    name: 'a token that WeChat refuses',
    file: withAccount({ token: 'with-hyphen-0123456789' }),
    path: 'accounts[0].token',
    found: 'a secret of 22 characters',
    allowed: '3 to 32 letters and digits',
  },
  {
    name: 'a token of 15 characters',
    file: withAccount({ token: 'abcdefghijklmno' }),
    path: 'accounts[0].token',
    found: 'a secret of 15 characters',
    allowed: 'at least 16 characters',
  },
  {
    name: 'a token of few letters',
    file: withAccount({ token: 'abcabcabcabcabcabc' }),
    path: 'accounts[0].token',
    allowed: 'at least 8 of them different',
  },
  {
    name: 'a key of 42 characters',
    file: withAccount({ encodingAesKey: account.encodingAesKey.slice(1) }),
    path: 'accounts[0].encodingAesKey',
    found: 'a secret of 42 characters',
    allowed: 'exactly 43',
  },
  {
    name: 'safe mode without a key',
    file: withAccount({ mode: 'safe', encodingAesKey: undefined }),
    path: 'accounts[0].encodingAesKey',
    found: 'nothing',
    allowed: 'which safe mode needs',
  },
  {
    name: 'compatible mode without a key',
    file: withAccount({ mode: 'compatible', encodingAesKey: undefined }),
    path: 'accounts[0].encodingAesKey',
    allowed: 'which compatible mode needs',
  },
  {
    name: 'an unknown mode',
    file: withAccount({ mode: 'open' }),
    path: 'accounts[0].mode',
    allowed: 'plain, compatible or safe',
  },
  {
    name: 'the API over http',
    file: withAccount({ apiUrl: 'http://api.weixin.qq.com' }),
    path: 'accounts[0].apiUrl',
    allowed: 'https',
  },
  {
    name: 'the API with a path',
    file: withAccount({ apiUrl: 'https://api.weixin.qq.com/cgi-bin' }),
    path: 'accounts[0].apiUrl',
    allowed: 'without path',
  },
  {
    name: 'an original id that is none',
    file: withAccount({ originalId: 'wx1' }),
    path: 'accounts[0].originalId',
    allowed: 'gh_',
  },
];

const sites: Faulty[] = [
  {
    name: 'an id with a space',
    file: withSite({ id: 'my shop' }),
    path: 'sites[0].id',
    allowed: 'a-z, 0-9 and -',
  },
  {
    name: 'an id twice',
    file: { accounts: [account], sites: [site, { ...site, secret: `${site.secret}2` }] },
    path: 'sites[1].id',
    allowed: 'another value than sites[0].id',
  },
  {
    name: 'a name that turns the text round',
    file: withSite({ name: 'pohs\u202e' }),
    path: 'sites[0].name',
    allowed: 'no control characters',
  },
  {
    name: 'a secret of 23 characters',
    file: withSite({ secret: `${many}0123456` }),
    path: 'sites[0].secret',
    found: 'a secret of 23 characters',
    allowed: 'at least 24',
  },
  {
    name: "another site's secret",
    file: { accounts: [account], sites: [site, { ...site, id: 'b' }] },
    path: 'sites[1].secret',
    found: 'a secret of 26',
    allowed: 'another value than sites[0].secret',
  },
  {
    name: "another site's secret, in the sandbox",
    file: { ...sandboxed, sites: [site, { ...site, id: 'b' }] },
    path: 'sites[1].secret',
    allowed: 'another value',
  },
  {
    name: 'an unknown account',
    file: withSite({ account: 'mian' }),
    path: 'sites[0].account',
    found: '"mian"',
    allowed: 'main',
  },
  {
    name: 'another account than the one of the sandbox',
    file: { ...sandboxed, sites: [{ ...site, account: 'b' }] },
    path: 'sites[0].account',
    allowed: 'main',
  },
  {
    name: 'approval by tap',
    file: withSite({ approval: 'tap' }),
    path: 'sites[0].approval',
    found: '"tap"',
    allowed: 'not built yet',
  },
  {
    name: 'approval by number',
    file: withSite({ approval: 'number' }),
    path: 'sites[0].approval',
    allowed: 'not built yet',
  },
  {
    name: 'neither origin nor redirect URI',
    file: withSite({ origins: [], redirectUris: [] }),
    path: 'sites[0].origins',
    allowed: 'at least one',
  },
  {
    name: 'an origin that is no list',
    file: withSite({ origins: 'http://localhost:8080' }),
    path: 'sites[0].origins',
    found: '"http://localhost:8080"',
    allowed: 'a list of exact origins such as https://shop.example',
  },
  {
    name: 'a redirect URI that is no list',
    file: withSite({ redirectUris: 'https://a.test/' }),
    path: 'sites[0].redirectUris',
    allowed: 'a list of absolute https URLs',
  },
  {
    name: 'an origin twice',
    file: withSite({ origins: ['https://a.test', 'https://a.test'] }),
    path: 'sites[0].origins[1]',
    allowed: 'another value than sites[0].origins[0]',
  },
  {
    name: 'a redirect URI twice',
    file: withSite({ redirectUris: ['https://a.test/', 'https://a.test/'] }),
    path: 'sites[0].redirectUris[1]',
    allowed: 'another value',
  },
];

const origins = {
  'a wildcard': 'https://*.shop.example',
  'a path': 'https://shop.example/shop',
  'a trailing slash': 'https://shop.example/',
  'the usual port': 'https://shop.example:443',
  capitals: 'https://Shop.example',
  null: 'null',
  'http to a public host': 'http://shop.example',
  'http to a name that ends in a local one': 'http://evil-localhost',
  credentials: 'https://user:Canary@shop.example',
  'no scheme': 'shop.example',
  'another scheme': 'file://shop.example',
};

const redirectUris = {
  'a fragment': 'https://shop.example/login#',
  'a wildcard': 'https://shop.example/*',
  credentials: 'https://user:Canary@shop.example/',
  'credentials that look like the host': 'https://shop.example@shop.example/',
  'http to a public host': 'http://shop.example/login',
  'no host': '/login',
  'a script': 'javascript:alert(1)',
  'a line break': 'https://shop.example/\nlogin',
  'a backslash': 'https://shop.example\\@evil.example/',
};

const listed: Faulty[] = [
  ...Object.entries(origins).map(([name, value]) => ({
    name: `an origin with ${name}`,
    file: withSite({ origins: ['https://a.test', value] }),
    path: 'sites[0].origins[1]',
    allowed: 'exact origins',
  })),
  ...Object.entries(redirectUris).map(([name, value]) => ({
    name: `a redirect URI with ${name}`,
    file: withSite({ redirectUris: [value] }),
    path: 'sites[0].redirectUris[0]',
    allowed: 'absolute https URLs without fragment, wildcard or credentials',
  })),
];

const settings: Faulty[] = [
  {
    name: 'an account without a site',
    file: { accounts: [account] },
    path: 'sites',
    found: 'no site',
    allowed: 'SITE_ID',
  },
  {
    name: 'a site without an account',
    file: { sites: [site] },
    path: 'accounts',
    found: 'no account',
    allowed: 'WECHAT_APP_ID',
  },
  {
    name: 'nothing, and no sandbox',
    file: { sandbox: { enabled: false } },
    path: 'accounts',
    allowed: 'sandbox.enabled',
  },
  {
    name: 'a sandbox with an account',
    file: { ...sound, ...sandboxed },
    path: 'sandbox.enabled',
    found: 'true, and an account',
    allowed: 'no account',
  },
  {
    name: 'nothing, in production',
    env: { NODE_ENV: 'production' },
    path: 'sandbox.enabled',
    found: 'NODE_ENV=production',
    allowed: 'configure an account',
  },
  {
    name: 'a weak secret beside a sandbox that cannot be',
    file: { ...withAccount({ token: 'abc' }), ...sandboxed },
    path: 'accounts[0].token',
    allowed: 'at least 16',
  },
  {
    name: 'a sandbox that is neither',
    file: { sandbox: { enabled: 'no' } },
    path: 'sandbox.enabled',
    found: '"no"',
    allowed: 'true, false or null',
  },
  {
    name: 'an AppID alone',
    env: { WECHAT_APP_ID: account.appId },
    path: 'accounts[0].appSecret',
    found: 'nothing (WECHAT_APP_SECRET is not set)',
    allowed: 'AppSecret',
  },
  {
    name: 'a key alone',
    env: { WECHAT_ENCODING_AES_KEY: account.encodingAesKey },
    path: 'accounts[0].token',
    found: 'nothing (WECHAT_TOKEN is not set)',
    allowed: '3 to 32',
  },
  {
    name: 'a site without its id',
    env: { ...accountEnv, SITE_SECRET: site.secret },
    path: 'sites[0].id',
    found: 'nothing (SITE_ID is not set)',
    allowed: '1 to 32',
  },
  {
    name: 'a site that nobody can use',
    env: { ...accountEnv, ...siteEnv, SITE_ORIGINS: ' , ' },
    path: 'sites[0].origins',
    found: 'no origin (from SITE_ORIGINS)',
    allowed: 'redirectUris',
  },
  {
    name: 'a faulty origin of several',
    env: { ...accountEnv, ...siteEnv, SITE_ORIGINS: 'https://a.test,b' },
    path: 'sites[0].origins[1]',
    found: '"b" (from SITE_ORIGINS)',
    allowed: 'exact origins',
  },
  {
    name: 'a secret twice',
    env: { OPS_TOKEN: 'a', OPS_TOKEN_FILE: '/x' },
    path: 'OPS_TOKEN',
    found: 'OPS_TOKEN and OPS_TOKEN_FILE',
    allowed: 'one of the two',
  },
  {
    name: 'a secret in a file that is not there',
    env: { OPS_TOKEN_FILE: '/no/such/file' },
    path: 'OPS_TOKEN_FILE',
    found: 'ENOENT',
    allowed: 'a file that holds the secret',
  },
  {
    name: 'a secret in a folder',
    env: { OPS_TOKEN_FILE: '/' },
    path: 'OPS_TOKEN_FILE',
    found: 'EISDIR',
    allowed: 'a file',
  },
  {
    name: 'an empty secret file',
    env: { OPS_TOKEN_FILE: '/dev/null' },
    path: 'OPS_TOKEN_FILE',
    found: 'an empty file',
    allowed: 'a file',
  },
];

export const faulty = [
  ...options,
  ...accounts,
  ...accountKinds,
  ...sites,
  ...messaging,
  ...listed,
  ...settings,
  ...dashboard,
];
