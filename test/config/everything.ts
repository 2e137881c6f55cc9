import { account, site } from './given.ts';
import type { Json } from './given.ts';

/** As many faults as one file can have. */
export const everything: Json = {
  server: {
    host: '',
    port: 'x',
    publicUrl: 'http://u:Canary@login.example/',
    trustedProxies: ['x'],
    prot: 1,
  },
  redis: { url: 'redis://:Canary@h:port', keyPrefix: '', replicas: 11 },
  scene: { ttlSeconds: 0, codeTtlSeconds: 0, profileWaitMs: -1 },
  accounts: [
    {
      name: 'A',
      kind: 'mini',
      appId: '',
      appSecret: 'Canary ',
      token: 'Canary-',
      encodingAesKey: 'Canary',
      mode: 'x',
      apiUrl: 'http://u:Canary@x',
      originalId: 'x',
      page: '/x',
      envVersion: 'x',
    },
    { ...account, appSecret: 'CanaryCanaryCanary' },
    { ...account, token: 'Canary' },
  ],
  sites: [
    {
      id: '',
      name: '',
      secret: '',
      account: '',
      accounts: ['A', ''],
      approval: 'tap',
      origins: ['*'],
      redirectUris: ['//x'],
      messaging: { inboxPerSender: 0, beyondPerSender: 'x', peers: 'no', inboxDays: 1 },
    },
    { ...site, secret: 'CanaryCanary', account: 'main' },
    { ...site, secret: 'CanaryCanary', origins: ['https://a.test', 'https://a.test'], redirectUris: [] },
  ],
  messaging: {
    inboxPerUser: 0,
    inboxDays: 31,
    inboxPerSender: 1001,
    beyondPerSender: 'keep',
    socketsPerUser: 51,
    peers: null,
  },
  sandbox: { enabled: 1, port: 0, publicUrl: 'http://a.test/?key=Canary' },
  metrics: { port: 0 },
  limits: { scenesPerIpPerMinute: -1, scenesPerSitePerSecond: '1', colour: 1 },
  ops: {
    token: 'Canary',
    viewToken: 'Canary',
    port: 0,
    publicUrl: 'http://u:Canary@ops.example',
    operators: [{ name: '', openid: 'Canary Canary', role: 'x', account: 'A' }],
  },
  log: 'Canary',
};

/** The paths of all of them, and of the two in the environment that goes with it. */
export const everyPath = [
  ...['host', 'port', 'publicUrl', 'trustedProxies[0]', 'prot'].map((name) => `server.${name}`),
  ...['url', 'keyPrefix', 'replicas'].map((name) => `redis.${name}`),
  ...['ttlSeconds', 'codeTtlSeconds', 'profileWaitMs'].map((name) => `scene.${name}`),
  ...['name', 'kind', 'appId', 'appSecret', 'token', 'encodingAesKey', 'mode', 'apiUrl', 'originalId'].map(
    (name) => `accounts[0].${name}`,
  ),
  'accounts[0].page',
  'accounts[0].envVersion',
  'accounts[1].appSecret',
  'accounts[2].name',
  'accounts[2].token',
  ...['id', 'name', 'secret', 'account', 'accounts[0]', 'accounts[1]', 'approval', 'origins[0]'].map(
    (name) => `sites[0].${name}`,
  ),
  'sites[0].redirectUris[0]',
  ...['inboxPerSender', 'beyondPerSender', 'peers', 'inboxDays'].map((name) => `sites[0].messaging.${name}`),
  'sites[1].secret',
  'sites[2].id',
  'sites[2].secret',
  'sites[2].origins[1]',
  ...['inboxPerUser', 'inboxDays', 'inboxPerSender', 'beyondPerSender', 'socketsPerUser', 'peers'].map(
    (name) => `messaging.${name}`,
  ),
  ...['enabled', 'port', 'publicUrl'].map((name) => `sandbox.${name}`),
  'metrics.port',
  ...['scenesPerIpPerMinute', 'scenesPerSitePerSecond', 'colour'].map((name) => `limits.${name}`),
  ...['token', 'viewToken', 'port', 'publicUrl'].map((name) => `ops.${name}`),
  ...['name', 'openid', 'role', 'account'].map((name) => `ops.operators[0].${name}`),
  'log',
  'WECHAT_APP_SECRET_FILE',
  'SITE_SECRET',
];
