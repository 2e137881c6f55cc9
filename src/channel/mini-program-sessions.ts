import type { ParameterizedContext as Context } from 'koa';
import { takeOrRefuse } from '../http/limiter.ts';
import type { Limiter } from '../http/limiter.ts';
import { AppError } from '../kit/errors.ts';
import { sha256 } from '../kit/id.ts';
import { decryptData, fitsRawData, rawDataSignatureHolds } from '../wechat/mini-program-data.ts';
import type { Opened } from '../wechat/mini-program-data.ts';
import type { MiniProgram } from '../wechat/mini-program.ts';
import { strictBase64 } from '../wechat/seal.ts';
import { openSessionKey, sealSessionKey } from './session-key-seal.ts';

/** Whose session it is. */
export interface MiniUser {
  readonly openid: string;
  readonly unionid: string | null;
  /** WeChat's session_key, as `session-key-seal.ts` makes it. */
  readonly sealedKey: string;
}

/** Times are ms, by the store's clock. */
export interface MiniSession extends MiniUser {
  readonly startedAt: number;
  /** When it ends unless it is used before. */
  readonly expiresAt: number;
  /** When it ends whatever happens. */
  readonly endsAt: number;
}

/** One that began. */
export interface BegunMiniSession {
  session: MiniSession;
  /** Hashes of those that it ended, or may have: its person had too many. */
  ended: readonly string[];
}

/** How long a session lives. */
export interface MiniSessionLives {
  /** Unused, ms. */
  idle: number;
  /** At most, ms. */
  ttl: number;
}

/**
 * Which sessions there are of each mini program, by the hash of each one's token: a dump of the store lets nobody in. They are kept
 * by app id, since an openid is a person of that app only: an account that is given another must not let them in. Each verb is one
 * step, time is judged by the store's clock. Away, each fails with `store_unavailable`.
 */
export interface MiniSessionStore {
  /** The store's time, ms. */
  now(): number;

  /**
   * One begins, as of now. Of one person of an app a few may live (`sessionsPerPerson`): one more ends the one that nobody used
   * for longest. What cannot be ended at once ends when that person's next one begins.
   */
  begin(appId: string, hash: string, user: MiniUser, lives: MiniSessionLives): Promise<BegunMiniSession>;

  /** The one that lives. To look is to use it: it may be idle for as long again, and ends no later than it would have. */
  use(appId: string, hash: string): Promise<MiniSession | undefined>;

  /** It ends at once, on every node. @returns whether it lived: of many that end the same, one is told so */
  end(appId: string, hash: string): Promise<boolean>;
}

/** A session that lives, and what it is known by. */
export interface FoundMiniSession extends MiniSession {
  readonly account: string;
  /** SHA-256 of its token: what may be stored, and told to other nodes. */
  readonly hash: string;
}

export interface MiniSessionsParts {
  program: Pick<MiniProgram, 'options' | 'codeToSession' | 'sessionKeyStands'>;
  store: MiniSessionStore;
  lives: MiniSessionLives;
  /** How old what WeChat sealed may be, and how far ahead of us, ms. */
  dataAge: number;
  newId: (bytes: number) => string;
  limits: {
    /** By person: each takes a place in the store for days. */
    sessions: Limiter;
    /** By person: each is a question to WeChat. */
    keyChecks: Limiter;
  };
}

/** What `wx.getUserProfile` and its like hand to a mini program, as they do. */
export interface SealedProfile {
  /** To the character: the signature is over it. */
  rawData: string;
  signature: string;
  encryptedData: string;
  iv: string;
}

export type EndedListener = (account: string, hash: string, openid: string) => void;

/** The sessions of one mini program. The tokens are in the phones, and nowhere else. @throws AppError `store_unavailable` */
export class MiniSessions {
  readonly #parts: MiniSessionsParts;
  readonly #listeners: EndedListener[] = [];

  constructor(parts: MiniSessionsParts) {
    this.#parts = parts;
  }

  /** The account's name. */
  get account(): string {
    return this.#parts.program.options.name;
  }

