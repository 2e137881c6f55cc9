import { AppError } from '../../kit/errors.ts';
import { settings } from '../../kit/settings.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';

const { redis: figures } = settings;

/** The places for pending scenes, of all nodes together. */
export class Places {
  readonly #connection: Connection;
  readonly #keys: Keys;
  readonly #most: number;

  /** @param most how many there are; 0: any number */
  constructor(connection: Connection, keys: Keys, most: number) {
    this.#connection = connection;
    this.#keys = keys;
    this.#most = most;
  }

  /** Whether there was one. It falls free by itself after `ttl` ms. */
  async take(id: string, ttl: number): Promise<boolean> {
    if (this.#most === 0) return true;
    const given = [id, ttl, this.#most, figures.listsLive];
    try {
      return (await this.#connection.run('take-place', [this.#keys.pending], given)) === 1;
    } catch (error) {
      // They are all in one slot: with its master away, the other masters' scenes go on without a bound.
      if (error instanceof AppError) return true;
      throw error;
    }
  }

  /** Nobody waits for it: forgotten, it costs the place for the scene's time. */
  leave(id: string): void {
    if (this.#most === 0) return;
    this.#connection.ask((client) => client.zrem(this.#keys.pending, id)).catch(() => undefined);
  }
}
