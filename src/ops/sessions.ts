import type { Clock } from '../kit/clock.ts';
import { sha256 } from '../kit/id.ts';

export interface SessionsParts {
  clock: Clock;
  /** How long a session lives from its sign-in, ms. */
  ttl: number;
  /** How many there may be; the one past it ends the oldest. */
  most: number;
  newId: (bytes: number) => string;
}

/** The signed-in operators of this process. The secrets are in their cookies; here are only hashes, so that a dump of the memory signs nobody in. */
export class Sessions {
  /** When each ends, by the hash of its secret; oldest first, and that is also the order in which they end. */
  readonly #ends = new Map<string, number>();
  readonly #parts: SessionsParts;

  constructor(parts: SessionsParts) {
    this.#parts = parts;
  }

  /** A new session's secret, 256 random bits. */
  begin(): string {
    const secret = this.#parts.newId(32);
    this.#makeRoom();
    this.#ends.set(sha256(secret), this.#parts.clock.now() + this.#parts.ttl);
    return secret;
  }

  /** The hash under which the session of `secret` is known; `undefined` when there is none. */
  find(secret: string): string | undefined {
    const hash = sha256(secret);
    return this.isLiving(hash) ? hash : undefined;
  }

  isLiving(hash: string): boolean {
    return (this.#ends.get(hash) ?? 0) > this.#parts.clock.now();
  }

  end(secret: string): void {
    this.#ends.delete(sha256(secret));
  }

  #makeRoom(): void {
    for (const hash of this.#ends.keys()) {
      if (this.isLiving(hash) && this.#ends.size < this.#parts.most) return;
      this.#ends.delete(hash);
    }
  }
}
