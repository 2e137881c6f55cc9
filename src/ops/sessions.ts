import { sha256 } from '../kit/id.ts';

/**
 * Which sessions there are, by the hash of each one's secret: a dump of the store signs nobody in. Away, each verb fails with
 * `store_unavailable`.
 */
export interface SessionStore {
  /** One begins, and ends by itself after `ttl` ms. */
  begin(hash: string, ttl: number): Promise<void>;

  lives(hash: string): Promise<boolean>;

  /** It ends at once, on every node. */
  end(hash: string): Promise<void>;
}

export interface SessionsParts {
  store: SessionStore;
  /** How long a session lives from its sign-in, ms. */
  ttl: number;
  newId: (bytes: number) => string;
}

/** The signed-in operators. The secrets are in their cookies, and nowhere else. @throws AppError `store_unavailable` */
export class Sessions {
  readonly #parts: SessionsParts;

  constructor(parts: SessionsParts) {
    this.#parts = parts;
  }

  /** A new session's secret, 256 random bits. */
  async begin(): Promise<string> {
    const { store, ttl, newId } = this.#parts;
    const secret = newId(32);
    await store.begin(sha256(secret), ttl);
    return secret;
  }

  /** The hash under which the session of `secret` is known; `undefined` when there is none. */
  async find(secret: string): Promise<string | undefined> {
    const hash = sha256(secret);
    return secret !== '' && (await this.lives(hash)) ? hash : undefined;
  }

  lives(hash: string): Promise<boolean> {
    return this.#parts.store.lives(hash);
  }

  /** @returns its hash */
  async end(secret: string): Promise<string> {
    const hash = sha256(secret);
    if (secret !== '') await this.#parts.store.end(hash);
    return hash;
  }
}
