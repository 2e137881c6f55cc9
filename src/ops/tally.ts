import type { Clock } from '../kit/clock.ts';
import { AppError } from '../kit/errors.ts';
import { settings } from '../kit/settings.ts';
import type { MessageOutcome } from '../messaging/messages.ts';
import type { SceneState } from '../protocol/messages.ts';
import type { Log } from '../telemetry/log.ts';
import { bucketOf } from './latency.ts';
import { fields, minuteOf } from './statistics.ts';
import type { Cause, Report, StatisticsStore } from './statistics.ts';

export interface TallyParts {
  store: StatisticsStore;
  clock: Clock;
  log: Log;
}

const { tellEvery, minutesBack } = settings.statistics;

/**
 * What this node counts, told to the store every two seconds with one question, and with none when nothing happened. What was
 * not told yet is lost with the process; what could not be told is told later, of the last hour.
 */
export class Tally {
  readonly #parts: TallyParts;
  readonly #stop: () => void;
  /** By when each began: what is not in a report yet. */
  #minutes = new Map<number, Record<string, number>>();
  /** The one that has no answer yet. */
  #report: Report | undefined;
  #number = 0;
  #telling: Promise<void> | undefined;
  #toTell: Promise<void> | undefined;

  constructor(parts: TallyParts) {
    this.#parts = parts;
    this.#stop = parts.clock.every(tellEvery, () => void this.tell());
  }

  /** @param cause why it ended, unless it lives or was a success */
  moved(state: SceneState, cause?: Cause, count = 1): void {
    this.#count(fields.moved[state], count);
    if (cause) this.#count(fields.ended[cause], count);
  }

  messages(outcome: MessageOutcome, count: number): void {
    this.#count(fields.message[outcome], count);
  }

  /** A scan was stored. @param ms since its event came */
  stored(ms: number): void {
    this.#count(fields.scan[bucketOf(ms)]!, 1);
  }

  /** A scan was shown. @param ms since its event came */
  pushed(ms: number): void {
    this.#count(fields.push[bucketOf(ms)]!, 1);
  }

  /** Tells what was counted so far. Never rejects: what cannot be told is told the next time. */
  tell(): Promise<void> {
    if (!this.#telling) return this.#begin();
    // What is under way does not tell of what came since.
    return (this.#toTell ??= this.#telling.then(() => this.#begin()));
  }

  /** The node ends. */
  async close(): Promise<void> {
    this.#stop();
    await this.tell();
  }

  #count(field: string, count: number): void {
    const counts = this.#current();
    counts[field] = (counts[field] ?? 0) + count;
  }

  #current(): Record<string, number> {
    const minute = minuteOf(this.#parts.store.now());
    const known = this.#minutes.get(minute);
    if (known) return known;
    const counts: Record<string, number> = {};
    this.#minutes.set(minute, counts);
    if (this.#minutes.size > minutesBack) this.#minutes.delete(this.#minutes.keys().next().value!);
    return counts;
  }

  #begin(): Promise<void> {
    this.#toTell = undefined;
    this.#telling = this.#tell().finally(() => {
      this.#telling = undefined;
    });
    return this.#telling;
  }

  async #tell(): Promise<void> {
    if (this.#report) await this.#send(this.#report);
    const next = this.#report ? undefined : this.#next();
    if (next) await this.#send(next);
  }

  async #send(report: Report): Promise<void> {
    this.#report = report;
    try {
      await this.#parts.store.add(report);
      this.#report = undefined;
    } catch (error) {
      if (error instanceof AppError) return;
      // The same would happen to it again.
      this.#report = undefined;
      this.#parts.log.error({ err: error }, 'unexpected');
    }
  }

  #next(): Report | undefined {
    if (this.#minutes.size === 0) return undefined;
    const minutes = [...this.#minutes].map(([minute, counts]) => ({ minute, counts }));
    this.#minutes = new Map();
    return { number: ++this.#number, minutes };
  }
}
