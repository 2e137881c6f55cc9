/** How strong a secret must be outside the sandbox: whoever guesses one can forge scans, logins, or an operator. */
import type { Fault } from './fault.ts';
import { characters } from './found.ts';
import type { SoundConfig } from './judge.ts';

const leastDifferent = 8;

interface Secret {
  path: string;
  value: string | null | undefined;
  /** Fewest characters; the schema has its own say. */
  least: number;
}

/** Waived in the sandbox; not if an account is configured beside it, for then the sandbox is what will go. */
export function strongSecrets(config: SoundConfig): Fault[] {
  if (config.sandbox?.enabled && !config.accounts?.length) return [];
  return secretsOf(config).flatMap(weakness);
}

function secretsOf({ accounts = [], sites = [], ops }: SoundConfig): Secret[] {
  return [
    ...accounts.flatMap((account, index) => [
      { path: `accounts[${index}].appSecret`, value: account?.appSecret, least: leastDifferent },
      { path: `accounts[${index}].token`, value: account?.token, least: 16 },
      { path: `accounts[${index}].encodingAesKey`, value: account?.encodingAesKey, least: 43 },
    ]),
    ...sites.map((site, index) => ({ path: `sites[${index}].secret`, value: site?.secret, least: 24 })),
    { path: 'ops.token', value: ops?.token, least: 24 },
    { path: 'ops.viewToken', value: ops?.viewToken, least: 24 },
  ];
}

function weakness({ path, value, least }: Secret): Fault[] {
  if (typeof value !== 'string') return [];
  const different = new Set(value).size;
  if (value.length >= least && different >= leastDifferent) return [];
  const found = `a secret of ${characters(value.length)}, ${different} of them different`;
  const allowed = `at least ${least} characters, at least ${leastDifferent} of them different`;
  return [{ path, found, allowed }];
}
