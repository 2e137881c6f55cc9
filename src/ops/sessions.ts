import { sha256 } from '../kit/id.ts';

/** `view` sees everything; `operate` may also change what can be changed. */
export type Role = 'view' | 'operate';

/** Who acts: what he may do, and his name; `token` is whoever has one of the tokens. */
export interface Operator {
  readonly role: Role;
  readonly name: string;
}

/** An operator who showed what lets him in, and a mark of what that was. */
export interface Admitted extends Operator {
  /** Tells it from any other token or entry of the list, and cannot be turned back into it. */
  readonly proof: string;
}

export interface Session extends Admitted {
  /** When it ends at the latest, ms. */
  readonly endsAt: number;
}

/**
 * Which sessions there are, by the hash of each one's secret: a dump of the store signs nobody in. Time is judged by the
 * store's clock. Away, each verb fails with `store_unavailable`.
 */
export interface SessionStore {
  /**
   * One begins. It ends by itself after `ttl` ms, and before that once nobody used it for `idle` ms. When too many live that
   * began with the same `proof`, the oldest of these ends, in the same step.
   */
  begin(hash: string, who: Admitted, ttl: number, idle: number): Promise<void>;

  /** The one that lives. To look is to use it: it may be idle for as long again, and ends no later than it would have. */
  use(hash: string): Promise<Session | undefined>;

  /** It ends at once, on every node. */
  end(hash: string): Promise<void>;

  /** Counts one more try of something, for `kept` ms from the first. @returns how many there were, each number once */
  countTry(what: string, kept: number): Promise<number>;
}

export interface SessionsParts {
  store: SessionStore;
  /** How long a session lives from its sign-in, ms. */
  ttl: number;
  /** And unused, ms. */
  idle: number;
  /** Whether what a session began with still lets anybody in. */
  admits: (session: Admitted) => boolean;
  newId: (bytes: number) => string;
}

/** A session, by the hash that it is known by. */
export interface FoundSession extends Session {
  readonly hash: string;
}

/** The signed-in operators. The secrets are in their cookies, and nowhere else. @throws AppError `store_unavailable` */
export class Sessions {
  readonly #parts: SessionsParts;

  constructor(parts: SessionsParts) {
    this.#parts = parts;
  }

  /** A new session's secret, 256 random bits. */
  async begin({ role, name, proof }: Admitted): Promise<string> {
    const { store, ttl, idle, newId } = this.#parts;
    const secret = newId(32);
    await store.begin(sha256(secret), { role, name, proof }, ttl, idle);
    return secret;
  }

  /** The session of `secret`; `undefined` when there is none. */
  async find(secret: string): Promise<FoundSession | undefined> {
    if (secret === '') return undefined;
    const hash = sha256(secret);
    const session = await this.#read(hash);
    return session && { ...session, hash };
  }

  /** Whether it lives. Whoever asks counts as one who uses it. */
  async lives(hash: string): Promise<boolean> {
    return (await this.#read(hash)) !== undefined;
  }

  /** @returns its hash */
  async end(secret: string): Promise<string> {
    const hash = sha256(secret);
    if (secret !== '') await this.#parts.store.end(hash);
    return hash;
  }

  /** Whoever was taken off the list, and whoever has a token that was replaced, is out with the next start. */
  async #read(hash: string): Promise<Session | undefined> {
    const session = await this.#parts.store.use(hash);
    return session && this.#parts.admits(session) ? session : undefined;
  }
}
