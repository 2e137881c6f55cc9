/**
 * Owns WeChat's message seal: signatures, and the AES-256-CBC envelope of the compatible and safe modes.
 * https://developers.weixin.qq.com/doc/oplatform/developers/dev/push/encryption.md
 */
import { createCipheriv, createDecipheriv, hash, randomBytes, timingSafeEqual } from 'node:crypto';

export interface SealKeys {
  appId: string;
  /** 43 characters base64, the 32 bytes of the key. */
  encodingAesKey: string;
}

/** WeChat pads to 32 bytes, two AES blocks; the ciphers' own padding must therefore stay off. */
const paddedTo = 32;
const randomLength = 16;
/** Random bytes, then the message's length as 4 bytes big-endian. */
const headLength = randomLength + 4;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** SHA-1, 40 lower-case hex digits, over the parts sorted by their bytes and joined without a separator. */
export function signatureOf(...parts: string[]): string {
  const sorted = parts.map((part) => Buffer.from(part)).sort((a, b) => a.compare(b));
  return hash('sha1', Buffer.concat(sorted));
}

/** Whether `given` is the signature of the parts; takes the same time whatever is wrong with it. */
export function signatureHolds(given: string, ...parts: string[]): boolean {
  const right = Buffer.from(signatureOf(...parts));
  const said = Buffer.from(given);
  return said.length === right.length && timingSafeEqual(said, right);
}

/**
 * Seals `message`; the answer is the base64 text of an `Encrypt` element.
 * @param random 16 bytes, fresh for each message
 */
export function encrypt(message: string, keys: SealKeys, random: Buffer = randomBytes(randomLength)): string {
  const body = Buffer.from(message);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const plain = padded(Buffer.concat([random, length, body, Buffer.from(keys.appId)]));
  const { key, iv } = cipherKeys(keys);
  const cipher = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
}

/** Opens an `Encrypt` element; every fault of it, whatever it is, is the same `undefined`. */
export function decrypt(encrypted: string, keys: SealKeys): string | undefined {
  const sealed = strictBase64(encrypted);
  if (!sealed || sealed.length === 0 || sealed.length % paddedTo !== 0) return undefined;
  const { key, iv } = cipherKeys(keys);
  const decipher = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
  const plain = unpadded(Buffer.concat([decipher.update(sealed), decipher.final()]));
  return plain && messageIn(plain, keys.appId);
}

/** The key, and the initial vector that WeChat takes from it. Throws for a key of another length. */
function cipherKeys({ encodingAesKey }: SealKeys): { key: Buffer; iv: Buffer } {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  return { key, iv: key.subarray(0, 16) };
}

/** Node skips what is not base64 and ignores stray bits; only text that it would write itself counts here. */
export function strictBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

function padded(plain: Buffer): Buffer {
  const pad = paddedTo - (plain.length % paddedTo);
  return Buffer.concat([plain, Buffer.alloc(pad, pad)]);
}

function unpadded(plain: Buffer): Buffer | undefined {
  const pad = plain.at(-1) ?? 0;
  const body = plain.subarray(0, -pad);
  const isPadded = pad >= 1 && pad <= paddedTo && plain.subarray(-pad).every((byte) => byte === pad);
  return isPadded ? body : undefined;
}

/** The message of an opened envelope, if its length fits, the account is ours, and the text is UTF-8. */
function messageIn(plain: Buffer, appId: string): string | undefined {
  if (plain.length < headLength) return undefined;
  const end = headLength + plain.readUInt32BE(randomLength);
  if (end > plain.length || !plain.subarray(end).equals(Buffer.from(appId))) return undefined;
  return decoded(plain.subarray(headLength, end));
}

function decoded(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
