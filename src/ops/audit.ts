import type { AuditKind } from '../telemetry/audit.ts';

/** What happened, as it is kept and shown. */
export interface AuditEntry {
  /** `{ms}-{number}`, by the store's clock when it was written; later ones are greater. */
  id: string;
  /** When it happened, by the store's clock, ms. */
  at: number;
  kind: AuditKind;
  actor: string;
  site: string | null;
  account: string | null;
  sceneId: string | null;
  /** The network only. */
  ip: string | null;
  /** Of many that were alike: `count` of them came from `since` (ms) until `at`. */
  detail: Readonly<Record<string, string | number>>;
}

/** One that has no place yet. */
export type NewEntry = Omit<AuditEntry, 'id'>;

export interface AuditBatch {
  /** Random. */
  id: string;
  entries: readonly NewEntry[];
}

export interface AuditFilter {
  kind?: AuditKind;
  site?: string;
  actor?: string;
}

export interface AuditQuery extends AuditFilter {
  limit: number;
  /** From an earlier page's `nextCursor`. */
  cursor?: string;
}

export interface AuditPage {
  /** Newest first. */
  entries: AuditEntry[];
  /** A page may hold fewer than its limit and still have others behind it; `null`: nothing is. */
  nextCursor: string | null;
}

/**
 * Where the trail is kept: of each kind the newest, so many and for so long as the settings say. Kinds do not push each other
 * out. Away, a verb fails with `store_unavailable`.
 */
export interface AuditTrail {
  /** Adds them in this order, in one step. A batch that is there is not added again: who had no answer may try again. */
  add(batch: AuditBatch): Promise<void>;

  page(query: AuditQuery): Promise<AuditPage>;
}

/** What operators and nodes do of themselves. Whatever else happens strangers may cause. */
const acts: ReadonlySet<AuditKind> = new Set<AuditKind>([
  'operator_signed_in',
  'operator_signed_out',
  'scene_cancelled',
  'audit_exported',
  'started',
]);

export function isAct(kind: AuditKind): boolean {
  return acts.has(kind);
}

/** What is never gathered, however often it happens: each changes something, and only those do it who may. */
const toldAlone: ReadonlySet<AuditKind> = new Set<AuditKind>(['scene_cancelled', 'started']);

export function isToldAlone(kind: AuditKind): boolean {
  return toldAlone.has(kind);
}

/** Whether the entry of one id was written before that of the other. */
export function isOlder(one: string, other: string): boolean {
  const [[ms, number], [otherMs, otherNumber]] = [partsOf(one), partsOf(other)];
  return ms < otherMs || (ms === otherMs && number < otherNumber);
}

function partsOf(id: string): [ms: number, number: number] {
  const [ms, number] = id.split('-');
  return [Number(ms), Number(number)];
}

/**
 * The page of what a store finds behind the cursor.
 * @param readAtMost how many it looks at for one page, so that a rare filter costs nobody else his turn
 */
export async function pageOf(
  newestFirst: Iterable<AuditEntry> | AsyncIterable<AuditEntry>,
  query: AuditQuery,
  readAtMost: number,
): Promise<AuditPage> {
  const entries: AuditEntry[] = [];
  let read = 0;
  let last: string | null = null;
  for await (const entry of newestFirst) {
    const isWanted = matches(entry, query);
    if (read++ === readAtMost || (isWanted && entries.length === query.limit))
      return { entries, nextCursor: last };
    if (isWanted) entries.push(entry);
    last = entry.id;
  }
  return { entries, nextCursor: null };
}

function matches(entry: AuditEntry, { kind, site, actor }: AuditFilter): boolean {
  return (
    (kind ?? entry.kind) === entry.kind &&
    (site ?? entry.site) === entry.site &&
    (actor ?? entry.actor) === entry.actor
  );
}
