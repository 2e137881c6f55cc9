/** Owns the audit trail of a single process; a restart forgets it. */
import type { Clock } from '../../kit/clock.ts';
import type { Settings } from '../../kit/settings.ts';
import { isOlder, pageOf } from '../../ops/audit.ts';
import type { AuditBatch, AuditEntry, AuditPage, AuditQuery, AuditTrail, NewEntry } from '../../ops/audit.ts';
import type { AuditKind } from '../../telemetry/audit.ts';

export class MemoryAuditTrail implements AuditTrail {
  /** Oldest first. */
  readonly #entries: AuditEntry[] = [];
  readonly #counts = new Map<AuditKind, number>();
  /** When each batch came, ms; the earliest first. */
  readonly #batches = new Map<string, number>();
  readonly #clock: Clock;
  readonly #figures: Settings['audit'];
  #newest = { ms: 0, number: 0 };

  constructor(clock: Clock, figures: Settings['audit']) {
    this.#clock = clock;
    this.#figures = figures;
  }

  async add({ id, entries }: AuditBatch): Promise<void> {
    this.#forgetOld();
    if (this.#batches.has(id)) return;
    this.#batches.set(id, this.#clock.now());
    for (const entry of entries) this.#append(entry);
  }

  async page(query: AuditQuery): Promise<AuditPage> {
    this.#forgetOld();
    return pageOf(this.#before(query.cursor), query, this.#figures.readAtMost);
  }

  #append(entry: NewEntry): void {
    this.#entries.push({ id: this.#nextId(), ...entry });
    const count = (this.#counts.get(entry.kind) ?? 0) + 1;
    this.#counts.set(entry.kind, count);
    if (count <= this.#figures.kept) return;
    this.#remove(this.#entries.findIndex(({ kind }) => kind === entry.kind));
  }

  /** Greater than every other, also when the clock is set back. */
  #nextId(): string {
    const { ms, number } = this.#newest;
    const now = this.#clock.now();
    this.#newest = now > ms ? { ms: now, number: 0 } : { ms, number: number + 1 };
    return `${this.#newest.ms}-${this.#newest.number}`;
  }

  #remove(index: number): void {
    const [entry] = this.#entries.splice(index, 1);
    if (entry) this.#counts.set(entry.kind, (this.#counts.get(entry.kind) ?? 1) - 1);
  }

  /** Copied: what is added or goes meanwhile does not turn the page. */
  #before(cursor: string | undefined): AuditEntry[] {
    const end = cursor === undefined ? -1 : this.#entries.findLastIndex(({ id }) => isOlder(id, cursor));
    return this.#entries.slice(0, cursor === undefined ? undefined : end + 1).toReversed();
  }

  #forgetOld(): void {
    const now = this.#clock.now();
    const oldest = `${now - this.#figures.keptFor}-0`;
    while (this.#entries[0] && isOlder(this.#entries[0].id, oldest)) this.#remove(0);
    for (const [id, came] of this.#batches) {
      if (now - came < this.#figures.batchKnown) break;
      this.#batches.delete(id);
    }
  }
}
