import type {
  BegunMiniSession,
  MiniSession,
  MiniSessionLives,
  MiniSessionStore,
  MiniUser,
} from '../../channel/mini-program-sessions.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Settings } from '../../kit/settings.ts';

interface Kept {
  session: MiniSession;
  /** How long it may be unused, ms. */
  idle: number;
  /** By app id and hash. */
  key: string;
  /** By app id and openid. */
  person: string;
}

type Figures = Pick<Settings['miniProgram'], 'sessionsAtMost' | 'sessionsPerPerson'>;

/** The mini-program sessions of a single process; a restart has people log in again. */
export class MemoryMiniSessionStore implements MiniSessionStore {
  /** By key, the one that nobody used for longest first. */
  readonly #kept = new Map<string, Kept>();
  /** The same of each person. */
  readonly #own = new Map<string, Map<string, Kept>>();
  readonly #clock: Clock;
  readonly #figures: Figures;

  /** @param figures beyond `sessionsAtMost` the one that nobody used for longest ends, whosever it is */
  constructor(clock: Clock, figures: Figures) {
    this.#clock = clock;
    this.#figures = figures;
  }

  now(): number {
    return this.#clock.now();
  }

  async begin(
    appId: string,
    hash: string,
    { openid, unionid, sealedKey }: MiniUser,
    { idle, ttl }: MiniSessionLives,
  ): Promise<BegunMiniSession> {
    const startedAt = this.now();
    const endsAt = startedAt + ttl;
    const expiresAt = Math.min(startedAt + idle, endsAt);
    const session = { openid, unionid, sealedKey, startedAt, expiresAt, endsAt };
    const person = keyOf(appId, openid);
    this.#keep({ session, idle, key: keyOf(appId, hash), person });
    const ended = this.#endTooMany(person).map(({ key }) => key.slice(keyOf(appId, '').length));
    this.#makeRoom();
    return { session, ended };
  }

  async use(appId: string, hash: string): Promise<MiniSession | undefined> {
    const kept = this.#kept.get(keyOf(appId, hash));
    if (!kept || this.#isOver(kept)) return undefined;
    const expiresAt = Math.min(this.now() + kept.idle, kept.session.endsAt);
    const session = { ...kept.session, expiresAt };
    this.#keep({ ...kept, session });
    return session;
  }

  async end(appId: string, hash: string): Promise<boolean> {
    const kept = this.#drop(keyOf(appId, hash));
    return kept !== undefined && !this.#isOver(kept);
  }

  /** Dropped first: otherwise it would keep its place in the order. */
  #keep(kept: Kept): void {
    this.#drop(kept.key);
    this.#kept.set(kept.key, kept);
    const own = this.#own.get(kept.person) ?? new Map<string, Kept>();
    this.#own.set(kept.person, own.set(kept.key, kept));
  }

  #drop(key: string): Kept | undefined {
    const kept = this.#kept.get(key);
    if (!kept) return undefined;
    this.#kept.delete(key);
    const own = this.#own.get(kept.person);
    own?.delete(key);
    if (own?.size === 0) this.#own.delete(kept.person);
    return kept;
  }

  /** @returns those that lived until then */
  #endTooMany(person: string): Kept[] {
    const living = [...(this.#own.get(person)?.values() ?? [])].filter((kept) => !this.#isOver(kept));
    const tooMany = living.slice(0, Math.max(0, living.length - this.#figures.sessionsPerPerson));
    for (const { key } of tooMany) this.#drop(key);
    return tooMany;
  }

  /** What is over comes before what lives, as far as all may be idle for as long. */
  #makeRoom(): void {
    for (const [key, kept] of this.#kept) {
      if (this.#kept.size <= this.#figures.sessionsAtMost && !this.#isOver(kept)) break;
      this.#drop(key);
    }
  }

  #isOver({ session }: Kept): boolean {
    return session.expiresAt <= this.now();
  }
}

function keyOf(appId: string, name: string): string {
  return `${appId}\n${name}`;
}
