/**
 * Owns what a person is to us, and how WeChat's answer becomes that.
 * https://developers.weixin.qq.com/doc/service/api/usermanage/userinfo/api_userinfo
 */
import { z } from 'zod';

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

export const anId = z.string().regex(/^[\x21-\x7e]{1,128}$/);
const aWebAddress = z.url({ protocol: /^https?$/ }).regex(/^[\x21-\x7e]{1,1024}$/);

/** What WeChat answers of one person, as a `Profile`. Only one without an openid is refused. */
export const profileAnswer = z
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
