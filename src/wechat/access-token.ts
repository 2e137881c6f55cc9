/**
 * Owns the access token of an account: one for all nodes, renewed before it ends.
 * https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken
 */
import { z } from 'zod';

import type { Clock } from '../kit/clock.ts';
import { settings } from '../kit/settings.ts';
import { tokenApi } from './errors.ts';
import type { Call } from './transport.ts';

export interface AccessToken {
  value: string;
  /** From then on it is not used any more, ms; the margin before its real end is already taken off. */
  expiresAt: number;
}

/** Where access tokens are kept, for all nodes that share the store. */
export interface TokenStore {
  /**
   * The account's kept token while it is fresh (`expiresAt` is ahead). Otherwise runs `renew`, once however many ask at
   * once, keeps its result and gives it to them all. A renewal that fails fails them all and is not kept: the next to
   * ask renews again.
   */
  obtain(account: string, renew: () => Promise<AccessToken>): Promise<AccessToken>;

  /** Drops the account's token, but only if it is still this one: a newer one stays. */
  forget(account: string, value: string): Promise<void>;
}

/** What a node knows of an account's token. */
export interface TokenHealth {
  /** `none`: not fetched yet, or over; `failing`: the last time that one was needed there was none to be had. */
  state: 'valid' | 'none' | 'failing';
  /** Until when it is used, ms; only of a valid one. */
  expiresAt: number | null;
  /** When this was found out, ms; 0: never. */
  at: number;
}

interface Owner {
  appId: string;
  appSecret: string;
}

interface Parts {
  clock: Clock;
  tokens: TokenStore;
  send: <T>(call: Call<T>) => Promise<T>;
}

const answer = z.object({ access_token: z.string().min(1).max(4096), expires_in: z.number().positive() });

/**
 * Tokens are kept under the app id, because to WeChat that is whose they are: an account that is given another app id
 * must not act as the former one.
 */
export class AccessTokens {
  readonly #owner: Owner;
  readonly #parts: Parts;
  /** Of the token that was used last; 0: WeChat refused it, or there was none. */
  #expiresAt = 0;
  #isFailing = false;
  /** When the one or the other was found out. */
  #knownAt = 0;

  constructor(owner: Owner, parts: Parts) {
    this.#owner = owner;
    this.#parts = parts;
  }

  async get(): Promise<string> {
    try {
      const token = await this.#parts.tokens.obtain(this.#owner.appId, () => this.#renew());
      this.#learn(token.expiresAt);
      return token.value;
    } catch (error) {
      this.#learn(0);
      this.#isFailing = true;
      throw error;
    }
  }

  /** As far as known here. A failure says something until others have surely tried, too. */
  get health(): TokenHealth {
    const at = this.#knownAt;
    const now = this.#parts.clock.now();
    if (this.#isFailing && now - at < settings.wechat.faultShownFor)
      return { state: 'failing', expiresAt: null, at };
    if (this.#expiresAt > now) return { state: 'valid', expiresAt: this.#expiresAt, at };
    return { state: 'none', expiresAt: null, at };
  }

  /** Drops a token that WeChat refused. */
  forget(value: string): Promise<void> {
    this.#learn(0);
    return this.#parts.tokens.forget(this.#owner.appId, value);
  }

  #learn(expiresAt: number): void {
    this.#expiresAt = expiresAt;
    this.#isFailing = false;
    this.#knownAt = this.#parts.clock.now();
  }

  /** Asks in normal mode, which gives every node the same token; a forced refresh would kill the one in use. */
  async #renew(): Promise<AccessToken> {
    const { appId, appSecret } = this.#owner;
    const body = { grant_type: 'client_credential', appid: appId, secret: appSecret, force_refresh: false };
    const token = await this.#parts.send({ api: tokenApi, method: 'POST', body, answer });
    return { value: token.access_token, expiresAt: this.#parts.clock.now() + usableFor(token.expires_in) };
  }
}

/** In its last five minutes WeChat gives out a new token beside the old one; should a whole life be as short, half of it. */
function usableFor(seconds: number): number {
  const life = seconds * 1000;
  const margin = settings.wechat.renewTokenBefore;
  return Math.floor(life > margin ? life - margin : life / 2);
}
