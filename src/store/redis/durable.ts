import { AppError } from '../../kit/errors.ts';
import { settings } from '../../kit/settings.ts';
import { call } from './connection.ts';
import type { Connection } from './connection.ts';
import type { Masters } from './masters.ts';
import type { ScriptName } from './scripts.ts';

const { redis: figures } = settings;

/**
 * Steps that nobody hears of before so many replicas have them. Redis counts what one connection wrote, and holds up that
 * connection meanwhile: they have connections of their own, one to each master.
 */
export class Durable {
  readonly #connection: Connection;
  readonly #masters: Masters;
  readonly #replicas: number;
  /** How many are under way. */
  #open = 0;

  /** @param replicas `redis.replicas` */
  constructor(connection: Connection, masters: Masters, replicas: number) {
    this.#connection = connection;
    this.#masters = masters;
    this.#replicas = replicas;
  }

  /** Runs a script, and waits for the replicas. @throws AppError `store_unavailable`, also when it is not safe in time: it did happen then */
  async run(
    script: ScriptName,
    keys: readonly string[],
    given: readonly (string | number)[],
  ): Promise<unknown> {
    if (this.#replicas === 0) return this.#connection.run(script, keys, given);
    if (this.#open >= figures.unsafeAtMost) throw new AppError('store_unavailable');
    this.#open++;
    try {
      return await this.#connection.ask(() => this.#runAndWait(script, keys, given), `${script}-durably`);
    } finally {
      this.#open--;
    }
  }

  close(): void {
    this.#masters.close();
  }

  /** One after the other: a script that Redis has to be taught first would come after the wait. */
  async #runAndWait(
    script: ScriptName,
    keys: readonly string[],
    given: readonly (string | number)[],
  ): Promise<unknown> {
    const master = this.#masters.own(keys[0]!);
    const answer = await call(master, script, keys, given);
    const copies = await master.wait(this.#replicas, figures.answerWithin);
    if (copies < this.#replicas) throw new AppError('store_unavailable');
    return answer;
  }
}
