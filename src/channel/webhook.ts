/**
 * Owns what must hold before a push is believed. The order is the point: nothing of the body is looked at before the
 * query's signature, nothing of a sealed message before its own.
 */
import { sha256 } from '../kit/id.ts';
import { settings } from '../kit/settings.ts';
import { readEncrypted } from '../wechat/events.ts';
import type { AccountOptions } from '../wechat/official-account.ts';
import { decrypt, signatureHolds } from '../wechat/seal.ts';
import type { PushQuery } from './push-query.ts';
import type { Push } from './replay.ts';

/** A message that is WeChat's, as far as its mode can prove it. */
export interface Opened {
  /** The message, or why it cannot be read although it is WeChat's. */
  xml: string | undefined;
  push: Push;
}

/** Whether the query is fresh, signed, and of the account's mode, which is ours to choose and never the request's. */
export function queryHolds(query: PushQuery, account: AccountOptions, now: number): boolean {
  const { timestamp, nonce, signature } = query;
  const fresh = Math.abs(now - Number(timestamp) * 1000) <= settings.webhook.clockWindow;
  return fresh && signatureHolds(signature, account.token, timestamp, nonce);
}

export function modeMatches(query: PushQuery, account: AccountOptions): boolean {
  if (account.mode === 'plain') return query.encrypt_type !== 'aes';
  return query.encrypt_type === 'aes' && query.msg_signature !== undefined;
}

/** The message inside a body; `undefined` for every fault of its seal. */
export function openBody(body: Buffer, query: PushQuery, account: AccountOptions): Opened | undefined {
  const text = decodeUtf8(body);
  if (account.mode === 'plain') return { xml: text, push: pushOf(query, body) };
  const sealed = text === undefined ? undefined : readEncrypted(text);
  const xml = sealed === undefined ? undefined : unseal(sealed, query, account);
  return sealed === undefined || xml === undefined ? undefined : { xml, push: pushOf(query, sealed) };
}

/** What a probe spends of its signature, so that whoever saw its address cannot sign a push with it: a push of nothing. */
export function probeOf(query: PushQuery): Push {
  return pushOf(query, '');
}

function unseal(
  sealed: string,
  query: PushQuery,
  { token, appId, encodingAesKey }: AccountOptions,
): string | undefined {
  const { timestamp, nonce, msg_signature: signature } = query;
  if (!encodingAesKey || !signature || !signatureHolds(signature, token, timestamp, nonce, sealed))
    return undefined;
  return decrypt(sealed, { appId, encodingAesKey });
}

/** Digests are remembered, not timestamp and nonce: these are joined without a separator, so that two pairs can be one. */
function pushOf(query: PushQuery, body: string | Buffer): Push {
  return {
    digest: query.signature,
    body: sha256(body),
    timestamp: Number(query.timestamp) * 1000,
  };
}

function decodeUtf8(body: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}
