/** Tells an operator what a configuration will run, and what to think twice about. Without secrets. */
import type { AccountConfig, Config, SiteConfig } from './config.ts';

/** For `--check-config`: several lines, warnings last. */
export function describeConfig(config: Config): string {
  const { server, sandbox, metrics, ops } = config;
  const warnings = configWarnings(config).map((warning) => `warning: ${warning}`);
  return [
    sandbox.enabled
      ? 'The sandbox: a stand-in WeChat, for this machine or network only.'
      : 'The real WeChat.',
    `server: ${server.publicUrl}, listening on ${server.host}, port ${server.port}`,
    ...(sandbox.enabled ? [`phone: ${sandbox.publicUrl}/phone`] : []),
    ...config.accounts.map((account) => describeAccount(account, server.publicUrl)),
    ...config.sites.map(describeSite),
    `dashboard: ${ops.token === null ? 'off' : `${server.publicUrl}/ops`}`,
    `metrics: /metrics on port ${metrics.port ?? server.port}`,
    ...warnings,
  ].join('\n');
}

/** Things that are allowed and yet rarely meant; one sentence each. */
export function configWarnings({ accounts, limits, server, sandbox }: Config): string[] {
  const off = Object.entries(limits).filter(([, limit]) => limit === 0);
  return [
    ...accounts.filter(({ mode }) => mode === 'plain').map(plainMode),
    ...(sandbox.enabled || server.publicUrl.startsWith('https:') ? [] : [openUrl(server.publicUrl)]),
    ...off.map(([name]) => `limits.${name} is 0: there is no such limit.`),
    ...server.trustedProxies.filter((range) => range.endsWith('/0')).map(everyProxy),
  ];
}

function describeAccount({ name, appId, mode, apiUrl }: AccountConfig, publicUrl: string): string {
  return `account ${name}: ${appId}, ${mode} mode, callback URL ${publicUrl}/wechat/${name}, API ${apiUrl}`;
}

function describeSite({ id, name, account, approval, origins, redirectUris }: SiteConfig): string {
  const lists = [`origins ${listed(origins)}`, `redirect URIs ${listed(redirectUris)}`];
  return `site ${id} (${name}): account ${account}, approval ${approval}, ${lists.join(', ')}`;
}

function listed(values: readonly string[]): string {
  return values.join(' ') || 'none';
}

function plainMode({ name }: AccountConfig): string {
  return `account ${name} is in plain mode: whoever sees one message of WeChat can forge others; prefer safe mode.`;
}

function openUrl(publicUrl: string): string {
  return `server.publicUrl is ${publicUrl}: what goes over http can be read on the way, and WeChat may not reach it.`;
}

function everyProxy(range: string): string {
  return `server.trustedProxies holds ${range}: anybody can claim any address.`;
}
