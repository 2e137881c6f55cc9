import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../src/app.ts';
import { loadConfig, officialAccounts } from '../../src/config/config.ts';
import type { Config, OfficialAccountConfig, SiteConfig } from '../../src/config/config.ts';
import type { Clock } from '../../src/kit/clock.ts';
import { systemClock } from '../../src/kit/clock.ts';
import type { MiniProgram } from '../../src/simulator/options.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { Browser } from './browser.ts';
import { freePort } from './free-port.ts';
import { Wechat } from './wechat.ts';

export interface StartOptions {
  clock?: Clock;
  mode?: OfficialAccountConfig['mode'];
  /** Laid over the test's configuration, section by section. */
  config?: {
    [Section in 'redis' | 'scene' | 'limits' | 'ops' | 'server' | 'log' | 'metrics' | 'messaging']?: object;
  };
  /** Laid over the one account. */
  account?: object;
  /** Further accounts, each laid over the test's account and named by it; the stand-in WeChat knows the first mini program. */
  furtherAccounts?: { name: string; [field: string]: unknown }[];
  sites?: object[];
}

export interface TestApp {
  url: string;
  config: Config;
  site: SiteConfig;
  wechat: Wechat;
  /** WeChat's side of any of the official accounts. */
  wechatOf(account: string): Wechat;
  simulator: Simulator;
  /** Everything that was logged, as lines of JSON. */
  logged: string[];
  browser(origin?: string): Browser;
  exchange(code: string, extra?: object, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

const account = {
  name: 'main',
  kind: 'official-account',
  appId: 'wx00112233445566aa',
  appSecret: 'canary-app-secret-0123456789abcdef',
  token: 'bridgeTestToken01',
  encodingAesKey: 'AwoRGB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dw',
  mode: 'safe' as const,
};
const sites = [
  {
    id: 'shop',
    name: 'The Shop',
    secret: 'canary-shop-secret-0123456789',
    account: 'main',
    approval: 'scan',
    origins: ['https://shop.example'],
    redirectUris: ['https://shop.example/login/wechat'],
  },
  {
    id: 'bank',
    name: 'The Bank',
    secret: 'canary-bank-secret-9876543210',
    account: 'main',
    approval: 'scan',
    origins: ['https://bank.example'],
    redirectUris: ['https://bank.example/login'],
  },
];
/** Tests come from one address; those of the limits set their own. */
const noLimits = {
  scenesPerIpPerMinute: 0,
  scenesPerSitePerSecond: 0,
  attachFailuresPerIpPerMinute: 0,
  exchangeFailuresPerSitePerMinute: 0,
  scansPerOpenidPerMinute: 0,
};

/** The whole service in this process on a free port, beside a stand-in WeChat whose API it calls. */
export async function startApp(options: StartOptions = {}): Promise<TestApp> {
  const { clock = systemClock, mode = 'safe' } = options;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const simulator = await startSimulator({
    host: '127.0.0.1',
    port: 0,
    webhookUrl: `${url}/wechat/main`,
    ...account,
    mode,
    miniProgram: miniProgramOf(options, url),
    now: () => clock.now(),
  });
  const config = readConfig(url, port, simulator.url, options);
  const logged: string[] = [];
  const log = createLog(config.log.level, { write: (line) => void logged.push(line) });
  const app = createApp({ config, log, clock, version: 'test' });
  await app.listen();
  const site = config.sites[0]!;
  const wechats = new Map(officialAccounts(config).map((one) => [one.name, new Wechat(one, url, clock)]));
  return {
    url,
    config,
    site,
    wechat: wechats.get('main')!,
    wechatOf: (name) => wechats.get(name)!,
    simulator,
    logged,
    browser: (origin = site.origins[0]!) => new Browser(url, origin),
    exchange: (code, extra = {}, headers = {}) => exchange(url, site, { code, ...extra }, headers),
    async close() {
      await app.close();
      await simulator.close();
    },
  };
}

function readConfig(url: string, port: number, apiUrl: string, options: StartOptions): Config {
  const { config = {}, mode = 'safe' } = options;
  const file = join(mkdtempSync(join(tmpdir(), 'saoma-')), 'saoma.json');
  const content = {
    ...config,
    server: { host: '127.0.0.1', port, publicUrl: url, ...config.server },
    limits: { ...noLimits, ...config.limits },
    accounts: [options.account, ...(options.furtherAccounts ?? [])].map((own) =>
      isMiniProgram(own) ? Object.assign({ apiUrl }, own) : Object.assign({}, account, { apiUrl, mode }, own),
    ),
    sites: options.sites ?? sites,
  };
  writeFileSync(file, JSON.stringify(content));
  return loadConfig({ SAOMA_CONFIG: file });
}

/** As the stand-in has to know it; nothing: it makes one up. */
function miniProgramOf({ furtherAccounts = [] }: StartOptions, url: string): Partial<MiniProgram> {
  const found = furtherAccounts.find(isMiniProgram);
  if (!found) return {};
  const { name, appId, appSecret } = found as { name: string; appId: string; appSecret: string };
  return { appId, appSecret, serverUrl: `${url}/miniprogram/${name}` };
}

function isMiniProgram(given: object = {}): boolean {
  return 'kind' in given && given.kind === 'mini-program';
}

function exchange(
  url: string,
  site: SiteConfig,
  body: object,
  headers: Record<string, string>,
): Promise<Response> {
  return fetch(`${url}/api/exchange`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${site.id}:${site.secret}`).toString('base64')}`,
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(body),
  });
}
