/**
 * The room's main file: owns an official account as the rest of the house uses it. Speaks WeChat, knows no scene; reading
 * and answering of pushes is in `seal`, `events` and `notices`. Failures are `WechatError`s; a door turns them with `toAppError`.
 */
import type { Clock } from '../kit/clock.ts';
import { settings } from '../kit/settings.ts';
import type { Log } from '../telemetry/log.ts';
import type { TokenStore } from './access-token.ts';
import { WechatClient } from './client.ts';
import type { AccountHealth, Places } from './client.ts';
import type { Profile } from './profile.ts';
import { QrBudget, QrCodes } from './qr-code.ts';
import type { ParametricCode, QrDay, QrMeter } from './qr-code.ts';
import { Users } from './users.ts';

export { toAppError, tokenApi, WechatError } from './errors.ts';
export type { AccountHealth } from './client.ts';
export type { Profile } from './profile.ts';

export interface AccountOptions {
  name: string;
  appId: string;
  appSecret: string;
  /** The webhook's token, for signatures. */
  token: string;
  encodingAesKey?: string | undefined;
  mode: 'plain' | 'compatible' | 'safe';
  apiUrl: string;
  /** `gh_…` */
  originalId?: string | undefined;
}

export interface OfficialAccount {
  readonly options: AccountOptions;

  /** Makes a temporary code whose scan brings `sceneStr` back in an event. */
  createQrCode(sceneStr: string, expireSeconds: number): Promise<ParametricCode>;

  /** Those of all nodes, as far as they are known here. */
  readonly qrCodesToday: QrDay;

  /** The same, asked anew; while the store is away, as far as they are known here. Never rejects. */
  askQrCodesToday(): Promise<QrDay>;

  /** As far as known in this process. */
  readonly health: AccountHealth;

  /** So many were made ahead and given to nobody. Resolves when that is counted, or cannot be; never rejects. */
  countUnusedQrCodes(codes: number): Promise<void>;

  userInfo(openid: string): Promise<Profile>;

  /** Drops what is known of a person, as WeChat demands when they unfollow. */
  forgetUser(openid: string): void;

  /** Ends all connections; what is under way fails. */
  close(): void;
}

interface Parts {
  clock: Clock;
  log: Log;
  tokens: TokenStore;
  meter: QrMeter;
  /** Hears of each request to WeChat. */
  observe?: (api: string, outcome: string, seconds: number) => void;
}

export function createOfficialAccount(
  options: AccountOptions,
  { clock, log, tokens, meter, observe = () => {} }: Parts,
): OfficialAccount {
  const accountLog = log.child({ account: options.name });
  const client = new WechatClient(options, places, { clock, log: accountLog, tokens, observe });
  const budget = new QrBudget(options.appId, { meter, clock, log: accountLog });
  const codes = new QrCodes(client, budget);
  const users = new Users(client, clock);
  return {
    options,
    createQrCode: (sceneStr, expireSeconds) => codes.create(sceneStr, expireSeconds),
    get qrCodesToday() {
      return budget.today;
    },
    askQrCodesToday: () => budget.ask(),
    get health() {
      return client.health;
    },
    countUnusedQrCodes: (unused) => budget.countUnused(unused),
    userInfo: (openid) => users.info(openid),
    forgetUser: (openid) => users.forget(openid),
    close: () => client.close(),
  };
}

const { callsInFlight, tokenCallsInFlight, profileCallsInFlight } = settings.wechat;

/** Shared out once and for all; QR codes, made one by one for each login, get what the others leave. */
const places: Places = {
  stable_token: tokenCallsInFlight,
  'user/info': profileCallsInFlight,
  'user/info/batchget': profileCallsInFlight,
  'qrcode/create': callsInFlight - tokenCallsInFlight - 2 * profileCallsInFlight,
};
