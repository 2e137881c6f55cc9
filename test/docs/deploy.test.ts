import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { configWarnings } from '../../src/config/check.ts';
import { variables } from '../../src/config/environment.ts';
import { options } from '../../src/config/options.ts';
import { settings } from '../../src/kit/settings.ts';
import { Metrics } from '../../src/telemetry/metrics.ts';
import { account, load, site, temporaryFile } from '../config/given.ts';
import type { Json } from '../config/given.ts';
import { every, read, root } from './pages.ts';

const compose = read('compose.yaml');
const nginx = read('docs/examples/nginx.conf');
const kubernetes = read('docs/examples/kubernetes.yaml');
const page = read('docs/deploy.md');

/** Each variable that sets an option, also as the name of a file; and the one that names the file of the rest. */
const known = new Set([
  'SAOMA_CONFIG',
  ...variables.flatMap(({ name, option }) =>
    options.get(option)?.about.secret ? [name, `${name}_FILE`] : [name],
  ),
]);

/** Of Node, Compose, and the example website. */
const others = new Set(['NODE_ENV', 'NODE_EXTRA_CA_CERTS', 'HTTP_PORT', 'SAOMA_URL', 'WEBSITE_URL']);

/** What an operator has to bring: `.env`, and the content of the files. */
const brought: Record<string, string> = {
  PUBLIC_URL: 'https://login.example',
  REDIS_URL: 'redis://redis:6379',
  WECHAT_APP_ID: account.appId,
  WECHAT_APP_SECRET: account.appSecret,
  WECHAT_TOKEN: account.token,
  WECHAT_ENCODING_AES_KEY: account.encodingAesKey,
  SITE_ID: site.id,
  SITE_SECRET: site.secret,
  SITE_REDIRECT_URIS: 'https://shop.example/login/wechat',
  OPS_TOKEN: 'ops-0123456789-abcdefghijkl',
};

/** The environment of a node as the file gives it to the container, with secrets and `.env` as brought. */
function environment(given: readonly (readonly [string, string])[]): Record<string, string> {
  const filled = given.map(([name, value]) => [name, fill(name, value)] as const);
  return Object.fromEntries(filled.filter(([name]) => name !== 'SAOMA_CONFIG'));
}

function fill(name: string, value: string): string {
  if (name.endsWith('_FILE')) return temporaryFile(`${brought[name.replace(/_FILE$/, '')]}\n`);
  const { from, otherwise } = /^\$\{(?<from>\w+):[-?](?<otherwise>.*)\}$/.exec(value)?.groups ?? {};
  return from === undefined ? value : (brought[from] ?? (value.includes(':-') ? (otherwise ?? '') : ''));
}

function pairs(text: string, pattern: RegExp): [string, string][] {
  return [...text.matchAll(pattern)].map(([, name = '', value = '']) => [name, value]);
}

const composed = pairs(compose, /^ {4}([A-Z][A-Z_]+): (.*)$/gm);
const orchestrated = pairs(kubernetes, /\{ name: ([A-Z][A-Z_]+), value: (.*) \}$/gm);
const composedFile = JSON.parse(read('docs/examples/saoma.json')) as Json;
const orchestratedFile = JSON.parse(/saoma\.json: \|\n((?: {4}.*\n)+)/.exec(kubernetes)?.[1] ?? '') as Json;

describe.each([
  { file: 'compose.yaml', given: composed, layer: composedFile },
  { file: 'docs/examples/kubernetes.yaml', given: orchestrated, layer: orchestratedFile },
])('the nodes of $file', ({ given, layer }) => {
  test('are told nothing that they do not know', () => {
    const told = given.map(([name]) => name);
    expect(told.length).toBeGreaterThan(10);
    expect(told.filter((name) => !known.has(name))).toEqual([]);
  });

  test('start with it: in production, on Redis, with nothing to warn of', () => {
    const config = load(layer, { ...environment(given), NODE_ENV: 'production' });
    expect(config.redis.url).toBe(brought['REDIS_URL']);
    expect(config.accounts).toEqual([expect.objectContaining({ name: 'main', mode: 'safe' })]);
    expect(config.sites[0]?.redirectUris).toEqual([brought['SITE_REDIRECT_URIS']]);
    expect(config.metrics.port).toBe(9090);
    expect(configWarnings(config)).toEqual([]);
  });

  test('have the time that they need to stop', () => {
    const preStop = Number(/\[sleep, '(\d+)'\]/.exec(kubernetes)?.[1]) * 1000;
    const composedEnd = Number(/stop_grace_period: (\d+)s/.exec(compose)?.[1]) * 1000;
    const orchestratedEnd = Number(/terminationGracePeriodSeconds: (\d+)/.exec(kubernetes)?.[1]) * 1000;
    const least = settings.shutdown.hardEnd + 5_000;
    expect(composedEnd).toBeGreaterThan(least);
    expect(orchestratedEnd).toBeGreaterThan(least + preStop);
  });
});

