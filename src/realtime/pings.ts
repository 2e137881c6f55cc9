import type { Clock } from '../kit/clock.ts';
import type { Settings } from '../kit/settings.ts';
import type { Connection } from './connection.ts';

const slices = 250;
/** Silence is looked at in every so-manieth slice of a round, so that a dead peer is found soon after its time, whenever it was pinged. */
const stride = 50;

/** Keeps sockets alive and finds the dead: each slice of them in its own part of the interval, so that no round stalls the process. */
export class Pings {
  readonly #slices = Array.from({ length: slices }, () => new Set<Connection>());
  readonly #settings: Settings['socket'];
  readonly #stop: () => void;
  #joined = 0;
  #turn = 0;

  constructor(clock: Clock, settings: Settings['socket']) {
    this.#settings = settings;
    this.#stop = clock.every(settings.pingEvery / slices, () => this.#round());
  }

  get size(): number {
    return this.#slices.reduce((sum, slice) => sum + slice.size, 0);
  }

  *[Symbol.iterator](): Generator<Connection> {
    for (const slice of this.#slices) yield* slice;
  }

  add(connection: Connection): void {
    connection.pings = this.#joined++ % slices;
    this.#slices[connection.pings]!.add(connection);
  }

  delete(connection: Connection): void {
    this.#slices[connection.pings]!.delete(connection);
  }

  stop(): void {
    this.#stop();
  }

  #round(): void {
    const { deadAfter } = this.#settings;
    for (let slice = this.#turn % stride; slice < slices; slice += stride)
      for (const connection of this.#slices[slice]!)
        if (connection.silentFor >= deadAfter) connection.terminate();
    for (const connection of this.#slices[this.#turn]!) connection.ping();
    this.#turn = (this.#turn + 1) % slices;
  }
}
