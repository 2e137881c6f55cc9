/**
 * Owns the meaning of WeChat's failures: one table of its error numbers, and the error that leaves this room. That error
 * is built from chosen facts only, so no address, parameter, token or secret can travel with it.
 */
import { AppError } from '../kit/errors.ts';
import { settings } from '../kit/settings.ts';

export type FaultAction =
  /** Passes by itself: a few tries, spread out. */
  | 'retry'
  /** The access token is dead: fetch another, once. */
  | 'refresh'
  /** This person has to begin again. */
  | 'person'
  /** Somebody has to change a setting; until then no call will do. */
  | 'operator'
  /** Cannot be done for this person; nobody has to act. */
  | 'drop'
  /** We asked wrongly. */
  | 'bug';

interface FaultRule {
  action: FaultAction;
  /** What the operator does about it. */
  remedy?: string;
  /** Trying again sooner is in vain, s. */
  afterSeconds?: number;
}

const bug: FaultRule = { action: 'bug' };
const drop: FaultRule = { action: 'drop' };
const person: FaultRule = { action: 'person' };
const refresh: FaultRule = { action: 'refresh' };
const operator = (remedy: string): FaultRule => ({ action: 'operator', remedy });

const wrongSecret = operator(
  'Set the appSecret that the WeChat console shows for this appId; it was reset or mistyped.',
);
const neverValid = operator(
  'Make sure that apiUrl, appId and appSecret belong together and that no other program refreshes the access token by force.',
);

/** Every error number that WeChat documents or was seen to answer. 40066 has no meaning here and is unknown on purpose. */
export const faultRules: Readonly<Record<number, FaultRule>> = {
  [-1]: { action: 'retry' },
  40001: refresh,
  40002: operator('Report this: the service asked for a token in a way that WeChat does not know.'),
  40003: drop,
  40013: operator('Set the appId that the WeChat console shows; WeChat does not know this one.'),
  40014: refresh,
  40029: person,
  40030: person,
  40032: bug,
  40033: bug,
  40037: operator('Name a message template that exists in this account.'),
  40052: bug,
  40053: bug,
  40097: bug,
  40125: wrongSecret,
  40163: person,
  40164: operator(
    "Add the address that WeChat names to the IP whitelist in the account's developer settings.",
  ),
  40169: bug,
  40200: operator('Use an account of another type: this call needs a verified service account.'),
  40201: bug,
  40202: bug,
  40203: bug,
  40226: person,
  40243: operator('Unfreeze the appSecret in the WeChat console.'),
  41001: bug,
  41002: bug,
  41004: bug,
  41008: bug,
  41030: operator('Publish the mini-program page that the code leads to.'),
  42001: refresh,
  42002: person,
  42003: person,
  42007: person,
  43002: bug,
  43004: drop,
  43019: drop,
  43116: operator('WeChat limits this message template; see its state in the WeChat console.'),
  44002: bug,
  45009: operator(
    "The day's quota of this call is used up: wait for midnight in Beijing or clear the quota in the WeChat console.",
  ),
  45011: { action: 'retry', afterSeconds: 60 },
  45015: drop,
  45047: drop,
  47001: bug,
  47003: bug,
  48001: operator('Use a verified service account or a test account: this account has no right to the call.'),
  48002: drop,
  48004: operator('WeChat has banned this call for the account: see the notices in the WeChat console.'),
  48006: operator('The quota can be cleared no more this month: wait, or ask for a larger quota.'),
  49003: drop,
  50001: person,
  50002: person,
  50004: operator('WeChat forbids this account to fetch tokens: see the notices in the WeChat console.'),
  50005: person,
  50007: operator('The account is frozen: see the notices in the WeChat console.'),
  61004: operator("Register this server's address with the third-party platform."),
  61024: operator("Use the third-party platform's own token: this appId is managed by a platform."),
  76001: bug,
  76002: bug,
  76003: bug,
  76004: bug,
  76021: bug,
  76022: bug,
  85096: bug,
  87007: person,
  87008: bug,
  /** Also the regular answer for a session_key that was replaced. */
  87009: person,
  89501: operator("Let the account's administrator confirm the request from this server's address."),
  89503: operator("Let the account's administrator confirm the call."),
  89506: operator("The administrator refused this server's address: ask, and try again after 24 hours."),
  89507: operator("The administrator refused this server's address: ask, and try again after one hour."),
};

/** Why a call failed: WeChat's own number, or what came in its place. */
export type FaultKind =
  /** WeChat answered with an error number. */
  | 'errcode'
  /** No connection, or it broke. */
  | 'network'
  /** No answer in time. */
  | 'timeout'
  /** A status other than 200. */
  | 'status'
  /** Too large, not JSON, or without the fields it must have. */
  | 'answer'
  /** Not sent: WeChat has been failing, or too many calls wait already. */
  | 'refused';

