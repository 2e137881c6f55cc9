/**
 * Owns how WeChat's session_key is kept: whoever has the store alone, or the store and the configuration, cannot read it. It
 * takes the token as well, which only the phone has.
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';

/** What a key is made of, and what it is bound to. */
export interface KeyHolder {
  appId: string;
  appSecret: string;
  /** The session's, 43 characters. */
  token: string;
  openid: string;
}

const algorithm = 'aes-256-gcm';
const ivLength = 12;
const tagLength = 16;

/** @param newId random bytes, as base64url. @returns base64url */
export function sealSessionKey(
  sessionKey: string,
  holder: KeyHolder,
  newId: (bytes: number) => string,
): string {
  const iv = Buffer.from(newId(ivLength), 'base64url');
  const cipher = createCipheriv(algorithm, keyOf(holder), iv, { authTagLength: tagLength });
  cipher.setAAD(boundTo(holder));
  const sealed = [iv, cipher.update(sessionKey, 'utf8'), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat(sealed).toString('base64url');
}

/** @returns `undefined` when it was sealed for another holder, or by nobody */
export function openSessionKey(sealed: string, holder: KeyHolder): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < ivLength + tagLength) return undefined;
  const iv = bytes.subarray(0, ivLength);
  const decipher = createDecipheriv(algorithm, keyOf(holder), iv, { authTagLength: tagLength });
  decipher.setAAD(boundTo(holder));
  decipher.setAuthTag(bytes.subarray(-tagLength));
  try {
    return decipher.update(bytes.subarray(ivLength, -tagLength), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}

function keyOf({ appSecret, token }: KeyHolder): Buffer {
  return Buffer.from(hkdfSync('sha256', appSecret + token, '', 'saoma-session-key', 32));
}

function boundTo({ appId, openid }: KeyHolder): Buffer {
  return Buffer.from(`${appId}\n${openid}`);
}