  get #appId(): string {
    return this.#parts.program.options.appId;
  }

  /** Has the listener told of each session that is ended here before its time: somebody may hold a socket by it. */
  onEnded(listener: EndedListener): void {
    this.#listeners.push(listener);
  }

  /**
   * Begins a session of whoever `wx.login` gave the code to, who may lose an old one by it.
   * @returns with its token, 256 random bits
   * @throws AppError `code_used`, `code_invalid`, `person_refused`, `rate_limited`, `wechat_unavailable`
   */
  async login(code: string): Promise<{ token: string; session: FoundMiniSession }> {
    const { program, store, lives, newId, limits } = this.#parts;
    const { openid, unionid, sessionKey } = await program.codeToSession(code);
    await takeOrRefuse(limits.sessions, this.#person(openid));
    const token = newId(32);
    const sealedKey = sealSessionKey(sessionKey, this.#holder(token, openid), newId);
    const hash = sha256(token);
    const user = { openid, unionid, sealedKey };
    const { session, ended } = await store.begin(program.options.appId, hash, user, lives);
    for (const each of ended) this.#tellEnded(each, openid);
    return { token, session: this.#found(hash, session) };
  }

  /** The session of `token`, which counts as used; `undefined` when there is none. */
  find(token: string): Promise<FoundMiniSession | undefined> {
    return this.findByHash(sha256(token));
  }

  /** The same for whoever was shown the token before. */
  async findByHash(hash: string): Promise<FoundMiniSession | undefined> {
    const session = await this.#parts.store.use(this.#appId, hash);
    return session && this.#found(hash, session);
  }

  /** For how long it lives when nobody uses it, whole seconds. */
  secondsLeft({ expiresAt }: MiniSession): number {
    return Math.max(0, Math.floor((expiresAt - this.#parts.store.now()) / 1000));
  }

  /**
   * What WeChat sealed for this session's mini program and person, verified, without its watermark.
   * @param token that of the session: without it the session_key cannot be read
   * @throws AppError `session_expired` when WeChat has replaced the session_key: then the session ends; `invalid_signature`,
   *   `encrypted_data_invalid`, `iv_invalid`, `watermark_invalid`, `watermark_stale`, `rate_limited`, `wechat_unavailable`
   */
  async profile(
    session: FoundMiniSession,
    token: string,
    sealed: SealedProfile,
  ): Promise<Record<string, unknown>> {
    const sessionKey = openSessionKey(session.sealedKey, this.#holder(token, session.openid));
    // The appSecret is another one now: nobody can read it any more.
    if (sessionKey === undefined) throw await this.#replaced(session);
    if (!rawDataSignatureHolds(sealed.rawData, sealed.signature, sessionKey))
      throw await this.#mismatch(session, sessionKey, 'invalid_signature');
    const opened = this.#decrypt(sealed, sessionKey);
    if (opened.ok) return ownData(opened.data, sealed.rawData, session);
    // What no key at all could open says nothing of ours.
    if (opened.fault !== 'encrypted_data_invalid' || !strictBase64(sealed.encryptedData))
      throw new AppError(opened.fault);
    throw await this.#mismatch(session, sessionKey, opened.fault);
  }

  /** Ends the session of `token`; what is over, or never was, is left so. */
  async logout(token: string): Promise<void> {
    const session = await this.find(token);
    if (session) await this.#end(session);
  }

  #decrypt(sealed: SealedProfile, sessionKey: string): Opened {
    const { program, store, dataAge } = this.#parts;
    const age = { now: store.now(), maxAgeMs: dataAge };
    return decryptData(sealed, sessionKey, program.options.appId, age);
  }

  /**
   * What fits no session_key of ours was sealed with a newer one, or by nobody at WeChat: WeChat knows which. @returns what to
   * throw
   */
  async #mismatch(
    session: FoundMiniSession,
    sessionKey: string,
    fault: 'invalid_signature' | 'encrypted_data_invalid',
  ): Promise<AppError> {
    const { program, limits } = this.#parts;
    await takeOrRefuse(limits.keyChecks, this.#person(session.openid));
    const stands = await program.sessionKeyStands(session.openid, sessionKey);
    return stands ? new AppError(fault) : this.#replaced(session);
  }

  async #replaced(session: FoundMiniSession): Promise<AppError> {
    await this.#end(session);
    return new AppError('session_expired');
  }

  /** Told also when the store cannot say whether it ended: whoever is sent away in vain comes back with the token. */
  async #end({ hash, openid }: FoundMiniSession): Promise<void> {
    let mayHaveEnded = true;
    try {
      mayHaveEnded = await this.#parts.store.end(this.#appId, hash);
    } finally {
      if (mayHaveEnded) this.#tellEnded(hash, openid);
    }
  }

  #tellEnded(hash: string, openid: string): void {
    for (const listener of this.#listeners) listener(this.account, hash, openid);
  }

  #found(hash: string, session: MiniSession): FoundMiniSession {
    return { ...session, account: this.account, hash };
  }

  #holder(token: string, openid: string) {
    const { appId, appSecret } = this.#parts.program.options;
    return { appId, appSecret, token, openid };
  }

  /** A key for limits that tells nobody who it is. */
  #person(openid: string): string {
    return `${this.account}:${sha256(openid)}`;
  }
}

/** Finds the session that a request shows. @throws AppError `unknown_account`; `session_expired`, whatever is wrong with the token */
export type SessionOf = (ctx: Context, account: string) => Promise<FoundMiniSession>;

/** @param programs by account name */
export function sessionFinder(programs: ReadonlyMap<string, MiniSessions>): SessionOf {
  return async (ctx, account) => {
    const sessions = sessionsAt(programs, account);
    const token = tokenOf(ctx);
    const session = token === undefined ? undefined : await sessions.find(token);
    if (!session) throw new AppError('session_expired');
    return session;
  };
}

/** @throws AppError `unknown_account` */
export function sessionsAt(programs: ReadonlyMap<string, MiniSessions>, account: string): MiniSessions {
  const sessions = programs.get(account);
  if (!sessions) throw new AppError('unknown_account');
  return sessions;
}

/** The token that a request shows; `undefined` for none, and for what cannot be one. */
export function tokenOf(ctx: Context): string | undefined {
  return /^Bearer ([A-Za-z0-9_-]{43})$/i.exec(ctx.get('Authorization'))?.[1];
}

/** Data of somebody else, however they came by this key, and changed ones are as good as data that cannot be read. */
function ownData(
  data: Record<string, unknown>,
  rawData: string,
  { openid, unionid }: MiniUser,
): Record<string, unknown> {
  const isOthers = (name: string, own: string | null): boolean =>
    own !== null && Object.hasOwn(data, name) && data[name] !== own;
  if (isOthers('openId', openid) || isOthers('unionId', unionid) || !fitsRawData(data, rawData))
    throw new AppError('encrypted_data_invalid');
  return data;
}
