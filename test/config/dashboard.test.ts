import { describe, expect, test } from 'vitest';
import { configWarnings, describeConfig } from '../../src/config/check.ts';
import { loadConfig } from '../../src/config/config.ts';
import { hasDashboard } from '../../src/config/dashboard.ts';
import { account, load, refusal, site, temporaryFile } from './given.ts';
import type { Json } from './given.ts';

const server = { publicUrl: 'https://login.example' };
const token = 'ops-0123456789-abcdefghijkl';
const viewToken = 'view-0123456789-abcdefghijkl';
const operators = [
  { name: 'Ann', openid: 'oAnn_0123456789-abcdefghijkl', role: 'operate' },
  { name: '王芳', openid: 'oFang_0123456789-abcdefghijk', role: 'view' },
];

const loaded = (ops: Json, more: Json = {}) =>
  load({ server, accounts: [account], sites: [site], ops, ...more });

describe('where the dashboard stands', () => {
  test.each([
    { what: 'nothing', ops: {}, more: {}, url: 'https://login.example' },
    { what: 'a port', ops: { port: 3300 }, more: {}, url: 'https://login.example:3300' },
    {
      what: 'the usual port',
      ops: { port: 443 },
      more: { server: { publicUrl: 'https://a.test:8443' } },
      url: 'https://a.test',
    },
    { what: 'an address', ops: { publicUrl: 'https://ops.example' }, more: {}, url: 'https://ops.example' },
    {
      what: 'both',
      ops: { port: 3300, publicUrl: 'https://ops.example' },
      more: {},
      url: 'https://ops.example',
    },
    { what: 'a port of the server', ops: {}, more: { server: { port: 8080 } }, url: 'http://localhost:8080' },
    {
      what: 'both ports',
      ops: { port: 3300 },
      more: { server: { port: 8080 } },
      url: 'http://localhost:3300',
    },
  ])('with $what set: $url', ({ ops, more, url }) => {
    expect(loaded({ token, ...ops }, more).ops.publicUrl).toBe(url);
  });

  test('follows from an address that is faulty without a fault of its own', () => {
    for (const publicUrl of ['http://login.example', 'ftp://x', 7]) {
      const { faults } = refusal({
        server: { publicUrl },
        accounts: [account],
        sites: [site],
        ops: { port: 3300 },
      });
      expect(faults.map(({ path }) => path)).toEqual(['server.publicUrl']);
    }
  });
});

test('there is one as soon as anybody may enter', () => {
  expect(hasDashboard(loaded({}).ops)).toBe(false);
  expect(hasDashboard(loaded({ port: 3300 }).ops)).toBe(false);
  for (const ops of [{ token }, { viewToken }, { operators }])
    expect(hasDashboard(loaded(ops).ops)).toBe(true);
});

test('the view token comes from the environment or a file, like the token', () => {
  const base = { accounts: [account], sites: [site] };
  expect(load(base, { OPS_VIEW_TOKEN: viewToken }).ops.viewToken).toBe(viewToken);
  const file = temporaryFile(`${viewToken}\n`);
  expect(load(base, { OPS_VIEW_TOKEN_FILE: file }).ops.viewToken).toBe(viewToken);
});

test('in the sandbox the list needs nothing else', () => {
  const config = load({ ops: { operators } });
  expect(config.sandbox.enabled).toBe(true);
  expect(config.ops.operators).toEqual(operators.map((one) => ({ ...one, account: 'main' })));
  expect(loadConfig({}).ops).toEqual({
    token: null,
    viewToken: null,
    port: null,
    publicUrl: 'http://localhost:3000',
    operators: [],
  });
});

describe('what is told of it', () => {
  test.each([
    { ops: {}, told: 'off' },
    { ops: { port: 3300 }, told: 'off' },
    { ops: { token }, told: 'https://login.example/ops, for whoever has ops.token (operate)' },
    {
      ops: { viewToken, operators, port: 3300 },
      told: 'https://login.example:3300/ops, listening on port 3300, for whoever has ops.viewToken (view), Ann (operate), 王芳 (view)',
    },
  ])('$told', ({ ops, told }) => {
    const text = describeConfig(loaded(ops));
    expect(text.split('\n')).toContain(`dashboard: ${told}`);
    for (const secret of [token, viewToken, operators[0]!.openid]) expect(text).not.toContain(secret);
  });

  test.each([
    { ops: { token, publicUrl: 'http://10.0.0.7' }, more: {}, warning: 'ops.publicUrl is http://10.0.0.7' },
    { ops: { operators }, more: { scene: { codeTtlSeconds: 20 } }, warning: 'scene.codeTtlSeconds is 20' },
  ])('warns: $warning', ({ ops, more, warning }) => {
    expect(configWarnings(loaded(ops, more))).toEqual([expect.stringContaining(warning)]);
  });

  test('warns of nothing that nobody uses', () => {
    expect(configWarnings(loaded({ publicUrl: 'http://10.0.0.7' }))).toEqual([]);
    expect(configWarnings(loaded({ token }, { scene: { codeTtlSeconds: 20 } }))).toEqual([]);
    expect(configWarnings(loaded({ token, viewToken, operators, port: 3300 }))).toEqual([]);
  });
});
