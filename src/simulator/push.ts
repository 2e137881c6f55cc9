import { randomInt } from 'node:crypto';
import { encrypt, signatureOf } from '../wechat/seal.ts';
import { buildXml } from '../wechat/xml.ts';
import type { Account } from './options.ts';

/** What goes over the wire. */
export interface Sealed {
  query: Record<string, string>;
  body: string;
}

/** One event or message to the account, as WeChat posts it. */
export interface Push {
  /** Id and openid of the person it comes from. */
  person: string;
  openid: string;
  /** The event's name, `text` for a message, or a kind of junk. */
  kind: string;
  /** The XML that the account reads in the end. */
  clear: string;
  sealed: Sealed;
}

type Fields = Record<string, string | number>;
type Sender = { id: string; openid: string };

/** @param now ms; becomes CreateTime and the timestamp of the signature */
export function pushOf(account: Account, person: Sender, kind: string, fields: Fields, now: number): Push {
  const clear = buildXml({
    ToUserName: account.originalId,
    FromUserName: person.openid,
    CreateTime: seconds(now),
    ...fields,
  });
  const { id, openid } = person;
  return { person: id, openid, kind, clear, sealed: seal(account, openid, clear, now) };
}

export function eventFields(event: string, key: string, ticket?: string): Fields {
  const fields = { MsgType: 'event', Event: event, EventKey: key };
  return ticket === undefined ? fields : { ...fields, Ticket: ticket };
}

/** @param menuId set when the text comes from a tapped link of ours and not from the keyboard */
export function textFields(content: string, menuId?: string): Fields {
  // 19 digits: more than a JavaScript number holds.
  const id = `73${String(randomInt(1e8)).padStart(8, '0')}${String(randomInt(1e9)).padStart(9, '0')}`;
  const fields = { MsgType: 'text', Content: content, MsgId: id };
  return menuId === undefined ? fields : { ...fields, bizmsgmenuid: menuId };
}

/** Signs, and as the mode says encrypts. Each call has its own nonce and its own ciphertext. */
export function seal(account: Account, openid: string, clear: string, now: number): Sealed {
  const timestamp = String(seconds(now));
  const nonce = String(randomInt(1e8, 2e9));
  const query = { signature: signatureOf(account.token, timestamp, nonce), timestamp, nonce, openid };
  if (account.mode === 'plain') return { query, body: clear };
  const encrypted = encrypt(clear, account);
  const signature = signatureOf(account.token, timestamp, nonce, encrypted);
  return {
    query: { ...query, encrypt_type: 'aes', msg_signature: signature },
    body: account.mode === 'safe' ? envelope(account, encrypted) : beside(clear, encrypted),
  };
}

function envelope(account: Account, encrypted: string): string {
  return buildXml({ ToUserName: account.originalId, Encrypt: encrypted });
}

/** Compatible mode: the clear fields, and the encrypted form as one more. */
function beside(clear: string, encrypted: string): string {
  const end = clear.lastIndexOf('</xml>');
  return `${clear.slice(0, end)}<Encrypt><![CDATA[${encrypted}]]></Encrypt>${clear.slice(end)}`;
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
