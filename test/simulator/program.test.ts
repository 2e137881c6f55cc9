import { execFileSync, fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { optionsFrom, saomaLines } from '../../src/simulator/environment.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Below the packages, so that the compiled program finds them. */
const folder = `${root}node_modules/.cache/simulator-test`;

describe('the environment', () => {
  test('is not needed: credentials are made up, as strong as Saoma wants them', () => {
    const options = optionsFrom({});
    expect(options).toMatchObject({
      host: '127.0.0.1',
      port: 3001,
      webhookUrl: 'http://localhost:3000/wechat/main',
      appId: expect.stringMatching(/^wx[0-9a-f]{16}$/),
      appSecret: expect.stringMatching(/^[0-9a-f]{32}$/),
      token: expect.stringMatching(/^[0-9a-f]{32}$/),
      encodingAesKey: expect.stringMatching(/^[A-Za-z0-9]{43}$/),
      mode: 'safe',
    });
    expect(saomaLines(options, 'http://127.0.0.1:3001')).toEqual([
      'WECHAT_API_URL=http://127.0.0.1:3001',
      `WECHAT_APP_ID=${options.appId}`,
      `WECHAT_APP_SECRET=${options.appSecret}`,
      `WECHAT_TOKEN=${options.token}`,
      `WECHAT_ENCODING_AES_KEY=${options.encodingAesKey}`,
    ]);
  });

  test('plain mode has no key', () => {
    const options = optionsFrom({ SIMULATOR_MODE: 'plain' });
    expect(saomaLines(options, 'http://127.0.0.1:3001').join(' ')).not.toContain('AES');
  });

  test.each([
    ['SIMULATOR_MODE', 'secret'],
    ['SIMULATOR_PORT', '70000'],
    ['SIMULATOR_PORT', '3e3'],
    ['SIMULATOR_WEBHOOK_URL', 'localhost:3000'],
    ['SIMULATOR_PUBLIC_URL', 'javascript:1'],
  ])('%s=%s is refused by name', (name, value) => {
    expect(() => optionsFrom({ [name]: value })).toThrow(`${name} is "${value}"`);
  });
});

describe('the program', () => {
  beforeAll(() => {
    mkdirSync(folder, { recursive: true });
    const config = { extends: `${root}tsconfig.build.json`, include: [`${root}src/simulator`] };
    const compilerOptions = { rootDir: `${root}src`, outDir: `${folder}/dist` };
    writeFileSync(`${folder}/tsconfig.json`, JSON.stringify({ ...config, compilerOptions }));
    writeFileSync(`${folder}/package.json`, '{"type":"module"}');
    execFileSync('npx', ['tsc', '-p', `${folder}/tsconfig.json`], { stdio: 'inherit', cwd: root });
  });

  test('as a child says its port, leaves SIGINT to the parent, and ends with it', async () => {
    const child = start({ SIMULATOR_PORT: '0' });
    const [message] = (await once(child, 'message')) as [{ type: string; port: number }];
    expect(message).toEqual({ type: 'listening', port: expect.any(Number) });
    const url = `http://127.0.0.1:${message.port}/cgi-bin/stable_token`;
    child.kill('SIGINT');
    expect((await fetch(url, { method: 'POST' })).status).toBe(200);
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([0, null]);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  test('ends by SIGTERM', async () => {
    const child = start({ SIMULATOR_PORT: '0' });
    await once(child, 'message');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  test('with its port in use says so and exits with 1', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const child = start({ SIMULATOR_PORT: String((server.address() as AddressInfo).port) });
    const [[text], [status]] = await Promise.all([
      once(child.stderr ?? process, 'data') as Promise<[Buffer]>,
      once(child, 'exit'),
    ]);
    expect(String(text)).toMatch(/port is in use; choose another with sandbox\.port/);
    expect(status).toBe(1);
  });
});

function start(env: Record<string, string>): ChildProcess {
  const child = fork(`${folder}/dist/simulator/main.js`, { env: { ...process.env, ...env }, silent: true });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}
