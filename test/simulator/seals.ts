import { expect } from 'vitest';
import { decrypt, encrypt, signatureOf } from '../../src/wechat/seal.ts';
import { buildXml, parseXml } from '../../src/wechat/xml.ts';
import { credentials, startWebhook, startWorld } from './support.ts';
import type { Hit, Reply } from './support.ts';

const { token, originalId } = credentials;
export const fields = [
  'ToUserName',
  'FromUserName',
  'CreateTime',
  'MsgType',
  'Event',
  'EventKey',
  'Ticket',
] as const;

/** The event in a hit of any mode, its signatures checked on the way. */
export function open({ query, body }: Hit): Record<string, string> {
  const [timestamp = '', nonce = ''] = [query.get('timestamp'), query.get('nonce')].map(String);
  expect(timestamp).toMatch(/^\d{10}$/);
  expect(nonce).toMatch(/^\d{9,10}$/);
  expect(query.get('signature')).toBe(signatureOf(token, timestamp, nonce));
  if (query.get('encrypt_type') !== 'aes') return parseXml(body, [...fields, 'Content', 'MsgId']);
  const encrypted = parseXml(body, ['Encrypt'])['Encrypt'] ?? '';
  expect(query.get('msg_signature')).toBe(signatureOf(token, timestamp, nonce, encrypted));
  return parseXml(decrypt(encrypted, credentials) ?? '', [...fields, 'Content', 'MsgId']);
}

/** A reply to a hit, in clear. */
export function replyTo(hit: Hit, content: string): string {
  return buildXml({
    ToUserName: open(hit)['FromUserName'] ?? '',
    FromUserName: originalId,
    CreateTime: 1_700_000_001,
    MsgType: 'text',
    Content: content,
  });
}

/** A reply as safe mode wants it. */
export function sealed(clear: string, signature?: string): string {
  const encrypted = encrypt(clear, credentials);
  const MsgSignature = signature ?? signatureOf(token, '1700000001', '83719', encrypted);
  return buildXml({ Encrypt: encrypted, MsgSignature, TimeStamp: 1_700_000_001, Nonce: '83719' });
}

/** A stand-in that posts to a webhook of its own. */
export async function startBoth(answer?: (hit: Hit, count: number) => Reply, options = {}) {
  const webhook = await startWebhook(answer);
  return { webhook, ...(await startWorld({ webhookUrl: webhook.url, ...options })) };
}
