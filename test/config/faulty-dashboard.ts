import type { Faulty } from './faulty.ts';
import { account, site } from './given.ts';
import type { Json } from './given.ts';

const token = 'ops-0123456789-abcdefghijkl';
const ann = { name: 'Ann', openid: 'oAnn_0123456789-abcdefghijkl', role: 'operate' };
const bo = { name: 'Bo', openid: 'oBo_0123456789-abcdefghijklm', role: 'view' };

const withOps = (ops: Json, more: Json = {}): Json => ({ accounts: [account], sites: [site], ops, ...more });
const listing = (...operators: Json[]): Json => withOps({ operators });

export const dashboard: Faulty[] = [
  {
    name: 'a weak view token',
    file: withOps({ viewToken: 'short' }),
    path: 'ops.viewToken',
    found: 'a secret of 5 characters',
    allowed: 'at least 24 characters',
  },
  {
    name: 'one token for both',
    file: withOps({ token, viewToken: token }),
    path: 'ops.viewToken',
    found: 'a secret of 27 characters',
    allowed: 'another value than ops.token has',
  },
  {
    name: 'one token for both, from the environment',
    file: withOps({ token }),
    env: { OPS_VIEW_TOKEN: token },
    path: 'ops.viewToken',
    found: '(from OPS_VIEW_TOKEN)',
    allowed: 'another value than ops.token has',
  },
  {
    name: 'the dashboard at the same port',
    file: withOps({ token, port: 3000 }),
    path: 'ops.port',
    found: '3000',
    allowed: 'another value than server.port has',
  },
  {
    name: 'the dashboard at the port of the metrics',
    file: withOps({ token, port: 9090 }, { metrics: { port: 9090 } }),
    path: 'ops.port',
    allowed: 'another value than metrics.port has',
  },
  { name: 'a dashboard at port 0', file: withOps({ port: 0 }), path: 'ops.port', allowed: '1 to 65535' },
  {
    name: 'a dashboard with a path',
    file: withOps({ publicUrl: 'https://login.example/ops' }),
    path: 'ops.publicUrl',
    allowed: 'without path',
  },
  {
    name: 'a dashboard over http at a public host',
    file: withOps({ token, publicUrl: 'http://ops.example' }),
    path: 'ops.publicUrl',
    found: '"http://ops.example"',
    allowed: 'https (http for a loopback',
  },
  {
    name: 'a port of its own under the same address',
    file: withOps(
      { token, port: 3300, publicUrl: 'https://login.example' },
      { server: { publicUrl: 'https://login.example' } },
    ),
    path: 'ops.publicUrl',
    allowed: 'another origin than server.publicUrl has',
  },
  {
    name: 'a site by the name of the dashboard’s own',
    file: { accounts: [account], sites: [{ ...site, id: 'saoma-ops' }] },
    path: 'sites[0].id',
    found: '"saoma-ops"',
    allowed: 'the dashboard’s own',
  },
  {
    name: 'operators as an object',
    file: withOps({ operators: ann }),
    path: 'ops.operators',
    allowed: 'a list',
  },
  {
    name: 'an operator without a role',
    file: listing({ name: 'Ann', openid: ann.openid }),
    path: 'ops.operators[0].role',
    found: 'nothing',
    allowed: 'view or operate',
  },
  {
    name: 'a role that there is not',
    file: listing({ ...ann, role: 'admin' }),
    path: 'ops.operators[0].role',
    found: '"admin"',
    allowed: 'view or operate',
  },
  {
    name: 'an openid with a space',
    file: listing({ ...ann, openid: 'o Ann' }),
    path: 'ops.operators[0].openid',
    found: 'a secret of 5 characters',
    allowed: 'an openid',
  },
  {
    name: 'an operator who is named like a token',
    file: listing({ ...ann, name: 'token' }),
    path: 'ops.operators[0].name',
    found: '"token"',
    allowed: 'the name of a person',
  },
  {
    name: 'a name with a line break',
    file: listing({ ...ann, name: 'A\nnn' }),
    path: 'ops.operators[0].name',
    allowed: 'no control characters',
  },
  {
    name: 'two operators of one name',
    file: listing(ann, { ...bo, name: 'Ann' }),
    path: 'ops.operators[1].name',
    allowed: 'another value than ops.operators[0].name has',
  },
  {
    name: 'one person twice',
    file: listing(ann, { ...bo, openid: ann.openid }),
    path: 'ops.operators[1].openid',
    found: 'a secret of 28 characters',
    allowed: 'another value than ops.operators[0].openid has',
  },
  {
    name: 'an operator of an account that there is not',
    file: listing({ ...ann, account: 'other' }),
    path: 'ops.operators[0].account',
    found: '"other"',
    allowed: 'main',
  },
  {
    name: 'operators of two accounts',
    file: {
      ...listing(ann, { ...bo, account: 'other' }),
      accounts: [account, { ...account, name: 'other' }],
    },
    path: 'ops.operators[1].account',
    found: '"other"',
    allowed: 'main, as the first has',
  },
  {
    name: 'an operator of an account in plain mode',
    file: { ...listing(ann), accounts: [{ ...account, mode: 'plain' }] },
    path: 'ops.operators[0].account',
    found: 'main, which is in plain mode',
    allowed: 'safe or compatible',
  },
];
