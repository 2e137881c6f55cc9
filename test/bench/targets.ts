/** Owns what is measured: the service as it is shipped, and beside it the floors. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../faults/http.ts';
import { steadyPort } from '../support/redis-server.ts';
import { Server } from './server.ts';
import { site, webhookToken } from './visitor.ts';
import { service } from './workload.ts';

export interface Surroundings {
  wechatUrl: string;
  /** Without it the service keeps everything in its memory. */
  redisUrl?: string;
  /** Laid over the service's configuration, section by section; its sites are beside the one there is. */
  config?: Record<string, object>;
  /** Of the service's process, further. */
  env?: Record<string, string>;
}

export interface Target {
  name: string;
  start(surroundings: Surroundings): Promise<Server>;
}

const readyWithin = 20_000;

function floor(name: string, env: Record<string, string> = {}): Target {
  return {
    name,
    async start({ wechatUrl, redisUrl = '' }) {
      const given = { WECHAT_API_URL: wechatUrl, WECHAT_TOKEN: webhookToken, REDIS_URL: redisUrl };
      const program = `floors/${name.replace(/ .*/, '')}.js`;
      const server = new Server({ name, program, env: { ...given, ...env } });
      server.port = (await server.hears<{ port: number }>()).port;
      return server;
    },
  };
}

async function startSaoma({ wechatUrl, redisUrl, config, env }: Surroundings): Promise<Server> {
  const port = await steadyPort();
  const folder = mkdtempSync(join(tmpdir(), 'saoma-bench-'));
  const file = join(folder, 'saoma.json');
  writeFileSync(file, JSON.stringify(configuration(port, wechatUrl, redisUrl, config)));
  const server = new Server({
    name: service,
    program: '../../../dist/main.js',
    flags: ['--enable-source-maps'],
    env: { SAOMA_CONFIG: file, NODE_ENV: 'production', ...env },
  });
  server.port = port;
  try {
    await untilReady(server);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return server;
}

async function untilReady(server: Server): Promise<void> {
  for (const end = performance.now() + readyWithin; !(await isReady(server.port)); await sleep(50)) {
    if (server.isRunning && performance.now() < end) continue;
    await server.stop();
    throw new Error('the service ended, or is not ready in time; BENCH_LOG=FILE has what it says');
  }
}

/** As a site would run it, behind a proxy and with every limit on; only what one site may open is more than one machine can. */
function configuration(
  port: number,
  apiUrl: string,
  redisUrl: string | undefined,
  further: Record<string, object> = {},
): object {
  const account = {
    name: 'main',
    kind: 'official-account',
    appId: 'wx00112233445566aa',
    mode: 'plain',
    apiUrl,
  };
  const secrets = { appSecret: 'bench-app-secret-0123456789abcdef', token: webhookToken };
  return {
    ...further,
    server: { host: '127.0.0.1', port, publicUrl: 'http://saoma.test', trustedProxies: ['127.0.0.1'] },
    redis: { ...(redisUrl !== undefined && { url: redisUrl }), ...further['redis'] },
    limits: { scenesPerSitePerSecond: 100_000, ...further['limits'] },
    accounts: [{ ...account, ...secrets }],
    sites: [siteOf(site.id), ...((further['sites'] as object[] | undefined) ?? [])],
  };
}

/** A site as the configuration has it. All have one origin. */
export function siteOf(id: string): object {
  return {
    id,
    name: 'The Shop',
    secret: `bench-${id}-secret-0123456789`,
    account: 'main',
    origins: [site.origin],
    redirectUris: [`${site.origin}/login`],
  };
}

async function isReady(port: number): Promise<boolean> {
  const look = ask({ port, method: 'GET', path: '/readyz', within: 2_000 });
  return look.then(
    ({ status }) => status === 200,
    () => false,
  );
}

export const saoma: Target = { name: service, start: startSaoma };
export const floors = {
  floor: floor('floor'),
  floorQr: floor('floor-qr'),
  floorQrDrawn: floor('floor-qr +svg', { DRAW: '1' }),
  floorRedis: floor('floor-redis'),
  packages: floor('packages'),
};
