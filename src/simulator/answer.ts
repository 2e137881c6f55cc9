import { decrypt, signatureOf } from '../wechat/seal.ts';
import { parseXml } from '../wechat/xml.ts';
import type { Account } from './options.ts';

/** What WeChat makes of the webhook's answer. */
export type Answer =
  /** `success` or nothing. */
  | { verdict: 'silent' }
  /** A passive reply; `clear` is its XML after decryption. */
  | { verdict: 'reply'; text: string; clear: string }
  /** Anything else: the person sees the fault notice. */
  | { verdict: 'invalid'; why: string };

const sealedFields = ['Encrypt', 'MsgSignature', 'TimeStamp', 'Nonce'] as const;
const replyFields = ['ToUserName', 'FromUserName', 'CreateTime', 'MsgType', 'Content'] as const;

export function readAnswer(body: string, account: Account, openid: string): Answer {
  if (body === '' || body === 'success') return { verdict: 'silent' };
  try {
    const clear = unseal(body, account);
    return { verdict: 'reply', text: textOf(clear, account, openid), clear };
  } catch (error) {
    return { verdict: 'invalid', why: (error as Error).message };
  }
}

function unseal(body: string, account: Account): string {
  const sealed = parseXml(body, sealedFields);
  const encrypted = sealed['Encrypt'];
  if (account.mode === 'plain' || encrypted === undefined) {
    if (account.mode === 'safe') throw new Error('not encrypted');
    return body;
  }
  const signature = signatureOf(account.token, sealed['TimeStamp'] ?? '', sealed['Nonce'] ?? '', encrypted);
  if (signature !== sealed['MsgSignature']) throw new Error('MsgSignature is wrong');
  const clear = decrypt(encrypted, account);
  if (clear === undefined) throw new Error('cannot be decrypted');
  return clear;
}

/** What the chat shows of a reply; of anything but text only its kind. */
function textOf(clear: string, account: Account, openid: string): string {
  const reply = parseXml(clear, replyFields);
  if (reply['ToUserName'] !== openid) throw new Error('ToUserName is not the person who sent');
  if (reply['FromUserName'] !== account.originalId) throw new Error('FromUserName is not the account');
  if (!/^\d+$/.test(reply['CreateTime'] ?? '')) throw new Error('CreateTime is missing');
  if (!reply['MsgType']) throw new Error('MsgType is missing');
  if (reply['MsgType'] !== 'text') return `[${reply['MsgType']}]`;
  if (!reply['Content']) throw new Error('Content is empty');
  return reply['Content'];
}
