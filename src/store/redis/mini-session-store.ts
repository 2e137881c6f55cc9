import type {
  MiniSession,
  MiniSessionLives,
  MiniSessionStore,
  MiniUser,
} from '../../channel/mini-program-sessions.ts';
import type { Connection } from './connection.ts';
import type { Durable } from './durable.ts';
import type { Keys } from './keys.ts';

export interface RedisMiniSessionStoreParts {
  connection: Connection;
  /** Whoever logged out stays out, whichever master comes next. */
  durable: Durable;
  keys: Keys;
}

/** The mini-program sessions of all nodes, each in a key of its own that ends with it, spread over all slots. */
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
  ): Promise<MiniSession> {
    const { connection } = this.#parts;
    const { openid, unionid, sealedKey } = user;
    const given = [openid, unionid ?? '', sealedKey, idle, ttl];
    const begun = await connection.run('begin-mini-session', [this.#key(appId, hash)], given);
    return { openid, unionid, sealedKey, ...timesOf(begun as string[]) };
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

  #key(appId: string, hash: string): string {
    return this.#parts.keys.miniSession(appId, hash);
  }
}

function timesOf([startedAt, expiresAt, endsAt]: string[]): Pick<
  MiniSession,
  'startedAt' | 'expiresAt' | 'endsAt'
> {
  return { startedAt: Number(startedAt), expiresAt: Number(expiresAt), endsAt: Number(endsAt) };
}
