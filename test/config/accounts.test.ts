import { describe, expect, test } from 'vitest';
import { describeConfig } from '../../src/config/check.ts';
import { miniPrograms, officialAccounts } from '../../src/config/config.ts';
import { account, load, miniProgram, refusal, site } from './given.ts';
import type { Json } from './given.ts';

const both = [account, miniProgram];
const server = { publicUrl: 'https://login.example' };

describe('the two kinds of account', () => {
  test('stand side by side, each with what is its own', () => {
    const config = load({ accounts: both, sites: [site] });
    const apiUrl = 'https://api.weixin.qq.com';
    expect(officialAccounts(config)).toEqual([
      { ...account, kind: 'official-account', mode: 'safe', apiUrl },
    ]);
    expect(miniPrograms(config)).toEqual([
      { ...miniProgram, page: 'pages/login/index', envVersion: 'release', apiUrl },
    ]);
  });

  test('a mini program may be the only one, and name its page and version', () => {
    const own = { ...miniProgram, name: 'main', page: 'packages/a-1/in_2', envVersion: 'develop' };
    const config = load({ accounts: [own], sites: [site] });
    expect(officialAccounts(config)).toEqual([]);
    expect(miniPrograms(config)).toEqual([expect.objectContaining(own)]);
  });

  test('one of a kind that is not known is told that, and nothing of either kind', () => {
    const odd = { ...miniProgram, kind: 'mini-progam' };
    const { faults } = refusal({ accounts: [account, odd], sites: [site] });
    expect(faults.map(({ path }) => path)).toEqual(['accounts[1].kind']);
  });
});

describe('the accounts of a site', () => {
  test.each<{ what: string; given: Json; account: string; accounts: string[] }>([
    { what: 'nothing', given: {}, account: 'main', accounts: ['main'] },
    { what: 'one', given: { account: 'mini' }, account: 'mini', accounts: ['mini'] },
    { what: 'a list', given: { accounts: ['mini', 'main'] }, account: 'mini', accounts: ['mini', 'main'] },
    {
      what: 'a list and its first',
      given: { account: 'main', accounts: ['main', 'mini'] },
      account: 'main',
      accounts: ['main', 'mini'],
    },
  ])('with $what given: $account of $accounts', ({ given, account: first, accounts }) => {
    const [only] = load({ accounts: both, sites: [{ ...site, ...given }] }).sites;
    expect(only).toMatchObject({ account: first, accounts });
  });

  test('may be both of the sandbox', () => {
    const accounts = ['main', 'mini'];
    const { sites } = load({ sandbox: { enabled: true }, sites: [{ ...site, accounts }] });
    expect(sites[0]?.accounts).toEqual(accounts);
  });

  test('that follow from the others have no fault of their own', () => {
    const { faults } = refusal({ accounts: both, sites: [{ ...site, accounts: ['mine', 'main'] }] });
    expect(faults.map(({ path }) => path)).toEqual(['sites[0].accounts[0]']);
  });
});

test('what would run tells of mini programs, and no secret', () => {
  const named = { ...site, accounts: ['main', 'mini'] };
  const text = describeConfig(
    load({ server, accounts: [account, { ...miniProgram, envVersion: 'trial' }], sites: [named] }),
  );
  expect(text.split('\n')).toEqual(
    expect.arrayContaining([
      'account mini: wx66778899aabbccdd, mini program, page pages/login/index (trial), API https://api.weixin.qq.com',
      'site shop (shop): accounts main mini, approval scan, origins https://shop.example, redirect URIs https://shop.example/login/wechat, users may not write to each other',
      'warning: account mini opens the trial version: only testers of the mini program can scan its codes.',
    ]),
  );
  expect(text).not.toContain(miniProgram.appSecret);
});
