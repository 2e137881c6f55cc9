import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { officialAccounts } from '../../src/config/config.ts';
import { certificate, startTls } from '../doctor/tls.ts';
import { freePort } from '../support/free-port.ts';
import { startProgram } from '../support/program.ts';
import { startApp } from '../support/start-app.ts';

const doctor = fileURLToPath(new URL('../../dist/doctor/main.js', import.meta.url));

interface Said {
  code: number | null;
  stdout: string;
  stderr: string;
}

async function ask(args: string[], env: Record<string, string> = {}): Promise<Said> {
  const child = spawn(process.execPath, [doctor, ...args], { env: { PATH: process.env['PATH'], ...env } });
  const said: Said = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (data) => (said.stdout += String(data)));
  child.stderr.on('data', (data) => (said.stderr += String(data)));
  [said.code] = (await once(child, 'close')) as [number | null];
  return said;
}

function configFile(config: object): string {
  const file = join(mkdtempSync(join(tmpdir(), 'saoma-')), 'saoma.json');
  writeFileSync(file, JSON.stringify(config));
  return file;
}

describe('beside the sandbox', () => {
  test('it finds everything in order by itself, and says that it is the sandbox', async () => {
    const program = await startProgram();
    onTestFinished(() => void program.stop());
    const sandboxPort = Number(new URL(program.phone.url).port);
    const config = { server: { port: program.port }, sandbox: { port: sandboxPort } };
    const { code, stdout, stderr } = await ask([], { SAOMA_CONFIG: configFile(config) });
    expect(stderr).toBe('');
    expect(stdout).not.toMatch(/[✘!]/);
    expect(stdout).toContain('✔ Sandbox: This is the SANDBOX');
    expect(stdout).toContain('✔ Sealed message [main]');
    expect(stdout).toContain('✔ QR codes [main]');
    expect(code).toBe(0);
  });

  test('when nothing runs it says what to start, and everything else waits', async () => {
    const config = { server: { port: await freePort() }, sandbox: { port: await freePort() } };
    const { code, stdout } = await ask(['--lang', 'zh'], { SAOMA_CONFIG: configFile(config) });
    expect(stdout).toContain('✘ 沙箱：');
    expect(stdout).toContain('npm start');
    expect(stdout).toContain('– 微信接口 [main]：未检查：取决于“沙箱”');
    expect(code).toBe(1);
  });
});

describe('beside a configured service', () => {
  test('secrets that it was given are nowhere in what it prints; a fault ends it with 1', async () => {
    const app = await startApp();
    onTestFinished(() => app.close());
    const [account] = officialAccounts(app.config);
    const env = {
      PORT: String(app.config.server.port),
      PUBLIC_URL: app.url,
      WECHAT_API_URL: app.simulator.url,
      WECHAT_APP_ID: account!.appId,
      WECHAT_APP_SECRET: account!.appSecret,
      WECHAT_TOKEN: account!.token,
      WECHAT_ENCODING_AES_KEY: account!.encodingAesKey!,
      SITE_ID: 'shop',
      SITE_SECRET: 'canary-shop-secret-0123456789',
      SITE_ORIGINS: 'https://shop.example',
      REDIS_URL: 'redis://canaryuser:canarypassword@127.0.0.1:1/0',
    };
    const { REDIS_URL: _, ...without } = env;
    const good = await ask([], { ...without, LANG: 'zh_CN.UTF-8' });
    expect(good.code).toBe(0);
    expect(good.stdout).toContain('✔ 回调地址 [main]：');
    const bad = await ask(['--json'], env);
    expect(bad.code).toBe(1);
    const told = JSON.parse(bad.stdout) as { ok: boolean; findings: { check: string; code: string }[] };
    expect(told.ok).toBe(false);
    expect(told.findings).toContainEqual(expect.objectContaining({ check: 'redis', code: 'redis_away' }));
    const printed = good.stdout + good.stderr + bad.stdout + bad.stderr;
    for (const secret of ['canary', account!.token, account!.encodingAesKey!, 'signature='])
      expect(printed).not.toContain(secret);
  });

  test.each([
    { name: 'cert', host: 'localhost', says: 'is for another name' },
    { name: 'expired', host: '127.0.0.1', says: 'has expired' },
  ] as const)('a certificate that $says', async ({ name, host, says }) => {
    const url = (await startTls(name)).replace('127.0.0.1', host);
    const account = {
      WECHAT_APP_ID: 'wx00112233445566aa',
      WECHAT_APP_SECRET: '0123456789abcdef',
      WECHAT_TOKEN: 'bridgeTestToken01',
      WECHAT_API_URL: 'http://127.0.0.1:1',
    };
    const site = {
      SITE_ID: 'shop',
      SITE_SECRET: 'canary-shop-secret-0123456789',
      SITE_ORIGINS: 'https://shop.example',
    };
    const trust = { NODE_EXTRA_CA_CERTS: certificate(name) };
    const port = { PORT: String(await freePort()) };
    const { stdout } = await ask([], { ...account, ...site, ...trust, ...port, PUBLIC_URL: url });
    expect(stdout).toContain(`✘ Public address: The certificate at ${url} ${says}`);
  });
});

describe('it examines nothing', () => {
  test('with a configuration that is refused: its faults, and 78', async () => {
    const env = { PORT: 'abc', LOG_LEVEL: 'loud', SITE_SECRET: 'canary' };
    const { code, stdout, stderr } = await ask(['--json'], env);
    expect(code).toBe(78);
    for (const path of ['server.port', 'log.level']) expect(stderr).toContain(`${path}: found `);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, faults: expect.any(Array) });
    expect(stdout + stderr).not.toContain('canary');
  });

  test('with a command line that is refused: how to ask, and 64', async () => {
    const { code, stdout, stderr } = await ask(['--lang', 'fr']);
    expect(code).toBe(64);
    expect(stdout).toBe('');
    expect(stderr).toContain('Usage: npm run doctor');
  });

  test('when asked for help', async () => {
    const { code, stdout } = await ask(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--no-qr');
  });
});