const kindSentences: Record<Exclude<FaultKind, 'errcode'>, string> = {
  network: 'no connection to WeChat',
  timeout: 'no answer from WeChat in time',
  status: 'WeChat answered with another status than 200',
  answer: 'WeChat answered with something unusable',
  refused: 'not sent, because WeChat fails or too many calls wait',
};

interface Fault {
  kind: FaultKind;
  /** The call, such as `user/info`. */
  api: string;
  errcode?: number;
  rule: FaultRule;
  rid?: string | null;
  ip?: string | null;
  detail?: string | null;
}

/** A call to WeChat that failed. */
export class WechatError extends Error {
  override readonly name = 'WechatError';
  readonly kind: FaultKind;
  readonly api: string;
  /** WeChat's number; null when it gave none. */
  readonly errcode: number | null;
  readonly action: FaultAction;
  readonly remedy: string | null;
  /** Trying again sooner is in vain, s. */
  readonly afterSeconds: number | null;
  /** WeChat's name of the request, good for seven days in its console. */
  readonly rid: string | null;
  /** Our address as WeChat sees it, when it refused that (40164). */
  readonly ip: string | null;
  /** What WeChat said about a number that is not in the table, plain words only. */
  readonly detail: string | null;

  constructor(fault: Fault) {
    super(`${fault.api}: ${sentenceOf(fault)}`);
    this.kind = fault.kind;
    this.api = fault.api;
    this.errcode = fault.errcode ?? null;
    this.action = fault.rule.action;
    this.remedy = fault.rule.remedy ?? null;
    this.afterSeconds = fault.rule.afterSeconds ?? null;
    this.rid = fault.rid ?? null;
    this.ip = fault.ip ?? null;
    this.detail = fault.detail ?? null;
  }
}

export const tokenApi = 'stable_token';
export const loginApi = 'sns/jscode2session';

/** The failure that WeChat's `errcode` and `errmsg` tell. `errmsg` differs each time, so nothing is decided by it. */
export function wechatError(api: string, errcode: number, errmsg: string): WechatError {
  const known = Object.hasOwn(faultRules, errcode) ? faultRules[errcode] : undefined;
  return new WechatError({
    kind: 'errcode',
    api,
    errcode,
    rule: ruleAt(api, known ?? bug),
    rid: /\brid: ?([0-9a-z]{8}(?:-[0-9a-z]{8}){2})\b/i.exec(errmsg)?.[1] ?? null,
    ip: errcode === 40164 ? (/\binvalid ip ([0-9a-f.:]{3,45})/i.exec(errmsg)?.[1] ?? null) : null,
    detail: known ? null : plainWords(errmsg),
  });
}

/** A call that brought no answer to go by. */
export function transientError(api: string, kind: Exclude<FaultKind, 'errcode'>): WechatError {
  return new WechatError({ kind, api, rule: { action: 'retry' } });
}

/** The same failure, now of a token that had just been fetched: another one would not help either. */
export function finalRefusal(error: WechatError): WechatError {
  const { kind, api, errcode, rid } = error;
  return new WechatError({ kind, api, rid, rule: neverValid, ...(errcode === null ? {} : { errcode }) });
}

/** What a caller of ours is told: `wechat_unavailable` for a failure of this room, and any other error as it stands. */
export function toAppError(error: unknown): unknown {
  if (!(error instanceof WechatError)) return error;
  return new AppError('wechat_unavailable', { cause: error, retryAfter: retryAfterOf(error) });
}

function retryAfterOf(error: WechatError): number {
  if (error.afterSeconds !== null) return error.afterSeconds;
  const isHeldBack = error.action === 'operator' || error.kind === 'refused';
  return isHeldBack ? settings.wechat.probeEvery / 1000 : settings.http.retryAfterSeconds;
}

/** Where no token is used, one that is "wrong" is the secret. And one person's many logins are no reason to hold up others. */
function ruleAt(api: string, rule: FaultRule): FaultRule {
  const isOfLogin = api === loginApi || api === 'wxa/checksession';
  if (isOfLogin && rule.afterSeconds !== undefined) return { ...rule, action: 'person' };
  const hasToken = api !== tokenApi && api !== loginApi;
  return rule.action === 'refresh' && !hasToken ? wrongSecret : rule;
}

function sentenceOf({ kind, errcode }: Fault): string {
  return kind === 'errcode' ? `WeChat answered ${errcode}` : kindSentences[kind];
}

/** WeChat may repeat what it was given; whatever could be an id, a token or an address becomes `…`. */
function plainWords(text: string): string {
  const words = text.slice(0, 200).split(/\s+/);
  return words.map((word) => (/^[a-z]{1,14}[.,:;]?$/i.test(word) ? word : '…')).join(' ');
}
