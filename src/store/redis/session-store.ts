import type { Admitted, Session, SessionStore } from '../../ops/sessions.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';

/** The operators that are signed in at all nodes, all in one slot, so that one step bounds those of one proof. */
export class RedisSessionStore implements SessionStore {
  readonly #connection: Connection;
  readonly #keys: Keys;
  readonly #each: number;

  /** @param each how many there may be of one proof */
  constructor(connection: Connection, keys: Keys, each: number) {
    this.#connection = connection;
    this.#keys = keys;
    this.#each = each;
  }

  async begin(hash: string, who: Admitted, ttl: number, idle: number): Promise<void> {
    const keys = [this.#keys.session(hash), this.#keys.sessionsOf(who.proof)];
    await this.#connection.run('begin-session', keys, [JSON.stringify(who), ttl, idle, this.#each]);
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
