import { settings } from '../kit/settings.ts';
import type { NodeInfo } from '../realtime/registry.ts';
import type { MiniProgram } from '../wechat/mini-program.ts';
import type { AccountHealth, OfficialAccount } from '../wechat/official-account.ts';

export type AccountKind = 'official-account' | 'mini-program';

/** Those of the configuration, by kind; no two have the same name. */
export interface Accounts {
  accounts: readonly OfficialAccount[];
  miniPrograms: readonly Pick<MiniProgram, 'options' | 'health'>[];
}

/** An account as operators see it. Never its app id, secret or token. */
export interface AccountRow {
  account: string;
  kind: AccountKind;
  /** Whether WeChat gives us an access token; `expiresAt` (ms) of a valid one: until when it is used. */
  token: { state: 'valid' | 'none' | 'failing'; expiresAt: number | null };
  /** The codes of WeChat's day; `null`: there may be any number of them, as of a mini program. */
  qr: { used: number; budget: number } | null;
  /** The setting that somebody has to mend, as the node met it that met it last (`at`, ms). */
  fault: { errcode: number | null; remedy: string; at: number; node: string } | null;
}

type Account = OfficialAccount | Accounts['miniPrograms'][number];

interface Told extends AccountHealth {
  node: string;
}

/** Answers the kind of an account by its name; `null`: it is not configured here, or no longer. */
export function kindsOf({ accounts, miniPrograms }: Accounts): (account: string) => AccountKind | null {
  const kinds = new Map<string, AccountKind>();
  for (const { options } of accounts) kinds.set(options.name, 'official-account');
  for (const { options } of miniPrograms) kinds.set(options.name, 'mini-program');
  return (account) => kinds.get(account) ?? null;
}

/** @param nodes those that live; what the one named `self` knows by now is known better from the account itself */
export async function readAccounts(
  { accounts, miniPrograms }: Accounts,
  nodes: readonly NodeInfo[],
  self: string,
  now: number,
): Promise<AccountRow[]> {
  const rowOf = (account: Account, kind: AccountKind, qr: AccountRow['qr']): AccountRow => {
    const told = toldOf(account, nodes, self);
    return { account: account.options.name, kind, token: tokenOf(told, now), qr, fault: faultOf(told, now) };
  };
  const official = accounts.map(async (account) => rowOf(account, 'official-account', await qrOf(account)));
  const programs = miniPrograms.map((account) => rowOf(account, 'mini-program', null));
  return [...(await Promise.all(official)), ...programs];
}

async function qrOf(account: OfficialAccount): Promise<AccountRow['qr']> {
  const { made } = await account.askQrCodesToday();
  return { used: made, budget: settings.wechat.qrPerDay };
}

function toldOf({ options, health }: Account, nodes: readonly NodeInfo[], self: string): Told[] {
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
