import { settings } from '../kit/settings.ts';
import type { MessageOutcome } from '../messaging/messages.ts';
import type { SceneState } from '../protocol/messages.ts';
import { latencyOf } from './latency.ts';
import type { Latency } from './latency.ts';
import { fields, minuteLength, minuteOf } from './statistics.ts';
import type { Cause, Counts, StatisticsStore } from './statistics.ts';
import type { Tally } from './tally.ts';

const { minutesBack, settledAfter } = settings.statistics;
const none: Counts = {};

/** What all nodes counted in the last hour, as it was when it was read. */
export class Hour {
  /** By the store's clock, ms. */
  readonly now: number;
  /** By when each began; those in which nothing happened may be missing. */
  readonly #minutes: ReadonlyMap<number, Counts>;

  constructor(now: number, minutes: ReadonlyMap<number, Counts>) {
    this.now = now;
    this.#minutes = minutes;
  }

  /** When each of its minutes began, ms, oldest first; the current one is the last. */
  get minutes(): number[] {
    const current = minuteOf(this.now);
    return Array.from(
      { length: minutesBack },
      (_, index) => current - (minutesBack - 1 - index) * minuteLength,
    );
  }

  moved(state: SceneState, minutes: number): number {
    return Math.round(this.#inLast(minutes, fields.moved[state]));
  }

  ended(cause: Cause, minutes: number): number {
    return Math.round(this.#inLast(minutes, fields.ended[cause]));
  }

  messages(outcome: MessageOutcome, minutes: number): number {
    return Math.round(this.#inLast(minutes, fields.message[outcome]));
  }

  latency(of: 'scan' | 'push', minutes: number): Latency | null {
    return latencyOf(fields[of].map((bucket) => this.#inLast(minutes, bucket)));
  }

  /** In the one minute that began then. */
  countsOf(minute: number): Counts {
    return this.#minutes.get(minute) ?? none;
  }

  /** The minute that has just begun, those before it, and of the one before these what still belongs to so many minutes. */
  #inLast(minutes: number, field: string): number {
    const current = minuteOf(this.now);
    const at = (ago: number): number => this.countsOf(current - ago * minuteLength)[field] ?? 0;
    let sum = 0;
    for (let ago = 0; ago < minutes; ago++) sum += at(ago);
    return sum + at(minutes) * (1 - (this.now - current) / minuteLength);
  }
}

/** Reads what all nodes counted. A minute that is over for some time is read again only once a minute. */
export class LastHour {
  readonly #store: StatisticsStore;
  readonly #tally: Tally;
  #minutes = new Map<number, Counts>();
  /** From this minute on it has to be read again. */
  #open = -Infinity;
  #readWholeAt = -Infinity;

  /** @param tally what this node counted itself, which is told before anything is read */
  constructor(store: StatisticsStore, tally: Tally) {
    this.#store = store;
    this.#tally = tally;
  }

  /** @throws AppError `store_unavailable` */
  async read(): Promise<Hour> {
    await this.#tally.tell();
    const now = this.#store.now();
    const current = minuteOf(now);
    const oldest = current - minutesBack * minuteLength;
    // What a node could not tell in time it tells later, of a minute long over.
    const isWhole = Math.abs(now - this.#readWholeAt) >= minuteLength;
    if (isWhole) this.#readWholeAt = now;
    const found = await this.#store.since(isWhole ? oldest : Math.min(current, Math.max(oldest, this.#open)));
    for (const { minute, counts } of found) this.#minutes.set(minute, counts);
    for (const minute of this.#minutes.keys()) if (minute < oldest) this.#minutes.delete(minute);
    this.#open = minuteOf(now - settledAfter);
    return new Hour(now, new Map(this.#minutes));
  }
}
