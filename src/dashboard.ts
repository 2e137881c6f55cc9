/** Owns what the other rooms must know of the dashboard: where its page stands, and the site that operators scan for. */
import type { Config } from './config/config.ts';
import { dashboardSite, hasDashboard } from './config/dashboard.ts';
import { Origins } from './http/origins.ts';
import type { SiteOrigins } from './http/origins.ts';
import { sha256 } from './kit/id.ts';

/** As the scene room knows a site; it has no secret and no hosted page, and nothing can exchange its codes. */
export interface DashboardSite extends SiteOrigins {
  account: string;
  accounts: readonly string[];
  approval: 'scan';
  /** Where its page's socket goes. */
  publicUrl: string;
}

export interface Dashboard {
  publicUrl: string;
  /** `null`: it stands at `server.port`. */
  port: number | null;
  /** Its page, and no other. */
  origins: Origins;
  /** Absent: nobody signs in by a scan. */
  site: DashboardSite | undefined;
  /** What the numbers that go with a scan are made with: all nodes have it, and no browser. */
  numberKey: string;
}

/** `undefined`: nobody may enter, so there is none. */
export function layDashboard(config: Config): Dashboard | undefined {
  if (!hasDashboard(config.ops)) return undefined;
  const { publicUrl, port, operators } = config.ops;
  const account = operators[0]?.account;
  const site = account === undefined ? undefined : siteOf(publicUrl, account);
  const origins = new Origins(publicUrl, site ? [site] : []);
  return { publicUrl, port, origins, site, numberKey: numberKeyOf(config, account) };
}

function siteOf(publicUrl: string, account: string): DashboardSite {
  return {
    id: dashboardSite,
    origins: [publicUrl],
    account,
    accounts: [account],
    approval: 'scan',
    publicUrl,
  };
}

function numberKeyOf({ accounts, ops }: Config, name: string | undefined): string {
  const account = accounts.find((one) => one.name === name);
  return sha256(JSON.stringify([account?.appSecret, account?.encodingAesKey, ops.token, ops.viewToken]));
}
