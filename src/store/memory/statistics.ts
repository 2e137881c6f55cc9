import type { Clock } from '../../kit/clock.ts';
import { minuteLength, minuteOf } from '../../ops/statistics.ts';
import type { Minute, Report, StatisticsStore } from '../../ops/statistics.ts';

interface Slot {
  minute: number;
  counts: Record<string, number>;
}

/** Adds up what this process counted, in a ring of minutes. */
export class MemoryStatistics implements StatisticsStore {
  readonly #clock: Clock;
  readonly #ring: (Slot | undefined)[];
  #heard = 0;

  /** @param keptFor how long a minute is kept, ms */
  constructor(clock: Clock, keptFor: number) {
    this.#clock = clock;
    this.#ring = Array.from({ length: Math.ceil(keptFor / minuteLength) });
  }

  now(): number {
    return this.#clock.now();
  }

  async add({ number, minutes }: Report): Promise<void> {
    if (number <= this.#heard) return;
    this.#heard = number;
    for (const { minute, counts } of minutes) {
      const slot = this.#slot(minute);
      for (const [name, count] of Object.entries(counts)) slot[name] = (slot[name] ?? 0) + count;
    }
  }

  async since(minute: number): Promise<Minute[]> {
    const oldest = Math.max(minute, minuteOf(this.now()) - (this.#ring.length - 1) * minuteLength);
    const slots = this.#ring.filter((slot) => slot !== undefined && slot.minute >= oldest) as Slot[];
    return slots
      .sort((a, b) => a.minute - b.minute)
      .map((slot) => ({ minute: slot.minute, counts: { ...slot.counts } }));
  }

  #slot(minute: number): Record<string, number> {
    const place = (minute / minuteLength) % this.#ring.length;
    const known = this.#ring[place];
    if (known?.minute === minute) return known.counts;
    const counts: Record<string, number> = {};
    // Of one that is forgotten already nobody will read.
    if (!known || known.minute < minute) this.#ring[place] = { minute, counts };
    return counts;
  }
}
