import type {
  MiniSession,
  MiniSessionLives,
  MiniSessionStore,
  MiniUser,
} from '../../channel/mini-program-sessions.ts';
import type { Clock } from '../../kit/clock.ts';

interface Kept {
  session: MiniSession;
  /** How long it may be unused, ms. */
  idle: number;
}

/** The mini-program sessions of a single process; a restart has people log in again. */
export class MemoryMiniSessionStore implements MiniSessionStore {
  /** By app id and hash, the one that nobody used for longest first. */
  readonly #kept = new Map<string, Kept>();
  readonly #clock: Clock;
  readonly #atMost: number;

  /** @param atMost how many it holds; one more ends the one that nobody used for longest */
  constructor(clock: Clock, atMost: number) {
    this.#clock = clock;
    this.#atMost = atMost;
  }

  now(): number {
    return this.#clock.now();
  }

  async begin(
    appId: string,
    hash: string,
    { openid, unionid, sealedKey }: MiniUser,
    { idle, ttl }: MiniSessionLives,
  ): Promise<MiniSession> {
    const startedAt = this.now();
    const endsAt = startedAt + ttl;
    const expiresAt = Math.min(startedAt + idle, endsAt);
    const session = { openid, unionid, sealedKey, startedAt, expiresAt, endsAt };
    this.#keep(keyOf(appId, hash), { session, idle });
    this.#makeRoom();
    return session;
  }

  async use(appId: string, hash: string): Promise<MiniSession | undefined> {
    const key = keyOf(appId, hash);
    const kept = this.#kept.get(key);
    if (!kept || this.#isOver(kept)) return undefined;
    const { session, idle } = kept;
    const expiresAt = Math.min(this.now() + idle, session.endsAt);
    const used = { ...session, expiresAt };
    this.#keep(key, { session: used, idle });
    return used;
  }

  async end(appId: string, hash: string): Promise<boolean> {
    const key = keyOf(appId, hash);
    const kept = this.#kept.get(key);
    return this.#kept.delete(key) && kept !== undefined && !this.#isOver(kept);
  }

  /** Deleted first: otherwise it would keep its place in the order. */
  #keep(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
  }

  /** What is over comes before what lives, as far as all may be idle for as long. */
  #makeRoom(): void {
    for (const [key, kept] of this.#kept) {
      if (this.#kept.size <= this.#atMost && !this.#isOver(kept)) break;
      this.#kept.delete(key);
    }
  }

  #isOver({ session }: Kept): boolean {
    return session.expiresAt <= this.now();
  }
}

function keyOf(appId: string, hash: string): string {
  return `${appId}\n${hash}`;
}
