/** Owns broadcasts one after the other, and how long each takes until the last of those who read has it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { History } from '../history.ts';
import type { MailBackend } from './backend.ts';

const everybodyWithin = 30_000;
const lookEvery = 5;

export interface SpreadOptions {
  /** How many sockets there are that read. */
  readers: number;
  /** From when everybody has one until the next is sent, ms. */
  pause: number;
}

export class Spread {
  readonly #backend: MailBackend;
  readonly #history: History;
  readonly #options: SpreadOptions;
  #sent = 0;

  constructor(backend: MailBackend, history: History, options: SpreadOptions) {
    this.#backend = backend;
    this.#history = history;
    this.#options = options;
  }

  /** Answers how long each took, ms; for ever: not all were reached. */
  async several(count: number): Promise<number[]> {
    const times: number[] = [];
    while (times.length < count) {
      times.push(await this.one());
      await sleep(this.#options.pause);
    }
    return times;
  }

  /** Answers how long it took until everybody had it, ms. */
  async one(): Promise<number> {
    const number = this.#sent++;
    const from = this.#history.sightings.length;
    const askedAt = performance.now();
    const [reachedAt] = await Promise.all([
      this.#reached(number, from, askedAt + everybodyWithin),
      this.#backend.post({ to: 'all', number }),
    ]);
    return Math.round(reachedAt - askedAt);
  }

  /** When the last of them had it, as `performance.now()`. @param from where the history may begin to tell of it */
  async #reached(number: number, from: number, deadline: number): Promise<number> {
    const { sightings } = this.#history;
    let left = this.#options.readers;
    for (let next = from; performance.now() < deadline; await sleep(lookEvery))
      for (; next < sightings.length; next++) {
        const one = sightings[next]!;
        const isIt = one.kind === 'received' && one.toAll && one.mark.number === number;
        if (isIt && --left === 0) return one.at;
      }
    return Infinity;
  }
}
