export interface Slot {
  /** The later its time, the greater. */
  number: number;
  ids: ReadonlySet<string>;
}

/** Ids by time, in slots: each is found by its time alone, and the slots in their order. */
export class TimeSlots {
  readonly #width: number;
  readonly #slots = new Map<number, Set<string>>();
  /** The numbers of the slots that hold something, ascending; sorted at all times, since a clock may be set back. */
  readonly #order: number[] = [];

  /** @param width of a slot, ms */
  constructor(width: number) {
    this.#width = width;
  }

  /** @param time ms since the epoch */
  add(time: number, id: string): void {
    this.#slot(this.#number(time)).add(id);
  }

  /** @param time the one it was added with; without effect when it is not there */
  delete(time: number, id: string): void {
    const number = this.#number(time);
    const slot = this.#slots.get(number);
    if (!slot?.delete(id) || slot.size > 0) return;
    this.#slots.delete(number);
    this.#order.splice(this.#place(number), 1);
  }

  /** The slots from the earliest to the one that holds this time, ms. Nothing may be added or deleted meanwhile. */
  *until(time: number): Generator<ReadonlySet<string>> {
    const end = this.#place(this.#number(time) + 1);
    for (let place = 0; place < end; place++) yield this.#at(place);
  }

  /** The slots from the one that holds this time, ms, back to the earliest. Nothing may be added or deleted meanwhile. */
  *backFrom(time: number): Generator<Slot> {
    for (let place = this.#place(this.#number(time) + 1) - 1; place >= 0; place--)
      yield { number: this.#order[place]!, ids: this.#at(place) };
  }

  /** When the first slot after the one that holds this time begins, ms; `Infinity`: there is none. */
  startAfter(time: number): number {
    return (this.#order[this.#place(this.#number(time) + 1)] ?? Infinity) * this.#width;
  }

  #number(time: number): number {
    return Math.floor(time / this.#width);
  }

  #at(place: number): ReadonlySet<string> {
    return this.#slots.get(this.#order[place]!)!;
  }

  #slot(number: number): Set<string> {
    const known = this.#slots.get(number);
    if (known) return known;
    const slot = new Set<string>();
    this.#slots.set(number, slot);
    this.#order.splice(this.#place(number), 0, number);
    return slot;
  }

  /** Where in the order this slot is, or would be. */
  #place(number: number): number {
    let [low, high] = [0, this.#order.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#order[middle]! < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
