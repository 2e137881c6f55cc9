import type {
  BegunMiniSession,
  MiniSession,
  MiniSessionLives,
  MiniSessionStore,
  MiniUser,
} from '../../channel/mini-program-sessions.ts';
import type { Settings } from '../../kit/settings.ts';
import type { Connection } from './connection.ts';
import type { Durable } from './durable.ts';
import type { Keys } from './keys.ts';

export interface RedisMiniSessionStoreParts {
  connection: Connection;
  /** Whoever logged out stays out, whichever master comes next. */
  durable: Durable;
  keys: Keys;
  figures: Pick<Settings['miniProgram'], 'sessionsPerPerson' | 'sessionsRemembered'>;
}

/**
 * The mini-program sessions of all nodes, each in a key of its own that ends with it, spread over all slots. Which of them are
 * one person's is written down beside, where it may name some that are over: it is looked at only when there seem to be too many.
 */
export class RedisMiniSessionStore implements MiniSessionStore {
  readonly #parts: RedisMiniSessionStoreParts;

  constructor(parts: RedisMiniSessionStoreParts) {
    this.#parts = parts;
  }

  now(): number {
    return this.#parts.connection.now();
  }

  async begin(
    appId: string,
    hash: string,
    user: MiniUser,
    { idle, ttl }: MiniSessionLives,
  ): Promise<BegunMiniSession> {
    const { connection, keys, figures } = this.#parts;
    const { openid, unionid, sealedKey } = user;
    const given = [openid, unionid ?? '', sealedKey, idle, ttl];
    const begun = await connection.run('begin-mini-session', [this.#key(appId, hash)], given);
    const session = { openid, unionid, sealedKey, ...timesOf(begun as string[]) };
    // Not before: what is written down and is not there counts as over.
    const person = keys.miniSessionsOf(appId, openid);
    const bounds = [figures.sessionsPerPerson, figures.sessionsRemembered];
    const all = await connection.run('list-mini-sessions', [person], [hash, ttl, ...bounds]);
    return { session, ended: await this.#endTooMany(appId, person, all as string[]) };
  }

  async use(appId: string, hash: string): Promise<MiniSession | undefined> {
    const found = await this.#parts.connection.run('use-mini-session', [this.#key(appId, hash)], []);
    if (found === null) return undefined;
    const [openid = '', unionid = '', sealedKey = '', ...times] = found as string[];
    return { openid, unionid: unionid === '' ? null : unionid, sealedKey, ...timesOf(times) };
  }

  async end(appId: string, hash: string): Promise<boolean> {
    return (await this.#parts.durable.run('end-mini-session', [this.#key(appId, hash)], [])) === 1;
  }

  /**
   * What cannot be ended now is met again when the next one begins: whoever logs in need not know.
   * @returns those that ended, or may have
   */
  async #endTooMany(appId: string, person: string, hashes: readonly string[]): Promise<string[]> {
    if (hashes.length === 0) return [];
    try {
      const living = await this.#leastUsed(appId, hashes);
      const over = hashes.filter((hash) => !living.includes(hash));
      if (over.length > 0) await this.#parts.connection.ask((client) => client.zrem(person, ...over));
      const tooMany = living.slice(0, Math.max(0, living.length - this.#parts.figures.sessionsPerPerson));
      const ends = await Promise.allSettled(tooMany.map((hash) => this.end(appId, hash)));
      return tooMany.filter((_, index) => mayHaveEnded(ends[index]!));
    } catch {
      return [];
    }
  }

  /** Those that live, the one that nobody used for longest first: it ends first if nobody does. */
  async #leastUsed(appId: string, hashes: readonly string[]): Promise<string[]> {
    const ends = await this.#parts.connection.ask((client) =>
      Promise.all(hashes.map(async (hash) => client.pexpiretime(this.#key(appId, hash)))),
    );
    const all = hashes.map((hash, index) => ({ hash, end: ends[index] ?? 0 }));
    const living = all.filter(({ end }) => end > 0).toSorted((a, b) => a.end - b.end);
    return living.map(({ hash }) => hash);
  }
  #key(appId: string, hash: string): string {
    return this.#parts.keys.miniSession(appId, hash);
  }
}

/** Another node may have ended it meanwhile, and tells of it. */
function mayHaveEnded(end: PromiseSettledResult<boolean>): boolean {
  return end.status === 'rejected' || end.value;
}

function timesOf([startedAt, expiresAt, endsAt]: string[]): Pick<
  MiniSession,
  'startedAt' | 'expiresAt' | 'endsAt'
> {
  return { startedAt: Number(startedAt), expiresAt: Number(expiresAt), endsAt: Number(endsAt) };
}
