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
  /** The mini program beside the official account; what is not given is made up. */
  miniProgram?: Partial<MiniProgram>;
  /** Whether people have a unionid, as when both apps are bound to one open-platform account. */
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

/** The mini program that this WeChat knows. */
export interface MiniProgram {
  appId: string;
  appSecret: string;
  /** Where it calls its server, that is the login service: `…/miniprogram/{account}`, without a slash at the end. */
  serverUrl: string;
}

/** By default its server is the service that gets the events, and its account there is called `mini`. */
export function miniProgramOf({ miniProgram = {}, webhookUrl }: SimulatorOptions): MiniProgram {
  const { appId, appSecret, serverUrl } = miniProgram;
  return {
    appId: appId ?? `wx${randomBytes(8).toString('hex')}`,
    appSecret: appSecret ?? randomBytes(16).toString('hex'),
    serverUrl: (serverUrl ?? `${new URL(webhookUrl).origin}/miniprogram/mini`).replace(/\/+$/, ''),
  };
}

/** @throws Error when the mode encrypts and there is no key of 43 characters */
export function accountOf(options: SimulatorOptions): Account {
  const { appId, appSecret, token, mode, encodingAesKey = '' } = options;
  if (mode !== 'plain' && encodingAesKey.length !== 43)
    throw new Error(`Mode ${mode} needs an encodingAesKey of 43 characters.`);
  const originalId = options.originalId ?? `gh_${randomBytes(6).toString('hex')}`;
  return { appId, appSecret, token, encodingAesKey, mode, originalId };
}
