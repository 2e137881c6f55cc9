/**
 * Owns what WeChat tells of a person.
 * https://developers.weixin.qq.com/doc/service/api/usermanage/userinfo/api_userinfo
 */
import { z } from 'zod';

import type { Clock } from '../kit/clock.ts';
import type { WechatClient } from './client.ts';
import { transientError } from './errors.ts';
import { ProfileCache } from './profile-cache.ts';

/** A person, as far as WeChat tells; since 2021-12-27 it gives neither nickname nor avatar. Unknown is null. */
export interface Profile {
  openid: string;
  /** The same person in all apps of one open-platform account; null when the account is bound to none. */
  unionid: string | null;
  nickname: string | null;
  avatarUrl: string | null;
  subscribed: boolean | null;
  /** Time of the last follow, ms. */
  subscribedAt: number | null;
  language: string | null;
}

/** Controls, halves of characters, line separators, and the marks that turn the direction of the text around them. */
const undisplayable = /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const anId = z.string().regex(/^[\x21-\x7e]{1,128}$/);
const aWebAddress = z.url({ protocol: /^https?$/ }).regex(/^[\x21-\x7e]{1,1024}$/);

const answer = z
  .object({
    openid: anId,
    unionid: orNull(anId),
    nickname: orNull(displayed(64)),
    headimgurl: orNull(aWebAddress),
    subscribe: orNull(z.literal([0, 1])),
    subscribe_time: orNull(z.number().int().positive()),
    language: orNull(displayed(16)),
  })
  .transform((user): Profile => ({
    openid: user.openid,
    unionid: user.unionid,
    nickname: user.nickname,
    avatarUrl: user.headimgurl,
    subscribed: user.subscribe === null ? null : user.subscribe === 1,
    subscribedAt: user.subscribe_time && user.subscribe_time * 1000,
    language: user.language,
  }));

export class Users {
  readonly #client: WechatClient;
  readonly #kept: ProfileCache;
  readonly #underWay = new Map<string, Promise<Profile>>();

  constructor(client: WechatClient, clock: Clock) {
    this.#client = client;
    this.#kept = new ProfileCache(clock);
  }

  /** The person's profile; one call serves all who ask for it meanwhile, and for `profileTtl` after. */
  async info(openid: string): Promise<Profile> {
    return this.#kept.find(openid) ?? this.#underWay.get(openid) ?? this.#begin(openid);
  }

  /** Drops what is kept; an answer that is still on its way is not kept either. */
  forget(openid: string): void {
    this.#kept.remove(openid);
    this.#underWay.delete(openid);
  }

  #begin(openid: string): Promise<Profile> {
    const fetching = this.#fetch(openid);
    this.#underWay.set(openid, fetching);
    const end = (profile?: Profile) => this.#end(openid, fetching, profile);
    fetching.then(end, () => end());
    return fetching;
  }

  async #fetch(openid: string): Promise<Profile> {
    const query = { openid, lang: 'zh_CN' };
    const profile = await this.#client.call({ api: 'user/info', method: 'GET', query, answer });
    // An answer about somebody else is no answer.
    if (profile.openid !== openid) throw transientError('user/info', 'answer');
    return profile;
  }

  /** Somebody who does not follow may begin to at any moment, so only a follower's profile is worth keeping. */
  #end(openid: string, fetching: Promise<Profile>, profile?: Profile): void {
    if (this.#underWay.get(openid) !== fetching) return;
    this.#underWay.delete(openid);
    if (profile?.subscribed) this.#kept.keep(profile);
  }
}

/** What WeChat leaves out, or sends in another shape than it documents, is unknown; no login fails for it. */
function orNull<T>(shape: z.ZodType<T>) {
  return shape
    .nullish()
    .catch(null)
    .transform((value) => value ?? null);
}

/** A text to show: cleaned, at most `length` characters, null when nothing is left. */
function displayed(length: number): z.ZodType<string | null> {
  return z.string().transform((text) => {
    const clean = text.replaceAll(undisplayable, '').trim();
    return Array.from(clean).slice(0, length).join('') || null;
  });
}
