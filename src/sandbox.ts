/** Owns what stands in for the outside while there is no WeChat account: a simulated WeChat as a child process, and a website. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { AccountConfig, Config, SiteConfig } from './config/config.ts';
import { sandboxMiniProgram } from './config/environment.ts';
import type { Door } from './http/door.ts';
import { randomId } from './kit/id.ts';
import type { Log } from './telemetry/log.ts';

type Listener = (req: IncomingMessage, res: ServerResponse) => Promise<void>;
interface WebsiteOptions {
  saomaUrl: string;
  exchangeUrl: string;
  publicUrl: string;
  siteId: string;
  siteSecret: string;
}

export interface Sandbox {
  /** The configuration with the sandbox's accounts and demo site in it. */
  config: Config;
  phoneUrl: string;
  website: Door;
  /** Resolves once the stand-in WeChat listens. */
  ready: Promise<void>;
  close(): Promise<void>;
}

const startWithin = 10_000;
/** It is asked to end, and has this long before it is made to, ms. */
const endWithin = 3_000;

/** The stand-in WeChat starts beside us, so that nobody waits for both one after the other. */
export async function startSandbox(given: Config, log: Log): Promise<Sandbox> {
  const site = demoSite(given);
  const accounts = [officialAccount(given), miniProgram(given)];
  const config = { ...given, accounts, sites: [...given.sites, site] };
  const child = forkSimulator(config);
  const ready = listening(child).then(() => watch(child, log));
  // Whoever awaits it learns of a failure; until then it is nobody's fault.
  ready.catch(() => undefined);
  return {
    config,
    phoneUrl: `${config.sandbox.publicUrl}/phone`,
    website: await demoWebsite(config, site),
    ready,
    close: () => end(child),
  };
}

/** The secrets are new at each start: nobody can know them, and nobody has to. */
function officialAccount(config: Config): AccountConfig {
  return {
    name: 'main',
    kind: 'official-account',
    appId: `wx${randomBytes(8).toString('hex')}`,
    appSecret: randomBytes(16).toString('hex'),
    token: randomBytes(16).toString('hex'),
    encodingAesKey: randomBytes(32).toString('base64').slice(0, 43),
    mode: 'safe',
    apiUrl: apiUrl(config),
  };
}

function miniProgram(config: Config): AccountConfig {
  return {
    name: sandboxMiniProgram,
    kind: 'mini-program',
    appId: `wx${randomBytes(8).toString('hex')}`,
    appSecret: randomBytes(16).toString('hex'),
    page: 'pages/login/index',
    envVersion: 'release',
    apiUrl: apiUrl(config),
  };
}

function apiUrl({ server, sandbox }: Config): string {
  return `http://${reachable(server.host)}:${sandbox.port}`;
}

function demoSite({ server, sites }: Config): SiteConfig {
  return {
    id: sites.some(({ id }) => id === 'demo') ? 'saoma-demo' : 'demo',
    name: 'Saoma Demo',
    secret: randomId(32),
    account: 'main',
    accounts: ['main', sandboxMiniProgram],
    approval: 'scan',
    origins: [],
    redirectUris: [`${server.publicUrl}/callback`],
    // The phone's people may chat.
    messaging: { peers: true },
  };
}

function forkSimulator({ server, sandbox, accounts }: Config): ChildProcess {
  const [account, mini] = accounts;
  const saomaUrl = `http://${reachable(server.host)}:${server.port}`;
  const program = fileURLToPath(new URL('./simulator/main.js', import.meta.url));
  return fork(program, [], {
    env: {
      ...process.env,
      SIMULATOR_HOST: server.host,
      SIMULATOR_PORT: String(sandbox.port),
      SIMULATOR_PUBLIC_URL: sandbox.publicUrl,
      SIMULATOR_WEBHOOK_URL: `${saomaUrl}/wechat/${account?.name}`,
      SIMULATOR_APP_ID: account?.appId,
      SIMULATOR_APP_SECRET: account?.appSecret,
      SIMULATOR_TOKEN: account?.token,
      SIMULATOR_ENCODING_AES_KEY: account?.encodingAesKey,
      SIMULATOR_MODE: account?.mode,
      SIMULATOR_SITE_URL: server.publicUrl,
      SIMULATOR_UNION_IDS: 'true',
      SIMULATOR_MINI_URL: `${saomaUrl}/miniprogram/${mini?.name}`,
      SIMULATOR_MINI_APP_ID: mini?.appId,
      SIMULATOR_MINI_APP_SECRET: mini?.appSecret,
    },
  });
}

function watch(child: ChildProcess, log: Log): void {
  child.on('error', (error) => log.error({ err: error }, 'the stand-in WeChat has a fault'));
  child.once('exit', (exitCode) => {
    if (child.connected || exitCode !== 0)
      log.error({ exitCode }, 'the stand-in WeChat has ended; restart to have it again');
  });
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the stand-in WeChat does not start')), startWithin);
    const fail = (cause?: unknown): void => {
      clearTimeout(late);
      reject(new Error('the stand-in WeChat could not start', { cause }));
    };
    child.once('exit', () => fail());
    child.once('error', fail);
    child.once('message', () => {
      clearTimeout(late);
      resolve();
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => {
    child.removeAllListeners('exit').once('exit', resolve);
  });
  if (child.connected) child.disconnect();
  const late = setTimeout(() => child.kill('SIGKILL'), endWithin);
  await gone;
  clearTimeout(late);
}

/** The very program that stands in `examples/`; it knows of us what any website knows. */
async function demoWebsite({ server }: Config, { id, secret }: SiteConfig): Promise<Door> {
  const module = new URL('../examples/website/website.js', import.meta.url).href;
  const { createWebsite } = (await import(module)) as {
    createWebsite: (options: WebsiteOptions) => Listener;
  };
  const answer = createWebsite({
    saomaUrl: server.publicUrl,
    exchangeUrl: `http://${reachable(server.host)}:${server.port}`,
    publicUrl: server.publicUrl,
    siteId: id,
    siteSecret: secret,
  });
  return (router) => {
    router.all(['/', '/sign-in', '/callback', '/sign-out', '/signed-out'], async (ctx) => {
      ctx.respond = false;
      await answer(ctx.req, ctx.res);
    });
  };
}

/** How this machine reaches a program that listens on `host`. */
export function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
