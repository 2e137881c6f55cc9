/** The service with a mini program, the stand-in WeChat that knows it, and phones on which the client runs. */
import { onTestFinished } from 'vitest';
import { startApp } from '../support/start-app.ts';
import type { StartOptions, TestApp } from '../support/start-app.ts';
import { createSaoma } from './saoma.ts';
import type { Saoma } from './saoma.ts';
import { StandInWx } from './stand-in-wx.ts';

const miniAccount = {
  name: 'mini',
  kind: 'mini-program',
  appId: 'wx99887766554433ff',
  appSecret: 'canary-mini-secret-fedcba9876543210',
};
const site = {
  id: 'shop',
  name: 'The Shop',
  secret: 'canary-shop-secret-0123456789',
  accounts: ['main', 'mini'],
  origins: ['https://shop.example'],
  redirectUris: ['https://shop.example/login/wechat'],
  messaging: { peers: true },
};

export interface Phone {
  saoma: Saoma;
  wx: StandInWx;
  openid: string;
  /** WeChat gives the person another session_key. */
  replaceKey: () => Promise<void>;
}

export interface Stage {
  app: TestApp;
  phone: () => Promise<Phone>;
}

/** Gone again when the test is over. */
export async function openStage(options: StartOptions = {}): Promise<Stage> {
  const app = await startApp({ furtherAccounts: [miniAccount], sites: [site], ...options });
  onTestFinished(() => app.close());
  return { app, phone: () => newPhone(app) };
}

async function newPhone(app: TestApp): Promise<Phone> {
  const { id: person, miniOpenid } = await ask<{ id: string; miniOpenid: string }>(app, 'people', {});
  const wx = new StandInWx({
    loginCode: async () => (await ask<{ code: string }>(app, 'mini/login-code', { person })).code,
    sealedData: () => ask(app, 'mini/user-profile', { person }),
  });
  return {
    saoma: createSaoma({ baseUrl: app.url, account: 'mini', wx }),
    wx,
    openid: miniOpenid,
    replaceKey: () => ask(app, 'mini/replace-session-key', { person }),
  };
}

async function ask<T>({ simulator }: TestApp, path: string, body: object): Promise<T> {
  const response = await fetch(`${simulator.url}/phone/api/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (response.status === 204 ? undefined : await response.json()) as T;
}
