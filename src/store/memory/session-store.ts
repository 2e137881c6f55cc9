import type { Clock } from '../../kit/clock.ts';
import type { Admitted, Session, SessionStore } from '../../ops/sessions.ts';

interface Kept {
  session: Session;
  /** How long it may be unused, ms. */
  idle: number;
  idleUntil: number;
}

interface Tries {
  count: number;
  keptUntil: number;
}

/** The signed-in operators of this process. */
export class MemorySessionStore implements SessionStore {
  /** By hash, in the order in which they began. */
  readonly #kept = new Map<string, Kept>();
  /** The earliest first. */
  readonly #tries = new Map<string, Tries>();
  readonly #clock: Clock;
  readonly #each: number;

  /** @param each how many there may be of one proof */
  constructor(clock: Clock, each: number) {
    this.#clock = clock;
    this.#each = each;
  }

  async begin(hash: string, who: Admitted, ttl: number, idle: number): Promise<void> {
    this.#makeRoom(who.proof);
    const now = this.#clock.now();
    this.#kept.set(hash, { session: { ...who, endsAt: now + ttl }, idle, idleUntil: now + idle });
  }

  async use(hash: string): Promise<Session | undefined> {
    const kept = this.#kept.get(hash);
    if (!kept || !this.#isLiving(kept)) return undefined;
    kept.idleUntil = this.#clock.now() + kept.idle;
    return kept.session;
  }

  async end(hash: string): Promise<void> {
    this.#kept.delete(hash);
  }

  async countTry(what: string, kept: number): Promise<number> {
    const now = this.#clock.now();
    for (const [key, { keptUntil }] of this.#tries) {
      if (keptUntil > now) break;
      this.#tries.delete(key);
    }
    const tries = this.#tries.get(what) ?? { count: 0, keptUntil: now + kept };
    this.#tries.set(what, tries);
    return ++tries.count;
  }

  #isLiving({ session, idleUntil }: Kept): boolean {
    return Math.min(session.endsAt, idleUntil) > this.#clock.now();
  }

  #makeRoom(proof: string): void {
    for (const [hash, kept] of this.#kept) if (!this.#isLiving(kept)) this.#kept.delete(hash);
    const alike = [...this.#kept].filter(([, { session }]) => session.proof === proof);
    for (const [hash] of alike.slice(0, Math.max(0, alike.length - this.#each + 1))) this.#kept.delete(hash);
  }
}
