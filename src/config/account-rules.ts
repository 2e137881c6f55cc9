/** What must hold of each kind of account, and of the accounts that sites and operators name. */
import { accountsNamed } from './accounts.ts';
import { each, repeats } from './entries.ts';
import { mainAccount, sandboxMiniProgram } from './environment.ts';
import type { Fault } from './fault.ts';
import { found, nothing } from './found.ts';
import type { SoundConfig } from './judge.ts';
import { optionAt } from './options.ts';

type Account = NonNullable<NonNullable<SoundConfig['accounts']>[number]>;

export const accountRules = [
  neededToken,
  ownOptions,
  keysForModes,
  defaultFirst,
  differentAccounts,
  knownAccounts,
  officialOperators,
] as const;

const official = ['token', 'encodingAesKey', 'mode', 'originalId'] as const;
const miniProgram = ['page', 'envVersion'] as const;

function neededToken({ accounts }: SoundConfig): Fault[] {
  return each(accounts, 'accounts', ({ kind, token }, path) => {
    if (kind !== 'official-account' || token !== undefined) return [];
    return [{ path: `${path}.token`, found: nothing, allowed: allowedAt(`${path}.token`) }];
  });
}

/** An option that nobody reads would be believed to do something. */
function ownOptions({ accounts }: SoundConfig): Fault[] {
  return each(accounts, 'accounts', (account, path) => {
    if (account.kind === 'mini-program') return foreign(account, official, path, 'an official account');
    return account.kind === undefined ? [] : foreign(account, miniProgram, path, 'a mini program');
  });
}

function foreign(account: Account, names: readonly (keyof Account)[], path: string, owner: string): Fault[] {
  return names.flatMap((name) => {
    if (account[name] === undefined) return [];
    const at = `${path}.${name}`;
    const secret = optionAt(at)?.about.secret === true;
    return [{ path: at, found: found(account[name], secret), allowed: `nothing: it belongs to ${owner}` }];
  });
}

function keysForModes({ accounts }: SoundConfig): Fault[] {
  return each(accounts, 'accounts', ({ kind, mode, encodingAesKey }, path) => {
    if (kind === 'mini-program' || encodingAesKey !== undefined) return [];
    if (mode === undefined || mode === 'plain') return [];
    const allowed = `the 43 characters of the EncodingAESKey, which ${mode} mode needs`;
    return [{ path: `${path}.encodingAesKey`, found: nothing, allowed }];
  });
}

/** Either says it all; two that differ leave it open which is meant. */
function defaultFirst({ sites }: SoundConfig): Fault[] {
  return each(sites, 'sites', ({ account, accounts }, path) => {
    const first = accounts?.[0];
    if (account === undefined || first === undefined || account === first) return [];
    const allowed = `${first}, the first of accounts; or nothing`;
    return [{ path: `${path}.account`, found: found(account, false), allowed }];
  });
}

function differentAccounts({ sites }: SoundConfig): Fault[] {
  return each(sites, 'sites', ({ accounts }, path) =>
    repeats(accounts, (index) => `${path}.accounts[${index}]`),
  );
}

function knownAccounts(config: SoundConfig): Fault[] {
  const known = knownNames(config);
  return each(config.sites, 'sites', (site, path) =>
    accountsNamed(site, path).flatMap((named) => unlessAmong(known, named.name, named.path)),
  );
}

/** Operators scan codes of an official account, whose chat tells them the number that they type. */
function officialOperators(config: SoundConfig): Fault[] {
  const known = knownNames(config);
  return each(config.ops?.operators, 'ops.operators', ({ account }, path) => {
    if (account === undefined || !isMiniProgram(config, account))
      return unlessAmong(known, account, `${path}.account`);
    const allowed = 'an official account in safe or compatible mode: operators are told a number in its chat';
    return [{ path: `${path}.account`, found: `${account}, which is a mini program`, allowed }];
  });
}

function isMiniProgram({ accounts, sandbox }: SoundConfig, name: string): boolean {
  if (sandbox?.enabled && accounts?.length === 0) return name === sandboxMiniProgram;
  return accounts?.some((account) => account?.name === name && account.kind === 'mini-program') === true;
}

/** `undefined`: a faulty name is among them, which may be the one that is meant. */
function knownNames({ accounts, sandbox }: SoundConfig): string[] | undefined {
  const names = accounts?.flatMap((account) => account?.name ?? []);
  if (!names || names.length !== accounts?.length) return undefined;
  return sandbox?.enabled && names.length === 0 ? [mainAccount, sandboxMiniProgram] : names;
}

function unlessAmong(known: string[] | undefined, name: string | undefined, path: string): Fault[] {
  if (name === undefined || !known?.length || known.includes(name)) return [];
  return [{ path, found: found(name, false), allowed: known.join(', ') }];
}

function allowedAt(path: string): string {
  return optionAt(path)?.about.allowed ?? '';
}
