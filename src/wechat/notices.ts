/** Owns what WeChat is told in the answer to a push. */
import { encrypt, signatureOf } from './seal.ts';
import type { SealKeys } from './seal.ts';
import { buildXml } from './xml.ts';

/**
 * A text shown in the person's chat with the account.
 * `from` is the account's original id (`gh_…`), never the app id; `createTime` in seconds.
 */
export function textReply(reply: { to: string; from: string; content: string; createTime: number }): string {
  return buildXml({
    ToUserName: reply.to,
    FromUserName: reply.from,
    CreateTime: reply.createTime,
    MsgType: 'text',
    Content: reply.content,
  });
}

/** Seals a reply, as safe mode requires; the bare `success` stays unsealed in every mode. */
export function encryptedReply(
  xml: string,
  keys: SealKeys & { token: string },
  stamp: { timestamp: string; nonce: string },
): string {
  const sealed = encrypt(xml, keys);
  return buildXml({
    Encrypt: sealed,
    MsgSignature: signatureOf(keys.token, stamp.timestamp, stamp.nonce, sealed),
    TimeStamp: Number(stamp.timestamp),
    Nonce: stamp.nonce,
  });
}
