/** What must hold between options, or outside the sandbox only. Judges the sound part of a configuration. */
import { accountRules } from './account-rules.ts';
import { dashboardRules } from './dashboard.ts';
import { each, repeats } from './entries.ts';
import type { Fault } from './fault.ts';
import { found } from './found.ts';
import type { SoundConfig } from './judge.ts';
import { isSafe } from './shapes.ts';
import { strongSecrets } from './strength.ts';

type Rule = (config: SoundConfig, production: boolean) => Fault[];

const rules: readonly Rule[] = [
  noAccountInSandbox,
  noSandboxInProduction,
  somethingToServe,
  ownNames,
  usableSites,
  noRepeats,
  strongSecrets,
  ownSecrets,
  encryptedUrl,
  ownPorts,
  ...accountRules,
  ...dashboardRules,
];

const anAccount = 'an account (WECHAT_APP_ID, WECHAT_APP_SECRET, WECHAT_TOKEN, or accounts in the file)';
const aSite = 'a site (SITE_ID, SITE_SECRET, SITE_ORIGINS or SITE_REDIRECT_URIS, or sites in the file)';

/** @param production whether NODE_ENV says so */
export function ruleFaults(config: SoundConfig, production: boolean): Fault[] {
  return rules.flatMap((rule) => rule(config, production));
}

function noAccountInSandbox({ sandbox, accounts }: SoundConfig): Fault[] {
  if (!sandbox?.enabled || !accounts?.length) return [];
  const allowed = 'false or null, or no account: the sandbox brings its own';
  return [{ path: 'sandbox.enabled', found: 'true, and an account', allowed }];
}

function noSandboxInProduction({ sandbox }: SoundConfig, production: boolean): Fault[] {
  if (!sandbox?.enabled || !production) return [];
  const allowed = `no sandbox in production: configure ${anAccount} and ${aSite}`;
  return [{ path: 'sandbox.enabled', found: 'the sandbox, with NODE_ENV=production', allowed }];
}

function somethingToServe({ sandbox, accounts, sites }: SoundConfig): Fault[] {
  if (sandbox?.enabled) return [];
  const trial = `at least ${anAccount}, or sandbox.enabled: true to try Saoma without WeChat`;
  const faults = [];
  if (accounts?.length === 0) faults.push({ path: 'accounts', found: 'no account', allowed: trial });
  if (sites?.length === 0) faults.push({ path: 'sites', found: 'no site', allowed: `at least ${aSite}` });
  return faults;
}

function ownNames({ accounts, sites }: SoundConfig): Fault[] {
  return [
    ...repeats(
      accounts?.map((account) => account?.name),
      (index) => `accounts[${index}].name`,
    ),
    ...repeats(
      sites?.map((site) => site?.id),
      (index) => `sites[${index}].id`,
    ),
  ];
}

function usableSites({ sites }: SoundConfig): Fault[] {
  return each(sites, 'sites', ({ origins, redirectUris }, path) => {
    if (origins?.length !== 0 || redirectUris?.length !== 0) return [];
    const allowed = 'at least one, or one of redirectUris: without either nobody can log in';
    return [{ path: `${path}.origins`, found: 'no origin', allowed }];
  });
}

function noRepeats({ sites }: SoundConfig): Fault[] {
  return each(sites, 'sites', ({ origins, redirectUris }, path) => [
    ...repeats(origins, (index) => `${path}.origins[${index}]`),
    ...repeats(redirectUris, (index) => `${path}.redirectUris[${index}]`),
  ]);
}

/** A site that knows another's secret could exchange its codes. */
function ownSecrets({ sites }: SoundConfig): Fault[] {
  const secrets = sites?.map((site) => site?.secret);
  return repeats(secrets, (index) => `sites[${index}].secret`, true);
}

function encryptedUrl({ server, sandbox }: SoundConfig): Fault[] {
  const url = server?.publicUrl;
  if (url === undefined || sandbox?.enabled || isSafe(new URL(url))) return [];
  const allowed = 'https (http for a loopback, private, .local or .test host)';
  return [{ path: 'server.publicUrl', found: found(url, false), allowed }];
}

function ownPorts({ server, metrics, ops, sandbox }: SoundConfig): Fault[] {
  const ports = [
    { path: 'server.port', port: server?.port },
    { path: 'metrics.port', port: metrics?.port ?? undefined },
    { path: 'ops.port', port: ops?.port ?? undefined },
    ...(sandbox?.enabled ? [{ path: 'sandbox.port', port: sandbox.port }] : []),
  ];
  return repeats(
    ports.map(({ port }) => port),
    (index) => ports[index]?.path ?? '',
  );
}
