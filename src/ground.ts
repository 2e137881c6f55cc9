/** Owns what every room is built from: the store, the figures, the limits, and the accounts at WeChat with their QR codes. */
import { QrTickets } from './channel/qr-ticket.ts';
import type { QrTicketsParts } from './channel/qr-ticket.ts';
import type { Config } from './config/config.ts';
import { ClientAddress } from './http/address.ts';
import type { Door } from './http/door.ts';
import { Origins } from './http/origins.ts';
import type { Clock } from './kit/clock.ts';
import { randomId } from './kit/id.ts';
import { settings } from './kit/settings.ts';
import { createLimiters } from './limits.ts';
import type { Limiters } from './limits.ts';
import { openStore } from './store/store.ts';
import type { Store } from './store/store.ts';
import type { Log } from './telemetry/log.ts';
import { Metrics } from './telemetry/metrics.ts';
import { createOfficialAccount } from './wechat/official-account.ts';
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
  limiters: Limiters;
  address: ClientAddress;
  origins: Origins;
  accounts: readonly OfficialAccount[];
  /** By account name. */
  tickets: ReadonlyMap<string, QrTickets>;
}

export function layGround(parts: AppParts): Ground {
  const { config, clock, log } = parts;
  const metrics = new Metrics();
  const node = randomId(6);
  const store = openStore({ config, node, clock, log });
  const accounts = config.accounts.map((options) =>
    createOfficialAccount(options, {
      clock,
      log,
      tokens: store.tokens,
      meter: store.meter,
      observe: (api, outcome, seconds) => metrics.wechatCall(options.name, api, outcome, seconds),
    }),
  );
  return {
    ...parts,
    node,
    metrics,
    store,
    limiters: createLimiters(config.limits, store.limiter),
    address: new ClientAddress(config.server.trustedProxies),
    origins: new Origins(config.server.publicUrl, config.sites),
    accounts,
    tickets: new Map(
      accounts.map((account) => [account.options.name, buildTickets(account, parts, metrics)]),
    ),
  };
}

function buildTickets(account: OfficialAccount, { clock, sandbox }: AppParts, metrics: Metrics): QrTickets {
  const observe: QrTicketsParts['observe'] = (use, codes) =>
    metrics.qrCodes(account.options.name, use, codes);
  // The sandbox's phone scans the newest code, which shall be the one on screen.
  const figures = sandbox ? { ...settings.qrPool, atMost: 0 } : settings.qrPool;
  return new QrTickets({ account, newId: randomId, clock, observe, figures });
}
