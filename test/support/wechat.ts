import { randomInt } from 'node:crypto';
import type { Clock } from '../../src/kit/clock.ts';
import type { AccountOptions } from '../../src/wechat/official-account.ts';
import { decrypt, encrypt, signatureOf } from '../../src/wechat/seal.ts';
import { buildXml, parseXml } from '../../src/wechat/xml.ts';

export interface Stamp {
  timestamp: string;
  nonce: string;
}

type Account = Pick<AccountOptions, 'name' | 'appId' | 'token' | 'encodingAesKey' | 'mode'>;

/** WeChat's side of the webhook: signs, seals and posts as WeChat does, and can be made to do it wrong. */
export class Wechat {
  readonly #account: Account;
  readonly #base: string;
  readonly #clock: Clock;

  constructor(account: Account, base: string, clock: Clock) {
    this.#account = account;
    this.#base = base;
    this.#clock = clock;
  }

  stamp(atMs = this.#clock.now()): Stamp {
    return { timestamp: String(Math.floor(atMs / 1000)), nonce: String(randomInt(1e9)) };
  }

  /** Query and body as the account's mode has them. */
  seal(xml: string, { timestamp, nonce }: Stamp = this.stamp()): { query: URLSearchParams; body: string } {
    const { token, mode, appId, encodingAesKey = '' } = this.#account;
    const query = new URLSearchParams({ signature: signatureOf(token, timestamp, nonce), timestamp, nonce });
    if (mode === 'plain') return { query, body: xml };
    const sealed = encrypt(xml, { appId, encodingAesKey });
    query.set('encrypt_type', 'aes');
    query.set('msg_signature', signatureOf(token, timestamp, nonce, sealed));
    const envelope = buildXml({ ToUserName: 'gh_1a2b3c4d5e6f', Encrypt: sealed });
    return {
      query,
      body: mode === 'safe' ? envelope : xml.replace('</xml>', envelope.replace(/^<xml>/, '')),
    };
  }

  post(query: URLSearchParams, body: string | Uint8Array): Promise<Response> {
    const url = `${this.#base}/wechat/${this.#account.name}?${query.toString()}`;
    return fetch(url, { method: 'POST', body, headers: { 'content-type': 'text/xml' } });
  }

  /** Signs, seals and posts. */
  push(xml: string, stamp?: Stamp): Promise<Response> {
    const { query, body } = this.seal(xml, stamp);
    return this.post(query, body);
  }

  scan(openid: string, sceneId: string): Promise<Response> {
    return this.#happens(openid, { Event: 'SCAN', EventKey: sceneId, Ticket: 'gQExampleTicketBase64==' });
  }

  follow(openid: string, sceneId: string): Promise<Response> {
    return this.#happens(openid, { Event: 'subscribe', EventKey: `qrscene_${sceneId}` });
  }

  unfollow(openid: string): Promise<Response> {
    return this.#happens(openid, { Event: 'unsubscribe', EventKey: '' });
  }

  #happens(openid: string, fields: Record<string, string>): Promise<Response> {
    return this.push(event(openid, fields, Math.floor(this.#clock.now() / 1000)));
  }

  /** The text of a passive reply, unsealed if it came sealed; `success` as it is. */
  replyText(body: string): string {
    if (!body.startsWith('<')) return body;
    const { Encrypt: sealed } = parseXml(body, ['Encrypt']);
    const { appId, encodingAesKey = '' } = this.#account;
    const xml = sealed === undefined ? body : (decrypt(sealed, { appId, encodingAesKey }) ?? '');
    return parseXml(xml, ['Content'])['Content'] ?? '';
  }
}

/** An event as WeChat writes it. */
export function event(openid: string, fields: Record<string, string>, createTime = 1_700_000_000): string {
  const common = {
    ToUserName: 'gh_1a2b3c4d5e6f',
    FromUserName: openid,
    CreateTime: createTime,
    MsgType: 'event',
  };
  return buildXml({ ...common, ...fields });
}
