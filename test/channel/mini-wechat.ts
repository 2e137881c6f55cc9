/** WeChat as a mini program and its server meet it: it gives codes and seals data to phones, and session_keys to whoever has the secret. */
import { createCipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SealedProfile } from '../../src/channel/mini-program-sessions.ts';

export const mini = { appId: 'wx66778899aabbccdd', appSecret: 'canary0mini0secret0canary0mini00' };

interface Sealing {
  /** Whose app the data is for. */
  appId?: string;
  /** When it was sealed, ms. */
  at?: number;
  rawData?: string;
}

export class MiniWechat {
  /** The API of each request, in order. */
  readonly asked: string[] = [];
  /** Every session_key that it ever gave. */
  readonly keys: string[] = [];
  /** Answers the next requests of an API with these error numbers. */
  readonly faults = new Map<string, number[]>();
  /** People with an id in all apps of the owner. */
  readonly unionids = new Map<string, string>();
  /** Nothing is answered before. */
  until: Promise<unknown> = Promise.resolve();
  readonly #codes = new Map<string, { openid: string; used: boolean }>();
  readonly #keyOf = new Map<string, string>();
  readonly #now: () => number;
  readonly #server: http.Server;

  static async start(now: () => number): Promise<MiniWechat> {
    const server = http.createServer({ keepAliveTimeout: 60_000 });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    return new MiniWechat(server, now);
  }

  private constructor(server: http.Server, now: () => number) {
    this.#server = server;
    this.#now = now;
    server.on('request', (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://wechat');
      request.resume();
      const answer = JSON.stringify(this.#answer(pathname, Object.fromEntries(searchParams)));
      void this.until.then(() => response.end(answer));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  count(api: string): number {
    return this.asked.filter((asked) => asked === api).length;
  }

  /** What `wx.login` gives on this person's phone. */
  login(openid: string): string {
    const code = `0${randomBytes(15).toString('hex')}`;
    this.#codes.set(code, { openid, used: false });
    return code;
  }

  /** From now on it knows another session_key of this person. */
  replaceKey(openid: string): void {
    const key = randomBytes(16).toString('base64');
    this.keys.push(key);
    this.#keyOf.set(openid, key);
  }

  /** What `wx.getUserProfile` and its like give on this person's phone. */
  seal(openid: string, data: object, { appId = mini.appId, at, rawData }: Sealing = {}): SealedProfile {
    const key = this.#keyOf.get(openid) ?? '';
    const raw = rawData ?? rawOf(data);
    const iv = randomBytes(16);
    const timestamp = Math.floor((at ?? this.#now()) / 1000);
    const cipher = createCipheriv('aes-128-cbc', Buffer.from(key, 'base64'), iv);
    const plain = JSON.stringify({ ...data, watermark: { timestamp, appid: appId } });
    return {
      rawData: raw,
      signature: createHash('sha1')
        .update(raw + key)
        .digest('hex'),
      encryptedData: Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64'),
      iv: iv.toString('base64'),
    };
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => void this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #answer(path: string, query: Record<string, string>): object {
    const api = path.replace(/^\/(?:cgi-bin|sns|wxa)\//, '');
    this.asked.push(api);
    const fault = this.faults.get(api)?.shift();
    if (fault !== undefined) return { errcode: fault, errmsg: 'as told' };
    if (path === '/cgi-bin/stable_token') return { access_token: 'a-token', expires_in: 7200 };
    if (path === '/sns/jscode2session') return this.#session(query);
    if (path === '/wxa/checksession' && query['access_token'] === 'a-token') return this.#check(query);
    return { errcode: 40066, errmsg: 'invalid url' };
  }

  #session({ appid, secret, js_code = '', grant_type }: Record<string, string>): object {
    if (appid !== mini.appId) return { errcode: 40013, errmsg: 'invalid appid' };
    if (secret !== mini.appSecret) return { errcode: 40125, errmsg: 'invalid appsecret' };
    const code = this.#codes.get(js_code);
    if (!code || grant_type !== 'authorization_code') return { errcode: 40029, errmsg: 'invalid code' };
    if (code.used) return { errcode: 40163, errmsg: 'code been used' };
    code.used = true;
    const { openid } = code;
    if (!this.#keyOf.has(openid)) this.replaceKey(openid);
    const unionid = this.unionids.get(openid);
    return { openid, session_key: this.#keyOf.get(openid), ...(unionid && { unionid }) };
  }

  #check({ openid = '', signature, sig_method }: Record<string, string>): object {
    const key = this.#keyOf.get(openid) ?? '';
    const right = createHmac('sha256', key).update('').digest('hex');
    const stands = sig_method === 'hmac_sha256' && signature === right;
    return stands ? { errcode: 0, errmsg: 'ok' } : { errcode: 87009, errmsg: 'invalid signature' };
  }
}

/** What WeChat signs beside the data: the same, without whose they are. */
function rawOf(data: object): string {
  const who = new Set(['openId', 'unionId']);
  return JSON.stringify(Object.fromEntries(Object.entries(data).filter(([name]) => !who.has(name))));
}
