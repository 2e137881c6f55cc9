import { TimeSlots } from './time-slots.ts';

/**
 * Knows which ids are due when. A look costs what is due, and of the rest at most the slot of the moment, once in a
 * millisecond; never those that have time left.
 */
export class DueDates {
  readonly #slots: TimeSlots;
  readonly #dueOf: (id: string) => number;
  /** Nothing is due before, ms. */
  #next = Infinity;

  /**
   * @param width of the slots in which it keeps them, ms
   * @param dueOf when an id that is entered is due, ms since the epoch
   */
  constructor(width: number, dueOf: (id: string) => number) {
    this.#slots = new TimeSlots(width);
    this.#dueOf = dueOf;
  }

  enter(id: string, due: number): void {
    this.#slots.add(due, id);
    this.#next = Math.min(this.#next, due);
  }

  /** @param due what it was entered with */
  leave(id: string, due: number): void {
    this.#slots.delete(due, id);
  }

  /** What is due, to the millisecond, at most `limit` of it. It is told once: whoever asks makes each leave. */
  due(now: number, limit: number): string[] {
    const due: string[] = [];
    if (now >= this.#next) this.#next = this.#collect(due, now, limit);
    return due;
  }

  /** @returns when the next of the others is due at the earliest, ms */
  #collect(due: string[], now: number, limit: number): number {
    let next = this.#slots.startAfter(now);
    for (const slot of this.#slots.until(now)) {
      for (const id of slot) {
        const time = this.#dueOf(id);
        if (time > now) next = Math.min(next, time);
        else if (due.length < limit) due.push(id);
        else return this.#next;
      }
    }
    return next;
  }
}
