/** Owns what stands in for the outside while there is no WeChat account: a simulated WeChat as a child process, and a website. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { AccountConfig, Config, SiteConfig } from './config/config.ts';
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
  /** The configuration with the sandbox's account and demo site in it. */
  config: Config;
  phoneUrl: string;
  website: Door;
  close(): Promise<void>;
}

const demo = 'demo';
const startWithin = 10_000;

/** Resolves once the stand-in WeChat listens. */
export async function startSandbox(given: Config, log: Log): Promise<Sandbox> {
  const config = furnish(given);
  const child = await startSimulator(config, log);
  return {
    config,
    phoneUrl: `${config.sandbox.publicUrl}/phone`,
    website: await demoWebsite(config),
    close: () => end(child),
  };
}

/** The secrets are new at each start: nobody can know them, and nobody has to. */
function furnish(config: Config): Config {
  const { server, sandbox, sites } = config;
  const account: AccountConfig = {
    name: 'main',
    kind: 'official-account',
    appId: `wx${randomBytes(8).toString('hex')}`,
    appSecret: randomBytes(16).toString('hex'),
    token: randomBytes(16).toString('hex'),
    encodingAesKey: randomBytes(32).toString('base64').slice(0, 43),
    mode: 'safe',
    apiUrl: `http://${reachable(server.host)}:${sandbox.port}`,
  };
  const site: SiteConfig = {
    id: demo,
    name: 'Saoma Demo',
    secret: randomId(32),
    account: 'main',
    approval: 'scan',
    origins: [],
    redirectUris: [`${server.publicUrl}/callback`],
  };
  return { ...config, accounts: [account], sites: [...sites.filter(({ id }) => id !== demo), site] };
}

async function startSimulator({ server, sandbox, accounts }: Config, log: Log): Promise<ChildProcess> {
  const [account] = accounts;
  const program = fileURLToPath(new URL('./simulator/main.js', import.meta.url));
  const child = fork(program, [], {
    env: {
      ...process.env,
      SIMULATOR_HOST: server.host,
      SIMULATOR_PORT: String(sandbox.port),
      SIMULATOR_PUBLIC_URL: sandbox.publicUrl,
      SIMULATOR_WEBHOOK_URL: `http://${reachable(server.host)}:${server.port}/wechat/${account?.name}`,
      SIMULATOR_APP_ID: account?.appId,
      SIMULATOR_APP_SECRET: account?.appSecret,
      SIMULATOR_TOKEN: account?.token,
      SIMULATOR_ENCODING_AES_KEY: account?.encodingAesKey,
      SIMULATOR_MODE: account?.mode,
      SIMULATOR_SITE_URL: server.publicUrl,
    },
  });
  await listening(child);
  child.once('exit', (code) => {
    if (child.connected || code !== 0)
      log.error({ code }, 'the stand-in WeChat has ended; restart to have it again');
  });
  return child;
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('the stand-in WeChat does not start')), startWithin);
    const settle = (): void => {
      clearTimeout(late);
      child.removeAllListeners();
    };
    child.once('message', () => resolve(settle()));
    child.once('exit', () => reject(new Error('the stand-in WeChat could not start', { cause: settle() })));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => {
    child.removeAllListeners('exit').once('exit', resolve);
  });
  child.disconnect();
  await gone;
}

/** The very program that stands in `examples/`; it knows of us what any website knows. */
async function demoWebsite({ server, sites }: Config): Promise<Door> {
  const module = new URL('../examples/website/website.js', import.meta.url).href;
  const { createWebsite } = (await import(module)) as {
    createWebsite: (options: WebsiteOptions) => Listener;
  };
  const answer = createWebsite({
    saomaUrl: server.publicUrl,
    exchangeUrl: `http://${reachable(server.host)}:${server.port}`,
    publicUrl: server.publicUrl,
    siteId: demo,
    siteSecret: sites.find(({ id }) => id === demo)?.secret ?? '',
  });
  return (router) => {
    router.all(['/', '/sign-in', '/callback', '/sign-out', '/signed-out'], async (ctx) => {
      ctx.respond = false;
      await answer(ctx.req, ctx.res);
    });
  };
}

/** How this machine reaches a program that listens on `host`. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
