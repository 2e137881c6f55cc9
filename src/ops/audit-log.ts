import type { Clock } from '../kit/clock.ts';
import { randomId } from '../kit/id.ts';
import type { Settings } from '../kit/settings.ts';
import type { Audit, AuditEvent } from '../telemetry/audit.ts';
import type { Log } from '../telemetry/log.ts';
import { isToldAlone } from './audit.ts';
import type { AuditTrail } from './audit.ts';
import { entryOf, networkOf } from './audit-entry.ts';
import { Folding } from './audit-folding.ts';
import { AuditQueue } from './audit-queue.ts';

export interface AuditLogParts {
  trail: AuditTrail;
  /** The time of the trail, ms: the store's. */
  now: () => number;
  clock: Clock;
  settings: Settings['audit'];
  log: Log;
  /** Told of entries that are lost. Must not throw. */
  dropped: (entries: number) => void;
  newId?: (bytes: number) => string;
}

/** A node's way into the trail: cleans what it is told, folds what is alike, and lets nobody wait for the store. */
export class AuditLog {
  readonly #parts: AuditLogParts;
  readonly #folding: Folding;
  readonly #queue: AuditQueue;

  constructor(parts: AuditLogParts) {
    this.#parts = parts;
    this.#queue = new AuditQueue({ newId: randomId, ...parts });
    this.#folding = new Folding({ ...parts, pass: (entry) => this.#queue.put(entry) });
  }

  readonly note: Audit = (event) => {
    try {
      this.#take(event);
    } catch (error) {
      this.#parts.log.error({ err: error }, 'unexpected');
    }
  };

  /** Writes what it still has, as far as the store takes it at once. */
  async close(): Promise<void> {
    this.#folding.flush();
    await this.#queue.close();
  }

  #take(event: AuditEvent): void {
    const network = event.ip === undefined ? null : networkOf(event.ip);
    if (isToldAlone(event.kind)) return this.#queue.put(entryOf(event, network, this.#parts.now()));
    this.#folding.take(event, network);
  }
}