describe('compose.yaml', () => {
  test('has its nodes trust nginx, and nobody else', () => {
    const address = /\n {2}nginx:\n[\s\S]*?ipv4_address: (\S+)/.exec(compose)?.[1];
    expect(composedFile).toMatchObject({ server: { trustedProxies: [address] } });
  });

  test('mounts files that are there, and secrets that are declared', () => {
    const mounted = every(compose, /^ +- \.\/(docs\S+?):/gm);
    expect(mounted.length).toBeGreaterThan(1);
    expect(mounted.filter((name) => !existsSync(new URL(name, root)))).toEqual([]);
    const declared = every(compose, /^ {4}file: \.\/secrets\/(\w+)$/gm);
    expect(new Set(declared)).toEqual(new Set(every(compose, /\/run\/secrets\/(\w+)$/gm)));
    expect(read('.gitignore')).toContain('secrets/\n');
  });
});

describe('nginx.conf', () => {
  test('names the nodes of compose.yaml', () => {
    const nodes = every(compose, /^ {2}(saoma-\d+):$/gm);
    expect(every(nginx, /^ +server ([\w-]+):3000 max_fails=1 /gm)).toEqual(nodes);
    // A message that waits for Redis says nothing of its node.
    expect(every(nginx, /^ +server ([\w-]+):3000 max_fails=0;/gm)).toEqual(nodes);
  });

  test('leaves a socket open for as long as Saoma does', () => {
    const [socket = '', webhook = ''] = every(nginx, /^ +proxy_read_timeout (\d+)s;$/gm);
    expect(Number(socket) * 1000).toBeGreaterThan(settings.socket.deadAfter);
    // Asked twice, and WeChat waits for five seconds.
    expect(Number(webhook) * 2).toBeLessThan(5);
  });

  test('lets through what Saoma takes', () => {
    const body = Number(/client_max_body_size (\d+)k;/.exec(nginx)?.[1]) * 1024;
    const headers = Number(/large_client_header_buffers \d (\d+)k;/.exec(nginx)?.[1]) * 1024;
    expect(body).toBeGreaterThan(settings.webhook.bodyBytes);
    expect(headers).toBeGreaterThan(settings.http.headerBytes);
  });

  test('writes no query into its log', () => {
    const format = /log_format without_query([^;]*);/.exec(nginx)?.[1] ?? '';
    expect(format).toContain('$uri');
    expect(format).not.toMatch(/\$(request|request_uri|args|query_string|http_referer)\b/);
    expect(every(nginx, /^ *access_log (.*);$/gm)).toEqual(['/dev/stdout without_query']);
  });
});

describe('docs/deploy.md', () => {
  test('links to what is there', () => {
    const links = every(page, /\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g);
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((link) => !existsSync(new URL(link, new URL('docs/', root))))).toEqual([]);
  });

  test('names options that are', () => {
    const named = every(page, /`((?:server|redis|scene|metrics|limits|ops|log)\.\w+)`/g);
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !options.has(name))).toEqual([]);
  });

  test('names variables that are', () => {
    const named = every(page, /\b([A-Z]{2,}_[A-Z_]+|PORT|HOST)\b/g);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !known.has(name) && !others.has(name))).toEqual([]);
  });

  test('names metrics that are', async () => {
    const metrics = new Metrics();
    // Those that the app adds.
    const text = `${await metrics.text()} ${read('src/app.ts')} ${read('src/figures.ts')}`;
    const named = every(page, /`(saoma_\w+)`/g);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !text.includes(name))).toEqual([]);
  });

  test('says of every part whether it was tried', () => {
    const parts = page.split(/^## /m).slice(1);
    const silent = parts.filter((part) => !/^\*(Tried|Not run here): /m.test(part));
    expect(silent.map((part) => part.split('\n', 1)[0])).toEqual(['Backups']);
  });

  test.each(['.md', '.zh-CN.md'])('is linked from README%s, in its language', (end) => {
    expect(read(`README${end}`)).toContain(`](docs/deploy${end})`);
  });
});
