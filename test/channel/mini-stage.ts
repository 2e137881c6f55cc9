/** A mini program beside the official account: its WeChat, its phones, and the service that both talk to. */
import { expect, onTestFinished } from 'vitest';
import type { SceneSnapshot } from '../../src/protocol/messages.ts';
import type { OpenedScene } from '../support/browser.ts';
import { startApp } from '../support/start-app.ts';
import type { StartOptions, TestApp } from '../support/start-app.ts';
import { FakeWechat } from '../wechat/fake-wechat.ts';

export const miniAccount = {
  name: 'mini',
  kind: 'mini-program',
  appId: 'wx99887766554433ff',
  appSecret: 'canary-mini-secret-fedcba9876543210',
};

/** As WeChat's: told apart from its errors by how it begins. */
export const picture = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(40, 7)]);

const site = {
  id: 'shop',
  name: 'The Shop',
  secret: 'canary-shop-secret-0123456789',
  accounts: ['main', 'mini'],
  origins: ['https://shop.example'],
  redirectUris: ['https://shop.example/login/wechat'],
};
/** Its people are asked by the mini program only, or not at all. */
const furtherSites = [
  {
    ...site,
    id: 'app',
    name: 'The App',
    secret: 'canary-app-site-secret-13579',
    accounts: ['mini', 'other'],
  },
  { ...site, id: 'plain', name: 'Plain', secret: 'canary-plain-secret-24680-', accounts: ['main'] },
];

export interface MiniStage {
  app: TestApp;
  wechat: FakeWechat;
  /** A phone with the mini program, in the hand of this person. */
  phone: (openid: string, account?: string) => MiniPhone;
}

/** Gone again when the test is over. */
export async function openMiniStage(options: StartOptions = {}): Promise<MiniStage> {
  const wechat = await FakeWechat.start();
  const mini = { ...miniAccount, apiUrl: wechat.url };
  const app = await startApp({
    furtherAccounts: [mini, { ...mini, name: 'other', appId: 'wx1111111111111111' }],
    sites: [site, ...furtherSites],
    ...options,
  });
  onTestFinished(async () => {
    await app.close();
    await wechat.stop();
  });
  speakMini(wechat);
  return { app, wechat, phone: (openid, account = 'mini') => new MiniPhone(app.url, openid, account) };
}

/** What a mini program's server asks of it: whose code it is (the code says so), and pictures. */
export function speakMini(wechat: FakeWechat): void {
  wechat.answer('/sns/jscode2session', ({ query }) => {
    const openid = query['js_code']?.split('.')[0] ?? '';
    const union = openid.startsWith('oUnited') ? { unionid: `u${openid.slice(1)}` } : {};
    return { openid, session_key: 'ICEiIyQlJicoKSorLC0uLw==', ...union };
  });
  wechat.answer(
    '/wxa/getwxacodeunlimit',
    wechat.withToken((_, response) => void response.end(picture)),
  );
}

/** The scenes that codes were asked for. */
export function scenesOfCodes(wechat: FakeWechat): unknown[] {
  const asked = wechat.asked.filter(({ path }) => path === '/wxa/getwxacodeunlimit');
  return asked.map(({ body }) => (JSON.parse(body) as { scene: unknown }).scene);
}

export interface Question {
  handle: string;
  site: { id: string; name: string };
  browser: { ip: string; userAgent: string; name: string; openedAt: number };
  expiresAt: number;
}

/** What came back: the status, and the JSON. */
export interface Told {
  status: number;
  body: Record<string, unknown>;
}

export class MiniPhone {
  readonly openid: string;
  readonly #account: string;
  readonly #url: string;
  #session = '';
  #logins = 0;

  constructor(url: string, openid: string, account: string) {
    this.#url = url;
    this.#account = account;
    this.openid = openid;
  }

  /** The same person in the same session, at another node. */
  at(url: string): MiniPhone {
    const phone = new MiniPhone(url, this.openid, this.#account);
    phone.#session = this.#session;
    return phone;
  }

  async login(): Promise<this> {
    const { status, body } = await this.post('/login', { code: `${this.openid}.${this.#logins++}` });
    if (status !== 200) throw new Error(`no login: ${status} ${JSON.stringify(body)}`);
    this.#session = String(body['session']);
    return this;
  }

  scan(sceneId: string): Promise<Told> {
    return this.post(`/scenes/${sceneId}/scan`);
  }

  /** A scan that comes to a question. */
  async asked(sceneId: string): Promise<Question> {
    const { status, body } = await this.scan(sceneId);
    if (status !== 200) throw new Error(`nobody is asked: ${status} ${JSON.stringify(body)}`);
    return body as unknown as Question;
  }

  answer(handle: string, answer: unknown = 'accept'): Promise<Told> {
    return this.post(`/approvals/${handle}`, { answer });
  }

  async post(path: string, body?: object): Promise<Told> {
    const response = await fetch(`${this.#url}/miniprogram/${this.#account}${path}`, {
      method: 'POST',
      headers: {
        ...(this.#session && { authorization: `Bearer ${this.#session}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }
}

/** The scene as its browser sees it. */
export async function look({ app }: MiniStage, scene: OpenedScene): Promise<SceneSnapshot> {
  const response = await app.browser().view(scene);
  expect(response.status).toBe(200);
  return (await response.json()) as SceneSnapshot;
}
