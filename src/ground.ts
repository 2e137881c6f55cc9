/** Owns what every room is built from: the store, the figures, the limits, and the accounts at WeChat with their QR codes. */
import { MiniProgramCodes } from './channel/mini-program-codes.ts';
import { QrTickets } from './channel/qr-ticket.ts';
import type { QrTicketsParts } from './channel/qr-ticket.ts';
import { miniPrograms, officialAccounts } from './config/config.ts';
import type { Config } from './config/config.ts';
import { layDashboard } from './dashboard.ts';
import type { Dashboard } from './dashboard.ts';
import { ClientAddress } from './http/address.ts';
import { countingRefusals } from './http/limiter.ts';
import type { Door } from './http/door.ts';
import { Origins } from './http/origins.ts';
import type { Clock } from './kit/clock.ts';
import { randomId } from './kit/id.ts';
import { settings } from './kit/settings.ts';
import { createLimiters } from './limits.ts';
import type { Limiters } from './limits.ts';
import { AuditLog } from './ops/audit-log.ts';
import type { TicketIssuer } from './scene/ticket.ts';
import { openStore } from './store/store.ts';
import type { Store } from './store/store.ts';
import type { Audit } from './telemetry/audit.ts';
import type { Log } from './telemetry/log.ts';
import { Metrics } from './telemetry/metrics.ts';
import { createMiniProgram } from './wechat/mini-program.ts';
import type { MiniProgram } from './wechat/mini-program.ts';
import { createOfficialAccount, tokenApi } from './wechat/official-account.ts';
import type { OfficialAccount } from './wechat/official-account.ts';

export interface AppParts {
  config: Config;
  log: Log;
  clock: Clock;
  version: string;
  /** The sandbox's phone, and the website at `/`; absent with a real WeChat. */
  sandbox?: { phoneUrl: string; website: Door };
}

/** What every room is built from. */
export interface Ground extends AppParts {
  node: string;
  metrics: Metrics;
  store: Store;
  /** Closed before the store is. */
  auditLog: AuditLog;
  audit: Audit;
  limiters: Limiters;
  address: ClientAddress;
  /** All whose pages may hold a socket, the dashboard's included. */
  origins: Origins;
  /** Absent: there is none. */
  dashboard: Dashboard | undefined;
  accounts: readonly OfficialAccount[];
  miniPrograms: readonly MiniProgram[];
  /** By account name. */
  tickets: ReadonlyMap<string, TicketIssuer>;
  /** Those of them that make codes ahead. */
  qrTickets: readonly QrTickets[];
}

export function layGround(parts: AppParts): Ground {
  const { config, clock, log } = parts;
  const metrics = new Metrics();
  const node = randomId(6);
  const observe = (what: string, seconds: number): void => metrics.redis(what, seconds);
  const store = openStore({ config, node, clock, log, observe });
  const dashboard = layDashboard(config);
  const auditLog = buildAuditLog(store, metrics, parts);
  return {
    ...parts,
    node,
    metrics,
    store,
    auditLog,
    audit: (event) => {
      metrics.audited(event.kind);
      auditLog.note(event);
    },
    limiters: createLimiters(
      config.limits,
      countingRefusals(store.limiter, (...told) => metrics.refused(...told)),
    ),
    address: new ClientAddress(config.server.trustedProxies),
    origins: new Origins(config.server.publicUrl, config.sites, dashboard?.site && [dashboard.site]),
    dashboard,
    ...reachWechat(parts, store, metrics),
  };
}

type AtWechat = Pick<Ground, 'accounts' | 'miniPrograms' | 'tickets' | 'qrTickets'>;

function reachWechat(parts: AppParts, { tokens, meter }: Store, metrics: Metrics): AtWechat {
  const { config, clock, log } = parts;
  const common = (name: string) => ({
    clock,
    log,
    tokens,
    observe: (...told: ObservedCall) => observeCall(metrics, name, ...told),
  });
  const accounts = officialAccounts(config).map((options) =>
    createOfficialAccount(options, { ...common(options.name), meter }),
  );
  const programs = miniPrograms(config).map((options) => createMiniProgram(options, common(options.name)));
  const ahead = byName(accounts, (account) => buildTickets(account, parts, metrics));
  const codes = byName(programs, (account) => buildCodes(account, metrics));
  return {
    accounts,
    miniPrograms: programs,
    tickets: new Map<string, TicketIssuer>([...ahead, ...codes]),
    qrTickets: [...ahead.values()],
  };
}

export function byName<A extends { options: { name: string } }, T>(
  accounts: readonly A[],
  make: (account: A) => T,
): Map<string, T> {
  return new Map(accounts.map((account) => [account.options.name, make(account)]));
}

function buildAuditLog(
  { audit: trail, scenes }: Store,
  metrics: Metrics,
  { clock, log }: AppParts,
): AuditLog {
  const now = (): number => scenes.now();
  let lost = 0;
  metrics.gauge('saoma_audit_lost', 'Audit entries that the store did not take.', () => lost);
  const dropped = (entries: number): void => void (lost += entries);
  return new AuditLog({ trail, now, clock, settings: settings.audit, log, dropped });
}

function buildTickets(account: OfficialAccount, { clock, sandbox }: AppParts, metrics: Metrics): QrTickets {
  const observe: QrTicketsParts['observe'] = (use, codes) =>
    metrics.qrCodes(account.options.name, use, codes);
  // The sandbox's phone scans the newest code, which shall be the one on screen.
  const figures = sandbox ? { ...settings.qrPool, atMost: 0 } : settings.qrPool;
  return new QrTickets({ account, newId: randomId, clock, observe, figures });
}

function buildCodes(account: MiniProgram, metrics: Metrics): MiniProgramCodes {
  const observe: QrTicketsParts['observe'] = (use, codes) =>
    metrics.qrCodes(account.options.name, use, codes);
  return new MiniProgramCodes({ account, newId: randomId, observe });
}

type ObservedCall = [api: string, outcome: string, seconds: number];

function observeCall(metrics: Metrics, account: string, ...[api, outcome, seconds]: ObservedCall): void {
  metrics.wechatCall(account, api, outcome, seconds);
  if (api === tokenApi) metrics.tokenRefresh(account, outcome === 'ok' ? 'ok' : 'failed');
}
