import type { SessionStore } from '../../ops/sessions.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';

/** The operators that are signed in at all nodes. Only whoever knows the token begins one, so time alone bounds them. */
export class RedisSessionStore implements SessionStore {
  readonly #connection: Connection;
  readonly #keys: Keys;

  constructor(connection: Connection, keys: Keys) {
    this.#connection = connection;
    this.#keys = keys;
  }

  async begin(hash: string, ttl: number): Promise<void> {
    await this.#connection.ask((client) => client.set(this.#keys.session(hash), '1', 'PX', ttl));
  }

  async lives(hash: string): Promise<boolean> {
    const found = await this.#connection.ask((client) => client.exists(this.#keys.session(hash)));
    return found === 1;
  }

  async end(hash: string): Promise<void> {
    await this.#connection.ask((client) => client.del(this.#keys.session(hash)));
  }
}
