/**
 * Owns what a phone sends of a person under their session_key: the signature of `rawData`, and `encryptedData`. It proves that
 * the sender has a session, and no name: since 2022 WeChat fills in the same grey one for everybody.
 * https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/signature.html
 */
import { createDecipheriv, hash, timingSafeEqual } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

import { z } from 'zod';

import { strictBase64 } from './seal.ts';

export type DataFault = 'encrypted_data_invalid' | 'iv_invalid' | 'watermark_invalid' | 'watermark_stale';

/** `data`: what was sealed, without the watermark, which has done its work. */
export type Opened = { ok: true; data: Record<string, unknown> } | { ok: false; fault: DataFault };

interface Sealed {
  /** Both are base64. */
  encryptedData: string;
  iv: string;
}

const block = 16;
const utf8 = new TextDecoder('utf-8', { fatal: true });

const watermarked = z.object({ watermark: z.object({ appid: z.string(), timestamp: z.number() }) });

/**
 * Whether `signature` (hex) is that of `rawData`, byte for byte as the phone sent it; takes the same time whatever is wrong.
 * @param sessionKey as the text that it came as
 */
export function rawDataSignatureHolds(rawData: string, signature: string, sessionKey: string): boolean {
  const right = Buffer.from(hash('sha1', rawData + sessionKey));
  const said = Buffer.from(signature);
  return said.length === right.length && timingSafeEqual(said, right);
}

/**
 * Opens `encryptedData`, and holds its watermark against the app and the time. A key that WeChat replaced since looks like
 * data that is malformed: `encrypted_data_invalid`.
 * @param age ms: now, and how far from it the watermark may lie, either way
 */
export function decryptData(
  { encryptedData, iv }: Sealed,
  sessionKey: string,
  appId: string,
  age: { now: number; maxAgeMs: number },
): Opened {
  const sealed = strictBase64(encryptedData);
  if (!sealed || sealed.length === 0 || sealed.length % block !== 0) return refused('encrypted_data_invalid');
  const vector = strictBase64(iv);
  if (vector?.length !== block) return refused('iv_invalid');
  const said = unsealed(sealed, Buffer.from(sessionKey, 'base64'), vector);
  return said === undefined ? refused('encrypted_data_invalid') : vetted(said, appId, age);
}

/**
 * Whether the opened `data` fit the `rawData` that came along. The encryption does not keep them from being changed: one bit of `iv`
 * is one bit of the first block. So what says anything of what `rawData` says must say all of it, and the same; data of another
 * kind, such as a phone number, say nothing of it.
 * @param rawData whose signature holds
 */
export function fitsRawData(data: Record<string, unknown>, rawData: string): boolean {
  const signed = Object.entries(jsonObject(rawData) ?? {});
  const isSaid = ([name, value]: [string, unknown]): boolean =>
    Object.hasOwn(data, name) && isDeepStrictEqual(data[name], value);
  return signed.every(isSaid) || !signed.some(([name]) => Object.hasOwn(data, name));
}

/** The JSON object that is inside, if there is one. */
function unsealed(sealed: Buffer, key: Buffer, iv: Buffer): object | undefined {
  try {
    const decipher = createDecipheriv('aes-128-cbc', key, iv);
    const plain = Buffer.concat([decipher.update(sealed), decipher.final()]);
    return jsonObject(utf8.decode(plain));
  } catch {
    return undefined;
  }
}

function jsonObject(text: string): object | undefined {
  try {
    const said: unknown = JSON.parse(text);
    return typeof said === 'object' && said !== null ? said : undefined;
  } catch {
    return undefined;
  }
}

function vetted(said: object, appId: string, { now, maxAgeMs }: { now: number; maxAgeMs: number }): Opened {
  const marked = watermarked.safeParse(said);
  if (!marked.success) return refused('watermark_invalid');
  const { appid, timestamp } = marked.data.watermark;
  if (appid !== appId) return refused('watermark_invalid');
  if (Math.abs(now - timestamp * 1000) > maxAgeMs) return refused('watermark_stale');
  const rest = Object.entries(said).filter(([name]) => name !== 'watermark');
  return { ok: true, data: Object.fromEntries(rest) };
}

function refused(fault: DataFault): Opened {
  return { ok: false, fault };
}
