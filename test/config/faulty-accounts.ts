import type { Faulty } from './faulty.ts';
import { account, accountEnv, miniProgram, site, siteEnv } from './given.ts';
import type { Json } from './given.ts';

const withMini = (change: Json): Json => ({
  accounts: [account, { ...miniProgram, ...change }],
  sites: [site],
});
const withOfficial = (change: Json): Json => ({ accounts: [{ ...account, ...change }], sites: [site] });
const naming = (change: Json): Json => ({
  accounts: [account, miniProgram],
  sites: [{ ...site, ...change }],
});
const ann = { name: 'Ann', openid: 'oAnn_0123456789-abcdefghijkl', role: 'operate', account: 'mini' };

export const accountKinds: Faulty[] = [
  {
    name: 'an official account without a token',
    file: withOfficial({ token: undefined }),
    path: 'accounts[0].token',
    found: 'nothing',
    allowed: '3 to 32 letters and digits',
  },
  ...(['page', 'envVersion'] as const).map((name) => ({
    name: `an official account with ${name}`,
    file: withOfficial({ [name]: { page: 'pages/in', envVersion: 'trial' }[name] }),
    path: `accounts[0].${name}`,
    allowed: 'nothing: it belongs to a mini program',
  })),
  ...(['token', 'encodingAesKey'] as const).map((name) => ({
    name: `a mini program with ${name}`,
    file: withMini({ [name]: account[name] }),
    path: `accounts[1].${name}`,
    found: `a secret of ${account[name].length} characters`,
    allowed: 'nothing: it belongs to an official account',
  })),
  {
    name: 'a mini program with a mode',
    file: withMini({ mode: 'safe' }),
    path: 'accounts[1].mode',
    found: '"safe"',
    allowed: 'nothing: it belongs to an official account',
  },
  {
    name: 'a mini program with an original id',
    file: withMini({ originalId: 'gh_0123456789ab' }),
    path: 'accounts[1].originalId',
    allowed: 'nothing: it belongs to an official account',
  },
  {
    name: 'a mini program that the environment gives a token',
    file: { accounts: [{ ...miniProgram, name: 'main' }] },
    env: { ...accountEnv, ...siteEnv },
    path: 'accounts[0].token',
    found: '(from WECHAT_TOKEN)',
    allowed: 'nothing: it belongs to an official account',
  },
  {
    name: 'a mini program without a secret',
    file: withMini({ appSecret: undefined }),
    path: 'accounts[1].appSecret',
    found: 'nothing',
    allowed: 'AppSecret',
  },
  {
    name: 'a mini program with a weak secret',
    file: withMini({ appSecret: '0'.repeat(32) }),
    path: 'accounts[1].appSecret',
    allowed: 'at least 8 of them different',
  },
  ...['/pages/in', 'pages/in?a=1', '', 'p'.repeat(129), 'pages/入口', 'https://shop.example'].map((page) => ({
    name: `a page of ${JSON.stringify(page.slice(0, 20))}`,
    file: withMini({ page }),
    path: 'accounts[1].page',
    allowed: 'without leading slash or query',
  })),
  {
    name: 'a version that there is not',
    file: withMini({ envVersion: 'beta' }),
    path: 'accounts[1].envVersion',
    found: '"beta"',
    allowed: 'release, trial or develop',
  },
  {
    name: 'a site that names no account at all',
    file: naming({ accounts: [] }),
    path: 'sites[0].accounts',
    found: 'a list',
    allowed: 'names of accounts',
  },
  {
    name: 'accounts of a site as a text',
    file: naming({ accounts: 'main' }),
    path: 'sites[0].accounts',
    found: '"main"',
    allowed: 'names of accounts',
  },
  {
    name: 'an account of a site that there is not',
    file: naming({ accounts: ['main', 'mine'] }),
    path: 'sites[0].accounts[1]',
    found: '"mine"',
    allowed: 'main, mini',
  },
  {
    name: 'an account of a site that is not a name',
    file: naming({ accounts: ['main', 7] }),
    path: 'sites[0].accounts[1]',
    found: '7',
    allowed: 'names of accounts',
  },
  {
    name: 'an account of a site twice',
    file: naming({ accounts: ['main', 'mini', 'main'] }),
    path: 'sites[0].accounts[2]',
    allowed: 'another value than sites[0].accounts[0] has',
  },
  {
    name: 'a default that is not the first',
    file: naming({ account: 'mini', accounts: ['main', 'mini'] }),
    path: 'sites[0].account',
    found: '"mini"',
    allowed: 'main, the first of accounts; or nothing',
  },
  {
    name: 'an account of a site that the sandbox has not',
    file: { sandbox: { enabled: true }, sites: [{ ...site, accounts: ['main', 'other'] }] },
    path: 'sites[0].accounts[1]',
    allowed: 'main, mini',
  },
  {
    name: 'an operator of a mini program',
    file: { ...withMini({}), ops: { operators: [ann] } },
    path: 'ops.operators[0].account',
    found: 'mini, which is a mini program',
    allowed: 'an official account in safe or compatible mode',
  },
  {
    name: 'an operator of the mini program of the sandbox',
    file: { sandbox: { enabled: true }, ops: { operators: [ann] } },
    path: 'ops.operators[0].account',
    allowed: 'an official account',
  },
];
