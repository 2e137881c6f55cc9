/** Tells an operator what a configuration will run, and what to think twice about. Without secrets. */
import { isMiniProgram } from './accounts.ts';
import type { MiniProgramConfig } from './accounts.ts';
import type { AccountConfig, Config, SiteConfig } from './config.ts';
import { hasDashboard } from './dashboard.ts';
import { describeMessaging, messagingCautions, whoWrites } from './check-messaging.ts';
import { readRedisTarget } from './redis-target.ts';
import type { RedisHost, RedisTarget } from './redis-target.ts';

/** For `--check-config`: several lines, warnings last. */
export function describeConfig(config: Config): string {
  const { server, redis, sandbox, metrics } = config;
  const warnings = configWarnings(config).map((warning) => `warning: ${warning}`);
  return [
    sandbox.enabled
      ? 'The sandbox: a stand-in WeChat, for this machine or network only.'
      : 'The real WeChat.',
    `server: ${server.publicUrl}, listening on ${server.host}, port ${server.port}`,
    ...(sandbox.enabled ? [`phone: ${sandbox.publicUrl}/phone`] : []),
    `state: ${redis.url === null ? "in this process's memory; one node" : describeRedis(redis.url, redis)}`,
    ...config.accounts.map((account) => describeAccount(account, server.publicUrl)),
    ...config.sites.map((site) => describeSite(site, config)),
    `messaging: ${describeMessaging(config.messaging)}`,
    `dashboard: ${describeDashboard(config.ops)}`,
    `metrics: /metrics on port ${metrics.port ?? server.port}`,
    ...warnings,
  ].join('\n');
}

/** Something that is allowed and yet rarely meant. */
export interface Caution {
  code:
    | 'plain_mode'
    | 'not_released'
    | 'open_url'
    | 'no_limit'
    | 'idle_replicas'
    | 'every_proxy'
    | 'open_dashboard'
    | 'hasty_operators'
    | 'idle_sender_bound';
  /** The account, value or option that it is about. */
  about: string;
  /** For the log. */
  sentence: string;
}

/** One sentence each. */
export function configWarnings(config: Config): string[] {
  return configCautions(config).map(({ sentence }) => sentence);
}

export function configCautions(config: Config): Caution[] {
  const { accounts, limits, redis, server, sandbox } = config;
  const off = Object.entries(limits).filter(([, limit]) => limit === 0);
  return [
    ...accounts.filter(({ mode }) => mode === 'plain').map(plainMode),
    ...accounts
      .filter(isMiniProgram)
      .filter(({ envVersion }) => envVersion !== 'release')
      .map(notReleased),
    ...(sandbox.enabled || server.publicUrl.startsWith('https:') ? [] : [openUrl(server.publicUrl)]),
    ...off.map(([name]) => noLimit(name)),
    ...(redis.url === null && redis.replicas > 0 ? [idleReplicas(redis.replicas)] : []),
    ...server.trustedProxies.filter((range) => range.endsWith('/0')).map(everyProxy),
    ...(hasDashboard(config.ops) ? dashboardCautions(config) : []),
    ...messagingCautions(config),
  ];
}

function describeAccount(account: AccountConfig, publicUrl: string): string {
  const { name, appId, mode, apiUrl } = account;
  if (isMiniProgram(account)) {
    const { page, envVersion } = account;
    return `account ${name}: ${appId}, mini program, page ${page} (${envVersion}), API ${apiUrl}`;
  }
  return `account ${name}: ${appId}, ${mode} mode, callback URL ${publicUrl}/wechat/${name}, API ${apiUrl}`;
}

function describeSite(site: SiteConfig, config: Config): string {
  const { id, name, accounts, approval, origins, redirectUris } = site;
  const lists = [
    `origins ${listed(origins)}`,
    `redirect URIs ${listed(redirectUris)}`,
    whoWrites(config, id),
  ];
  const named = accounts.length === 1 ? `account ${listed(accounts)}` : `accounts ${listed(accounts)}`;
  return `site ${id} (${name}): ${named}, approval ${approval}, ${lists.join(', ')}`;
}

/** Where it is, and who may enter. */
function describeDashboard(ops: Config['ops']): string {
  if (!hasDashboard(ops)) return 'off';
  const keys = [
    ...(ops.token === null ? [] : ['whoever has ops.token (operate)']),
    ...(ops.viewToken === null ? [] : ['whoever has ops.viewToken (view)']),
    ...ops.operators.map(({ name, role }) => `${name} (${role})`),
  ];
  const own = ops.port === null ? '' : `, listening on port ${ops.port}`;
  return `${ops.publicUrl}/ops${own}, for ${keys.join(', ')}`;
}

/** What a person needs at least to read six digits and to type them. */
const typing = 30;

function dashboardCautions({ ops, server, scene, sandbox }: Config): Caution[] {
  const isOpen = !sandbox.enabled && ops.publicUrl.startsWith('http:') && ops.publicUrl !== server.publicUrl;
  const isHasty = ops.operators.length > 0 && scene.codeTtlSeconds < typing;
  return [
    ...(isOpen ? [openDashboard(ops.publicUrl)] : []),
    ...(isHasty ? [hastyOperators(scene.codeTtlSeconds)] : []),
  ];
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

function noLimit(name: string): Caution {
  const about = `limits.${name}`;
  return { code: 'no_limit', about, sentence: `${about} is 0: there is no such limit.` };
}

function idleReplicas(replicas: number): Caution {
  const sentence = `redis.replicas is ${replicas}, and redis.url is null: there is nothing to replicate.`;
  return { code: 'idle_replicas', about: String(replicas), sentence };
}

function plainMode({ name }: AccountConfig): Caution {
  const sentence = `account ${name} is in plain mode: whoever sees one message of WeChat can forge others; prefer safe mode.`;
  return { code: 'plain_mode', about: name, sentence };
}

function notReleased({ name, envVersion }: MiniProgramConfig): Caution {
  const sentence = `account ${name} opens the ${envVersion} version: only testers of the mini program can scan its codes.`;
  return { code: 'not_released', about: name, sentence };
}

function openUrl(publicUrl: string): Caution {
  const sentence = `server.publicUrl is ${publicUrl}: what goes over http can be read on the way, and WeChat may not reach it.`;
  return { code: 'open_url', about: publicUrl, sentence };
}

function everyProxy(range: string): Caution {
  const sentence = `server.trustedProxies holds ${range}: anybody can claim any address.`;
  return { code: 'every_proxy', about: range, sentence };
}

function openDashboard(publicUrl: string): Caution {
  const sentence = `ops.publicUrl is ${publicUrl}: over http the operators' tokens can be read on the way.`;
  return { code: 'open_dashboard', about: publicUrl, sentence };
}

function hastyOperators(seconds: number): Caution {
  const sentence = `scene.codeTtlSeconds is ${seconds}: operators who sign in by a scan have no longer to type their number.`;
  return { code: 'hasty_operators', about: String(seconds), sentence };
}
