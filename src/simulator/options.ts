import { randomBytes } from 'node:crypto';

/** How pushes are sealed: in clear, in clear with the encrypted form beside it, or encrypted only. */
export type Mode = 'plain' | 'compatible' | 'safe';

export interface SimulatorOptions {
  host: string;
  /** 0: any free port. */
  port: number;
  /** Where a phone reaches this program; by default `http://localhost:{port}`. */
  publicUrl?: string;
  /** Where events are posted to. */
  webhookUrl: string;
  appId: string;
  appSecret: string;
  token: string;
  /** 43 characters; needed unless the mode is plain. */
  encodingAesKey?: string;
  mode: Mode;
  /** `gh_…`; by default a random one. */
  originalId?: string;
  /** The demo site, for a link back to it. */
  siteUrl?: string;
  /** Whether people have a unionid, as when the account is bound to an open-platform account. */
  unionIds?: boolean;
  /** How long the webhook has for its answer, ms. */
  answerWithin?: number;
  /** How often an event is sent again that was not answered with 200 in time. */
  retries?: number;
  /** The pause before it is sent again, ms. */
  retryAfter?: number;
  /** Time, ms since the epoch. */
  now?: () => number;
}

/** The official account that this WeChat knows. */
export interface Account {
  appId: string;
  appSecret: string;
  token: string;
  /** Empty in plain mode when none is given. */
  encodingAesKey: string;
  mode: Mode;
  originalId: string;
}

/** @throws Error when the mode encrypts and there is no key of 43 characters */
export function accountOf(options: SimulatorOptions): Account {
  const { appId, appSecret, token, mode, encodingAesKey = '' } = options;
  if (mode !== 'plain' && encodingAesKey.length !== 43)
    throw new Error(`Mode ${mode} needs an encodingAesKey of 43 characters.`);
  const originalId = options.originalId ?? `gh_${randomBytes(6).toString('hex')}`;
  return { appId, appSecret, token, encodingAesKey, mode, originalId };
}
