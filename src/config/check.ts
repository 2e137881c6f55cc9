/** Tells an operator what a configuration will run, and what to think twice about. Without secrets. */
import type { AccountConfig, Config, SiteConfig } from './config.ts';
import { readRedisTarget } from './redis-target.ts';
import type { RedisHost, RedisTarget } from './redis-target.ts';

/** For `--check-config`: several lines, warnings last. */
export function describeConfig(config: Config): string {
  const { server, redis, sandbox, metrics, ops } = config;
  const warnings = configWarnings(config).map((warning) => `warning: ${warning}`);
  return [
    sandbox.enabled
      ? 'The sandbox: a stand-in WeChat, for this machine or network only.'
      : 'The real WeChat.',
    `server: ${server.publicUrl}, listening on ${server.host}, port ${server.port}`,
    ...(sandbox.enabled ? [`phone: ${sandbox.publicUrl}/phone`] : []),
    `state: ${redis.url === null ? "in this process's memory; one node" : describeRedis(redis.url, redis)}`,
    ...config.accounts.map((account) => describeAccount(account, server.publicUrl)),
    ...config.sites.map(describeSite),
    `dashboard: ${ops.token === null ? 'off' : `${server.publicUrl}/ops`}`,
    `metrics: /metrics on port ${metrics.port ?? server.port}`,
    ...warnings,
  ].join('\n');
}

/** Things that are allowed and yet rarely meant; one sentence each. */
export function configWarnings({ accounts, limits, redis, server, sandbox }: Config): string[] {
  const off = Object.entries(limits).filter(([, limit]) => limit === 0);
  return [
    ...accounts.filter(({ mode }) => mode === 'plain').map(plainMode),
    ...(sandbox.enabled || server.publicUrl.startsWith('https:') ? [] : [openUrl(server.publicUrl)]),
    ...off.map(([name]) => `limits.${name} is 0: there is no such limit.`),
    ...(redis.url === null && redis.replicas > 0 ? [idleReplicas(redis.replicas)] : []),
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

/** Where it is, and never who we say we are. */
function describeRedis(url: string, { keyPrefix, replicas }: Config['redis']): string {
  const target = readRedisTarget(url);
  const where = target ? whereabouts(target) : 'unknown';
  const copies = replicas > 0 ? `, each exchange on ${replicas} replicas` : '';
  return `in Redis, ${where}${target?.tls ? ' over TLS' : ''}, keys ${keyPrefix}:…${copies}`;
}

function whereabouts(target: RedisTarget): string {
  if (target.kind === 'single') return `${hostText(target)} database ${target.db}`;
  const hosts = target.hosts.map(hostText).join(' ');
  return target.kind === 'cluster'
    ? `the cluster of ${hosts}`
    : `master ${target.master} of sentinels ${hosts}`;
}

function hostText({ host, port }: RedisHost): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function idleReplicas(replicas: number): string {
  return `redis.replicas is ${replicas}, and redis.url is null: there is nothing to replicate.`;
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
