/** Owns the audit trail of all nodes: a stream for each kind, all in one slot, so that one step gives every entry its place. */
import type { Settings } from '../../kit/settings.ts';
import { isOlder, pageOf } from '../../ops/audit.ts';
import type { AuditBatch, AuditEntry, AuditPage, AuditQuery, AuditTrail, NewEntry } from '../../ops/audit.ts';
import { auditKinds } from '../../telemetry/audit.ts';
import type { AuditKind } from '../../telemetry/audit.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';

export interface RedisAuditTrailParts {
  connection: Connection;
  keys: Keys;
  figures: Settings['audit'];
}

/** The newest of a stream that were not looked at yet. */
interface Tail {
  key: string;
  /** Newest first. */
  entries: AuditEntry[];
  /** Where to read on: before this id. */
  end: string | undefined;
  isOver: boolean;
}

const first = '0-0';

export class RedisAuditTrail implements AuditTrail {
  readonly #parts: RedisAuditTrailParts;

  constructor(parts: RedisAuditTrailParts) {
    this.#parts = parts;
  }

  async add({ id, entries }: AuditBatch): Promise<void> {
    const { connection, keys, figures } = this.#parts;
    const streams = entries.map(({ kind }) => keys.audit(kind));
    const texts = entries.map((entry) => JSON.stringify(entry));
    const given = [figures.batchKnown, figures.kept, figures.keptFor, ...texts];
    await connection.run('add-audit', [keys.auditNewest, keys.auditBatch(id), ...streams], given);
  }

  page(query: AuditQuery): Promise<AuditPage> {
    return pageOf(this.#newestFirst(query), query, this.#parts.figures.readAtMost);
  }

  async *#newestFirst({ kind, site, actor, limit, cursor }: AuditQuery): AsyncGenerator<AuditEntry> {
    const kinds: readonly AuditKind[] = kind ? [kind] : auditKinds;
    const tails = kinds.map((each) => this.#tail(each, cursor));
    // One more than asked for tells whether there is another page; what a filter leaves is not known before.
    const portion = (site ?? actor) === undefined ? limit + 1 : this.#parts.figures.portion;
    for (;;) {
      const dry = tails.filter(({ entries, isOver }) => entries.length === 0 && !isOver);
      await Promise.all(dry.map((tail) => this.#refill(tail, portion)));
      const next = newestOf(tails)?.entries.shift();
      if (!next) return;
      yield next;
    }
  }

  #tail(kind: AuditKind, end: string | undefined): Tail {
    // Redis takes it for an error to ask what is before the first place of all.
    const isOver = end !== undefined && !isOlder(first, end);
    return { key: this.#parts.keys.audit(kind), entries: [], end, isOver };
  }

  async #refill(tail: Tail, portion: number): Promise<void> {
    const { connection, figures } = this.#parts;
    const end = tail.end === undefined ? '+' : `(${tail.end}`;
    // What is too old goes with the next that is written, which may be long from now.
    const oldest = Math.max(0, connection.now() - figures.keptFor);
    const found = await connection.ask((client) => client.xrevrange(tail.key, end, oldest, 'COUNT', portion));
    tail.entries = found.map(([id, [, text = '{}']]) => ({ id, ...(JSON.parse(text) as NewEntry) }));
    tail.end = found.at(-1)?.[0];
    tail.isOver = found.length < portion;
  }
}

function newestOf(tails: readonly Tail[]): Tail | undefined {
  return tails.reduce<Tail | undefined>((newest, tail) => {
    const [one, other] = [newest?.entries[0], tail.entries[0]];
    return other && (!one || isOlder(one.id, other.id)) ? tail : newest;
  }, undefined);
}
