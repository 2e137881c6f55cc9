/**
 * Owns a mini program as the rest of the house uses it: a person's login, the session_key that WeChat gives for it, and the
 * codes that people scan. Speaks WeChat, knows no scene. What a phone sends sealed is opened in `mini-program-data`.
 */
import type { Clock } from '../kit/clock.ts';
import { settings } from '../kit/settings.ts';
import type { Log } from '../telemetry/log.ts';
import type { TokenStore } from './access-token.ts';
import { WechatClient } from './client.ts';
import type { AccountHealth, Places } from './client.ts';
import { toAppError } from './errors.ts';
import { createCode } from './mini-program-code.ts';
import type { MiniProgramCode } from './mini-program-code.ts';
import { codeToSession, sessionKeyStands } from './mini-program-login.ts';
import type { WechatSession } from './mini-program-login.ts';

export type { MiniProgramCode } from './mini-program-code.ts';
export type { WechatSession } from './mini-program-login.ts';

export interface MiniProgramOptions {
  name: string;
  appId: string;
  appSecret: string;
  apiUrl: string;
  /** Where a scan leads; without leading slash or query. */
  page: string;
  /** Which version of the mini program it opens. */
  envVersion: 'release' | 'trial' | 'develop';
}

/** Every call rejects with an `AppError`: `wechat_unavailable`, if nothing else is said, or `store_unavailable`. */
export interface MiniProgram {
  readonly options: MiniProgramOptions;

  /** As far as known in this process. */
  readonly health: AccountHealth;

  /**
   * Redeems what `wx.login` gave the phone, which works once and for five minutes.
   * @throws AppError also `code_invalid`, `code_used`, `person_refused`, `rate_limited`
   */
  codeToSession(jsCode: string): Promise<WechatSession>;

  /** Whether WeChat still knows this session_key as the person's; another login replaces it. */
  sessionKeyStands(openid: string, sessionKey: string): Promise<boolean>;

  /**
   * Makes a code whose scan opens the page with `scene`. It never expires: the scene must.
   * @param scene 1 to 32 characters of A-Z, a-z, 0-9, `-` and `_`
   */
  createCode(scene: string): Promise<MiniProgramCode>;

  /** Ends all connections; what is under way fails. */
  close(): void;
}

interface Parts {
  clock: Clock;
  log: Log;
  tokens: TokenStore;
  /** Hears of each request to WeChat. */
  observe?: (api: string, outcome: string, seconds: number) => void;
}

export function createMiniProgram(
  options: MiniProgramOptions,
  { clock, log, tokens, observe = () => {} }: Parts,
): MiniProgram {
  const accountLog = log.child({ account: options.name });
  const client = new WechatClient(options, places, { clock, log: accountLog, tokens, observe });
  return {
    options,
    get health() {
      return client.health;
    },
    codeToSession: (jsCode) => codeToSession(client, options, jsCode),
    sessionKeyStands: (openid, sessionKey) => told(sessionKeyStands(client, openid, sessionKey)),
    createCode: (scene) => told(createCode(client, options, scene)),
    close: () => client.close(),
  };
}

const { callsInFlight, tokenCallsInFlight, loginCallsInFlight, sessionChecksInFlight } = settings.wechat;

/** Shared out once and for all; codes, made one by one for each login, get what the others leave. */
const places: Places = {
  stable_token: tokenCallsInFlight,
  'sns/jscode2session': loginCallsInFlight,
  'wxa/checksession': sessionChecksInFlight,
  'wxa/getwxacodeunlimit': callsInFlight - tokenCallsInFlight - loginCallsInFlight - sessionChecksInFlight,
};

function told<T>(answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    throw toAppError(error);
  });
}
