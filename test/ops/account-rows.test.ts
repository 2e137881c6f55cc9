import { describe, expect, test } from 'vitest';
import { settings } from '../../src/kit/settings.ts';
import { kindsOf, readAccounts } from '../../src/ops/account-rows.ts';
import type { AccountRow } from '../../src/ops/account-rows.ts';
import type { NodeInfo } from '../../src/realtime/registry.ts';
import type { AccountHealth } from '../../src/wechat/official-account.ts';
import { paths } from '../wechat/fake-wechat.ts';
import { stage as miniProgramStage } from '../wechat/mini-program-stage.ts';
import { openid, stage } from '../wechat/support.ts';

const { qrPerDay, faultShownFor } = settings.wechat;
const none: AccountHealth = { token: { state: 'none', expiresAt: null, at: 0 }, fault: null };

function node(name: string, health?: Partial<AccountHealth>, account = 'main'): NodeInfo {
  const accounts = health && { accounts: [{ account, ...none, ...health }] };
  return { node: name, version: '1', startedAt: 0, sockets: 0, ...accounts };
}

const fault = (errcode: number, at: number) => ({ errcode, remedy: `mend ${errcode}`, at });

async function begin() {
  const { wechat, account, clock } = await stage();
  const now = clock.now();
  const read = async (...nodes: NodeInfo[]): Promise<AccountRow> =>
    (await readAccounts({ accounts: [account], miniPrograms: [] }, nodes, 'us', clock.now()))[0]!;
  return { wechat, account, clock, now, read };
}

test('an account that nobody needed yet', async () => {
  const { read } = await begin();
  expect(await read(node('us'), node('old-version'))).toStrictEqual({
    account: 'main',
    kind: 'official-account',
    token: { state: 'none', expiresAt: null },
    qr: { used: 0, budget: qrPerDay },
    fault: null,
  });
});

test("a day's codes are those that the store counted", async () => {
  const { account, read } = await begin();
  await account.createQrCode('one', 60);
  await account.createQrCode('other', 60);
  expect((await read()).qr).toEqual({ used: 2, budget: qrPerDay });
});

describe('the token is as the node says that needed it last', () => {
  test('another had one later', async () => {
    const { wechat, account, clock, now, read } = await begin();
    wechat.answer(paths.token, () => ({ errcode: 40125, errmsg: '' }));
    await account.userInfo(openid).catch(() => undefined);
    expect((await read()).token).toEqual({ state: 'failing', expiresAt: null });
    clock.pass(1000);
    const token = { state: 'valid', expiresAt: now + 60_000, at: now + 500 } as const;
    expect((await read(node('other', { token }))).token).toEqual({
      state: 'valid',
      expiresAt: now + 60_000,
    });
    clock.pass(60_000);
    expect((await read(node('other', { token }))).token).toEqual({ state: 'none', expiresAt: null });
  });

  test('another failed later, and who needed none knows nothing', async () => {
    const { account, clock, now, read } = await begin();
    await account.userInfo(openid);
    clock.pass(1000);
    const failing = { state: 'failing', expiresAt: null, at: now + 900 } as const;
    expect((await read(node('other', { token: failing }), node('idle', {}))).token.state).toBe('failing');
  });
});

describe('what has to be mended', () => {
  test('is the newest of all nodes, with the name of the node', async () => {
    const { now, read } = await begin();
    const row = await read(
      node('a', { fault: fault(40164, now - 5000) }),
      node('b', { fault: fault(45009, now - 3000) }),
      // Its own, as it said it two seconds ago; it knows better by now.
      node('us', { fault: fault(48001, now - 1000) }),
    );
    expect(row.fault).toStrictEqual({ errcode: 45009, remedy: 'mend 45009', at: now - 3000, node: 'b' });
  });

  test('is over after an hour, also of a node that still says so', async () => {
    const { now, read } = await begin();
    const old = fault(45009, now - faultShownFor);
    expect((await read(node('b', { fault: old }))).fault).toBeNull();
  });
});

describe('a mini program', () => {
  const sessionKey = 'MDEyMzQ1Njc4OUFCQ0RFRg==';

  test('fares at WeChat as an official account does, and may have as many codes as it likes', async () => {
    const { wechat, program, clock } = await miniProgramStage();
    const read = async (...nodes: NodeInfo[]) =>
      (await readAccounts({ accounts: [], miniPrograms: [program] }, nodes, 'us', clock.now()))[0]!;
    const row = { account: 'mini', kind: 'mini-program', qr: null };
    expect(await read()).toStrictEqual({ ...row, token: { state: 'none', expiresAt: null }, fault: null });
    const now = clock.now();
    const failing = { state: 'failing', expiresAt: null, at: now } as const;
    const health = { token: failing, fault: fault(40164, now) };
    expect(await read(node('b', health, 'mini'), node('c', { fault: fault(45009, now) }))).toStrictEqual({
      ...row,
      token: { state: 'failing', expiresAt: null },
      fault: { ...fault(40164, now), node: 'b' },
    });
    clock.pass(1000);
    wechat.answer(paths.check, () => ({ errcode: 0, errmsg: 'ok' }));
    await program.sessionKeyStands(openid, sessionKey);
    expect((await read(node('b', health, 'mini'))).token.state).toBe('valid');
  });

  test('is known by its name', async () => {
    const { account } = await stage();
    const { program } = await miniProgramStage();
    const kindOf = kindsOf({ accounts: [account], miniPrograms: [program] });
    expect(['main', 'mini', 'constructor'].map(kindOf)).toEqual(['official-account', 'mini-program', null]);
  });
});
