/**
 * Owns how a mini program's login becomes a person, and what is asked of the session_key afterwards.
 * https://developers.weixin.qq.com/miniprogram/dev/server/API/user-login/api_code2session
 */
import { createHmac } from 'node:crypto';

import { z } from 'zod';

import { AppError } from '../kit/errors.ts';
import type { ErrorCode } from '../kit/errors.ts';
import type { WechatClient } from './client.ts';
import { loginApi, toAppError, WechatError } from './errors.ts';
import { anId } from './profile.ts';

/** What WeChat tells of a login. */
export interface WechatSession {
  openid: string;
  /** 16 bytes in base64. Never leaves the server. */
  sessionKey: string;
  /** The same person in all apps of one open-platform account; null when the mini program is bound to none. */
  unionid: string | null;
}

interface Owner {
  appId: string;
  appSecret: string;
}

const answer = z
  .object({
    openid: anId,
    session_key: z.string().regex(/^[A-Za-z0-9+/]{22}==$/),
    unionid: anId.nullish().catch(null),
  })
  .transform(({ openid, session_key, unionid }): WechatSession => {
    return { openid, sessionKey: session_key, unionid: unionid ?? null };
  });

/** What of WeChat's refusals is about this code or this person; everything else is WeChat's or ours. */
const refusals: Readonly<Record<number, ErrorCode>> = {
  40029: 'code_invalid',
  40163: 'code_used',
  40226: 'person_refused',
  45011: 'rate_limited',
};

/** Rejects with an `AppError`. */
export async function codeToSession(
  client: WechatClient,
  { appId, appSecret }: Owner,
  jsCode: string,
): Promise<WechatSession> {
  const query = { appid: appId, secret: appSecret, js_code: jsCode, grant_type: 'authorization_code' };
  try {
    return await client.callWithoutToken({ api: loginApi, method: 'GET', query, answer });
  } catch (error) {
    throw refusalOf(error);
  }
}

/**
 * Rejects as `WechatClient.call` does.
 * https://developers.weixin.qq.com/miniprogram/dev/server/API/user-login/api_checksessionkey
 */
export async function sessionKeyStands(
  client: WechatClient,
  openid: string,
  sessionKey: string,
): Promise<boolean> {
  const query = { openid, signature: checkSignature(sessionKey), sig_method: 'hmac_sha256' };
  try {
    await client.call({ api: 'wxa/checksession', method: 'GET', query, answer: z.unknown() });
    return true;
  } catch (error) {
    if (isReplaced(error)) return false;
    throw error;
  }
}

/** HMAC-SHA256 of nothing, hex; the key is the session_key as the text that it came as. */
export function checkSignature(sessionKey: string): string {
  return createHmac('sha256', sessionKey).update('').digest('hex');
}

/** WeChat has no session_key for the person any more, or another one. */
function isReplaced(error: unknown): boolean {
  return error instanceof WechatError && (error.errcode === 87007 || error.errcode === 87009);
}

function refusalOf(error: unknown): unknown {
  if (!(error instanceof WechatError) || error.errcode === null) return toAppError(error);
  const code = refusals[error.errcode];
  if (code === undefined) return toAppError(error);
  const wait = error.afterSeconds === null ? {} : { retryAfter: error.afterSeconds };
  return new AppError(code, { cause: error, ...wait });
}
