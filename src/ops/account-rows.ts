import { settings } from '../kit/settings.ts';
import type { NodeInfo } from '../realtime/registry.ts';
import type { AccountHealth, OfficialAccount } from '../wechat/official-account.ts';

/** An account as operators see it. Never its app id, secret or token. */
export interface AccountRow {
  account: string;
  kind: 'official-account';
  /** Whether WeChat gives us an access token; `expiresAt` (ms) of a valid one: until when it is used. */
  token: { state: 'valid' | 'none' | 'failing'; expiresAt: number | null };
  /** The codes of WeChat's day. */
  qr: { used: number; budget: number };
  /** The setting that somebody has to mend, as the node met it that met it last (`at`, ms). */
  fault: { errcode: number | null; remedy: string; at: number; node: string } | null;
}

interface Told extends AccountHealth {
  node: string;
}

/** @param nodes those that live; what the one named `self` knows by now is known better from the account itself */
export function readAccounts(
  accounts: readonly OfficialAccount[],
  nodes: readonly NodeInfo[],
  self: string,
  now: number,
): Promise<AccountRow[]> {
  return Promise.all(accounts.map((account) => rowOf(account, toldOf(account, nodes, self), now)));
}

async function rowOf(account: OfficialAccount, told: readonly Told[], now: number): Promise<AccountRow> {
  const { made } = await account.askQrCodesToday();
  return {
    account: account.options.name,
    kind: 'official-account',
    token: tokenOf(told, now),
    qr: { used: made, budget: settings.wechat.qrPerDay },
    fault: faultOf(told, now),
  };
}

function toldOf({ options, health }: OfficialAccount, nodes: readonly NodeInfo[], self: string): Told[] {
  const others = nodes.filter(({ node }) => node !== self);
  const heard = others.flatMap(({ node, accounts = [] }) =>
    accounts
      .filter(({ account }) => account === options.name)
      .map(({ token, fault }) => ({ token, fault, node })),
  );
  return [{ ...health, node: self }, ...heard];
}

/** All share one token: whoever needed it last knows best. */
function tokenOf(told: readonly Told[], now: number): AccountRow['token'] {
  const known = told.map(({ token }) => token).filter(({ state }) => state !== 'none');
  const [{ state, expiresAt } = { state: 'none' as const, expiresAt: null }] = known.sort(
    (a, b) => b.at - a.at,
  );
  return expiresAt !== null && expiresAt <= now ? { state: 'none', expiresAt: null } : { state, expiresAt };
}

/** A node that says so once more says nothing new; one that is dead says nothing. */
function faultOf(told: readonly Told[], now: number): AccountRow['fault'] {
  const faults = told.flatMap(({ fault, node }) => (fault ? [{ ...fault, node }] : []));
  const [newest] = faults.sort((a, b) => b.at - a.at);
  if (!newest || now - newest.at >= settings.wechat.faultShownFor) return null;
  const { errcode, remedy, at, node } = newest;
  return { errcode, remedy, at, node };
}
