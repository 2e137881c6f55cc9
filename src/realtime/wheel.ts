import type { Clock } from '../kit/clock.ts';

/** A place on the wheel. */
export interface Appointment<T> {
  /** Set to `undefined` it calls the appointment off, and holds on to nobody. */
  waiter: T | undefined;
}

/** Calls back at given times, for any number of waiters with one timer. A call comes at most one `tick` late. */
export class Wheel<T> {
  readonly #slots = new Map<number, Appointment<T>[]>();
  readonly #clock: Clock;
  readonly #tick: number;
  readonly #run: (waiter: T) => void;
  readonly #stop: () => void;
  /** Slots are counted from here, so that they end when the timer rings. */
  readonly #start: number;
  #next = 0;

  constructor(clock: Clock, tick: number, run: (waiter: T) => void) {
    this.#clock = clock;
    this.#tick = tick;
    this.#run = run;
    this.#start = clock.now();
    this.#stop = clock.every(tick, () => this.#turn());
  }

  /** @param time ms since the epoch; one that is over is met by the next turn */
  at(time: number, waiter: T): Appointment<T> {
    const appointment = { waiter };
    const slot = Math.max(this.#next, this.#slotOf(time));
    const others = this.#slots.get(slot);
    if (others) others.push(appointment);
    else this.#slots.set(slot, [appointment]);
    return appointment;
  }

  stop(): void {
    this.#stop();
    this.#slots.clear();
  }

  #slotOf(time: number): number {
    return Math.ceil((time - this.#start) / this.#tick);
  }

  #turn(): void {
    const last = Math.floor((this.#clock.now() - this.#start) / this.#tick);
    while (this.#next <= last) {
      const appointments = this.#slots.get(this.#next) ?? [];
      this.#slots.delete(this.#next++);
      for (const { waiter } of appointments) if (waiter !== undefined) this.#run(waiter);
    }
  }
}
