/**
 * Owns what is counted of all nodes together: the port by which they add it up, minute by minute, and the words for it. Each
 * node counts by `tally`; `last-hour` reads.
 */
import { messageOutcomes } from '../messaging/messages.ts';
import { sceneStates } from '../protocol/messages.ts';
import type { Reason, Scene } from '../scene/scene.ts';
import type { Expired } from '../scene/store.ts';
import { bucketCount } from './latency.ts';

/** How often each of these happened. */
export type Counts = Readonly<Record<string, number>>;

export interface Minute {
  /** When it began, ms, by the store's clock. */
  minute: number;
  counts: Counts;
}

/** What a node counted since its last report. */
export interface Report {
  /** Grows from each report of a node to its next. */
  number: number;
  minutes: readonly Minute[];
}

/** Where the nodes add up what they counted. Away, each verb fails with `store_unavailable`. */
export interface StatisticsStore {
  /** The store's time as this node knows it, ms. */
  now(): number;

  /** Adds a report of this node, in one atomic step. Sent again, because nobody knows whether it was heard, it counts once. */
  add(report: Report): Promise<void>;

  /** The minutes from the one that began at `minute` up to now, oldest first, without those in which nothing happened. */
  since(minute: number): Promise<Minute[]>;
}

/** Why scenes end without a login. `unseen`: no browser ever came back; `unscanned`: nobody scanned; `confirmed`: the code was never redeemed. */
export const causes = [
  'expired_unseen',
  'expired_unscanned',
  'expired_scanned',
  'expired_confirmed',
  'denied',
  'cancelled_browser',
  'cancelled_operator',
  'cancelled_too_many_scanners',
  'cancelled_no_qr_code',
  'cancelled_state_lost',
] as const;

export type Cause = (typeof causes)[number];

const causeOfReason: Record<Reason, Cause> = {
  browser: 'cancelled_browser',
  operator: 'cancelled_operator',
  too_many_scanners: 'cancelled_too_many_scanners',
  no_qr_code: 'cancelled_no_qr_code',
  state_lost: 'cancelled_state_lost',
};

/** Why the scene ended; `undefined`: it lives, its login was a success, or time ended it, which makes no move. */
export function causeOf({ state, reason }: Pick<Scene, 'state' | 'reason'>): Cause | undefined {
  if (state === 'denied') return 'denied';
  return state === 'cancelled' && reason !== null ? causeOfReason[reason] : undefined;
}

export function causeOfExpiry({ from, attended }: Expired): Cause {
  if (from === 'scanned') return 'expired_scanned';
  if (from === 'confirmed') return 'expired_confirmed';
  return attended ? 'expired_unscanned' : 'expired_unseen';
}

export const minuteLength = 60_000;

/** When the minute of this time began, ms. */
export function minuteOf(time: number): number {
  return Math.floor(time / minuteLength) * minuteLength;
}

/** The names under which it is counted. Written once: counting shall not make texts. */
export const fields = {
  moved: named('moved', sceneStates),
  ended: named('ended', causes),
  message: named('message', messageOutcomes),
  /** By the buckets of `latency`. */
  scan: Array.from({ length: bucketCount }, (_, bucket) => `scan:${bucket}`),
  push: Array.from({ length: bucketCount }, (_, bucket) => `push:${bucket}`),
} as const;

function named<Name extends string>(what: string, names: readonly Name[]): Readonly<Record<Name, string>> {
  return Object.fromEntries(names.map((name) => [name, `${what}:${name}`])) as Record<Name, string>;
}
