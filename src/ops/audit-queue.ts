import type { Clock } from '../kit/clock.ts';
import { AppError } from '../kit/errors.ts';
import type { Settings } from '../kit/settings.ts';
import type { Log } from '../telemetry/log.ts';
import { isAct } from './audit.ts';
import type { AuditBatch, AuditTrail, NewEntry } from './audit.ts';

export interface AuditQueueParts {
  trail: AuditTrail;
  clock: Clock;
  settings: Settings['audit'];
  log: Log;
  newId: (bytes: number) => string;
  /** Told of entries that are lost, since the store is away for too long. Must not throw. */
  dropped: (entries: number) => void;
}

/** Entries on their way to the store, one batch after the other; what comes while one is under way goes with the next. */
export class AuditQueue {
  readonly #parts: AuditQueueParts;
  /** Apart, so that strangers take no place of an operator's act. */
  readonly #acts: NewEntry[] = [];
  readonly #others: NewEntry[] = [];
  #writing: Promise<void> | undefined;
  #isClosing = false;
  #wake: () => void = () => undefined;
  /** Since the store took something last. */
  #lost = 0;

  constructor(parts: AuditQueueParts) {
    this.#parts = parts;
  }

  /** Takes the entry in, or drops it when too many wait. */
  put(entry: NewEntry): void {
    const waiting = isAct(entry.kind) ? this.#acts : this.#others;
    if (waiting.length >= this.#parts.settings.waiting) return this.#drop(1);
    waiting.push(entry);
    this.#writing ??= this.#write();
  }

  /** Resolves once all is written, or the store has refused: nobody waits for it then. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#wake();
    await this.#writing;
  }

  async #write(): Promise<void> {
    for (let batch = this.#next(); batch; batch = this.#next()) await this.#deliver(batch);
    this.#writing = undefined;
  }

  #next(): AuditBatch | undefined {
    const { newId, settings } = this.#parts;
    const acts = this.#acts.splice(0, settings.batch);
    const others = this.#others.splice(0, settings.batch - acts.length);
    const entries = [...acts, ...others].sort((a, b) => a.at - b.at);
    return entries.length === 0 ? undefined : { id: newId(16), entries };
  }

  async #deliver(batch: AuditBatch): Promise<void> {
    while (!(await this.#isSettled(batch))) {
      if (this.#isClosing) return this.#giveUp(batch);
      await this.#pause();
    }
  }

  /** Whether nothing more is to be done about it. */
  async #isSettled(batch: AuditBatch): Promise<boolean> {
    try {
      await this.#parts.trail.add(batch);
      this.#arrived();
      return true;
    } catch (error) {
      if (error instanceof AppError) return false;
      this.#parts.log.error({ err: error }, 'unexpected');
      this.#drop(batch.entries.length);
      return true;
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const callOff = this.#parts.clock.after(this.#parts.settings.retryEvery, resolve);
      this.#wake = () => {
        callOff();
        resolve();
      };
    });
  }

  #giveUp(batch: AuditBatch): void {
    this.#drop(batch.entries.length + this.#acts.splice(0).length + this.#others.splice(0).length);
  }

  #drop(entries: number): void {
    if (this.#lost === 0) this.#parts.log.warn('audit entries are lost: the store does not take them');
    this.#lost += entries;
    this.#parts.dropped(entries);
  }

  #arrived(): void {
    if (this.#lost > 0) this.#parts.log.warn({ lost: this.#lost }, 'the store takes audit entries again');
    this.#lost = 0;
  }
}
