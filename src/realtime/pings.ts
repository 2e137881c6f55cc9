import type { Clock } from '../kit/clock.ts';
import type { Settings } from '../kit/settings.ts';

/** What is pinged, and given up when it was silent for too long. */
export interface Pinged {
  /** Which of the pings are its own. */
  pings: number;
  /** ms */
  readonly silentFor: number;
  ping(): void;
  giveUp(): void;
}

const slices = 100;
/** Silence is looked at in every so-manieth slice of a round, so that a dead peer is found soon after its time, whenever it was pinged. */
const stride = 20;

/** Keeps sockets alive and finds the dead: each slice of them in its own part of the interval, so that no round stalls the process. */
export class Pings<T extends Pinged> {
  readonly #slices = Array.from({ length: slices }, () => new Set<T>());
  readonly #clock: Clock;
  readonly #settings: Settings['socket'];
  readonly #stop: () => void;
  #lastRound: number;
  /** Slices whose time has come. */
  #owed = 0;
  #joined = 0;
  #turn = 0;
  #whenEmpty: (() => void) | undefined;

  constructor(clock: Clock, settings: Settings['socket']) {
    this.#clock = clock;
    this.#settings = settings;
    this.#lastRound = clock.now();
    this.#stop = clock.every(settings.pingEvery / slices, () => this.#round());
  }

  get size(): number {
    return this.#slices.reduce((sum, slice) => sum + slice.size, 0);
  }

  *[Symbol.iterator](): Generator<T> {
    for (const slice of this.#slices) yield* slice;
  }

  add(connection: T): void {
    connection.pings = this.#joined++ % slices;
    this.#slices[connection.pings]!.add(connection);
  }

  delete(connection: T): void {
    this.#slices[connection.pings]!.delete(connection);
    if (this.#whenEmpty && this.size === 0) this.#whenEmpty();
  }

  /** Resolves once there are none. */
  emptied(): Promise<void> {
    if (this.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenEmpty = resolve;
    });
  }

  stop(): void {
    this.#stop();
  }

  /** A round that comes late makes good what it missed: however slow the process is, nobody lives too long without a ping. */
  #round(): void {
    const now = this.#clock.now();
    this.#owed += Math.max(0, now - this.#lastRound) / (this.#settings.pingEvery / slices);
    this.#lastRound = now;
    for (let due = Math.min(slices, Math.floor(this.#owed)); due > 0; due--) this.#pingNext();
    this.#owed %= 1;
  }

  #pingNext(): void {
    const { deadAfter } = this.#settings;
    for (let slice = this.#turn % stride; slice < slices; slice += stride)
      for (const connection of this.#slices[slice]!)
        if (connection.silentFor >= deadAfter) connection.giveUp();
    for (const connection of this.#slices[this.#turn]!) connection.ping();
    this.#turn = (this.#turn + 1) % slices;
  }
}
