/** Tells the two kinds of account apart, and which of them a site names. */
import type { AccountConfig, Config } from './config.ts';
import { mainAccount } from './environment.ts';

export type OfficialAccountConfig = AccountConfig & {
  readonly kind: 'official-account';
  readonly token: string;
  readonly mode: 'plain' | 'compatible' | 'safe';
};

export type MiniProgramConfig = AccountConfig & {
  readonly kind: 'mini-program';
  readonly page: string;
  readonly envVersion: 'release' | 'trial' | 'develop';
};

export function officialAccounts({ accounts }: Pick<Config, 'accounts'>): OfficialAccountConfig[] {
  return accounts.filter((account) => isOfficial(account));
}

export function miniPrograms({ accounts }: Pick<Config, 'accounts'>): MiniProgramConfig[] {
  return accounts.filter((account) => isMiniProgram(account));
}

/** The rules see to it that each has what its kind must have. */
export function isOfficial(account: AccountConfig): account is OfficialAccountConfig {
  return account.kind === 'official-account';
}

export function isMiniProgram(account: AccountConfig): account is MiniProgramConfig {
  return account.kind === 'mini-program';
}

interface Naming<Name> {
  readonly account?: string | undefined;
  readonly accounts?: readonly Name[] | undefined;
}

/** The accounts of a site, at least one, and the first of them, which is the default. */
export function siteAccounts({ account = mainAccount, accounts = [account] }: Naming<string>): {
  account: string;
  accounts: string[];
} {
  return { account: accounts[0] ?? account, accounts: [...accounts] };
}

/** An account that a site names, and the option that says so. `undefined`: that option has a fault. */
export interface Named {
  name: string | undefined;
  path: string;
}

/** Those of a site, the default first. */
export function accountsNamed(
  { account, accounts }: Naming<string | undefined>,
  path: string,
): readonly Named[] {
  if (accounts) return accounts.map((name, index) => ({ name, path: `${path}.accounts[${index}]` }));
  return [{ name: account ?? mainAccount, path: `${path}.account` }];
}
