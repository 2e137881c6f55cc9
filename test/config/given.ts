import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ConfigError, loadConfig } from '../../src/config/config.ts';
import type { Config } from '../../src/config/config.ts';

export type Json = Record<string, unknown>;
type Env = Record<string, string>;

export const account = {
  name: 'main',
  appId: 'wx00112233445566aa',
  appSecret: '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
  token: 'Canary0Token9876',
  encodingAesKey: 'AwoRGB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dw',
};

export const miniProgram = {
  name: 'mini',
  kind: 'mini-program',
  appId: 'wx66778899aabbccdd',
  appSecret: '9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f',
};

export const site = {
  id: 'shop',
  secret: 'shop-0123456789-abcdefghij',
  origins: ['https://shop.example'],
  redirectUris: ['https://shop.example/login/wechat'],
};

/** The account and the site above as the environment would give them. */
export const accountEnv = {
  WECHAT_APP_ID: account.appId,
  WECHAT_APP_SECRET: account.appSecret,
  WECHAT_TOKEN: account.token,
};
export const siteEnv = {
  SITE_ID: site.id,
  SITE_SECRET: site.secret,
  SITE_ORIGINS: site.origins.join(),
};

/** A file that is gone after the test. */
export function temporaryFile(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'saoma-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'file');
  writeFileSync(file, content);
  return file;
}

/** What Saoma makes of a file with this content, and this environment. */
export function load(content: Json, env: Env = {}): Config {
  return loadConfig({ SAOMA_CONFIG: temporaryFile(JSON.stringify(content)), ...env });
}

export function refusal(content: Json, env: Env = {}): ConfigError {
  return refused(() => load(content, env));
}

export function refused(start: () => unknown): ConfigError {
  try {
    start();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}
