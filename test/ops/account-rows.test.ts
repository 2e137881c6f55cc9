import { describe, expect, test } from 'vitest';
import { settings } from '../../src/kit/settings.ts';
import { readAccounts } from '../../src/ops/account-rows.ts';
import type { AccountRow } from '../../src/ops/account-rows.ts';
import type { NodeInfo } from '../../src/realtime/registry.ts';
import type { AccountHealth } from '../../src/wechat/official-account.ts';
import { paths } from '../wechat/fake-wechat.ts';
import { openid, stage } from '../wechat/support.ts';

const { qrPerDay, faultShownFor } = settings.wechat;
const none: AccountHealth = { token: { state: 'none', expiresAt: null, at: 0 }, fault: null };

function node(name: string, health?: Partial<AccountHealth>): NodeInfo {
  const accounts = health && { accounts: [{ account: 'main', ...none, ...health }] };
  return { node: name, version: '1', startedAt: 0, sockets: 0, ...accounts };
}

const fault = (errcode: number, at: number) => ({ errcode, remedy: `mend ${errcode}`, at });

async function begin() {
  const { wechat, account, clock } = await stage();
  const now = clock.now();
  const read = async (...nodes: NodeInfo[]): Promise<AccountRow> =>
    (await readAccounts([account], nodes, 'us', clock.now()))[0]!;
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
