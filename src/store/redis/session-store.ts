import type { Admitted, Session, SessionStore } from '../../ops/sessions.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';

/** The operators that are signed in at all nodes. Only whoever may enter begins one, so time alone bounds them. */
export class RedisSessionStore implements SessionStore {
  readonly #connection: Connection;
  readonly #keys: Keys;

  constructor(connection: Connection, keys: Keys) {
    this.#connection = connection;
    this.#keys = keys;
  }

  async begin(hash: string, who: Admitted, ttl: number, idle: number): Promise<void> {
    await this.#connection.run('begin-session', [this.#keys.session(hash)], [JSON.stringify(who), ttl, idle]);
  }

  async use(hash: string): Promise<Session | undefined> {
    const found = await this.#connection.run('use-session', [this.#keys.session(hash)], []);
    if (found === null) return undefined;
    const [who, endsAt] = found as [string, string];
    return { ...(JSON.parse(who) as Admitted), endsAt: Number(endsAt) };
  }

  async end(hash: string): Promise<void> {
    await this.#connection.ask((client) => client.del(this.#keys.session(hash)));
  }

  async countTry(what: string, kept: number): Promise<number> {
    return (await this.#connection.run('count-try', [this.#keys.tries(what)], [kept])) as number;
  }
}
