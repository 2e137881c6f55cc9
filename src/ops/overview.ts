import type { Clock } from '../kit/clock.ts';
import { settings } from '../kit/settings.ts';
import { messageOutcomes } from '../messaging/messages.ts';
import type { MessageOutcome } from '../messaging/messages.ts';
import { sceneStates } from '../protocol/messages.ts';
import type { SceneState } from '../protocol/messages.ts';
import type { NodeInfo } from '../realtime/registry.ts';
import type { SceneStore } from '../scene/store.ts';
import { readAccounts } from './account-rows.ts';
import type { AccountRow, Accounts } from './account-rows.ts';
import type { Hour, LastHour } from './last-hour.ts';
import { latencyOf } from './latency.ts';
import type { Latency } from './latency.ts';
import type { LivingNodes } from './living-nodes.ts';
import { causes, fields } from './statistics.ts';
import type { Cause } from './statistics.ts';

type ByState = Record<SceneState, number>;
type ByCause = Record<Cause, number>;
type ByOutcome = Record<MessageOutcome, number>;

export interface NodeRow {
  node: string;
  /** How many login sockets it held when it said so last. */
  sockets: number;
  /** And how many message sockets. */
  messageSockets: number;
  version: string;
  uptimeSeconds: number;
  /** How late one timer in a hundred rang in its last minute. */
  lagP99Seconds: number;
}

/** One whole minute of all nodes. */
export interface MinuteRow {
  /** When it began, ms. */
  minute: number;
  opened: number;
  scanned: number;
  confirmed: number;
  consumed: number;
  /** Without a login. */
  ended: number;
  /** s */
  pushP50: number | null;
  pushP95: number | null;
}

/** What all nodes did; only `accounts` and `nodes` tell them apart. */
export interface Overview {
  /** How many scenes there are in each state, those that are kept after their end included. */
  counts: ByState;
  /** How many reached each state in the last minute, and in the last hour. */
  rates: { minute: ByState; hour: ByState };
  /** How many ended without a login, by why. */
  ends: { minute: ByCause; hour: ByCause };
  /** What became of messages, at whichever node; a message counts again when a user says to have it. */
  messages: { minute: ByOutcome; hour: ByOutcome };
  /** Of the last ten minutes, from WeChat's event on: until its scan was stored, and until the frame for the browser was written. */
  latency: { scan: Latency | null; push: Latency | null };
  /** The last hour, oldest first; the current minute is the last. */
  series: MinuteRow[];
  /** Those that live, oldest first. */
  nodes: NodeRow[];
  accounts: AccountRow[];
  store: 'memory' | 'redis';
  version: string;
  /** By the store's clock, ms. */
  now: number;
}

export interface OverviewParts extends Accounts {
  store: SceneStore;
  lastHour: LastHour;
  clock: Clock;
  nodes: LivingNodes;
  /** The name of this node. */
  node: string;
  storeKind: Overview['store'];
  version: string;
}

const { minutesBack, latencyMinutes } = settings.statistics;

/** @throws AppError `store_unavailable` */
export async function readOverview(parts: OverviewParts): Promise<Overview> {
  const { store, lastHour, clock, node, storeKind, version } = parts;
  const [counts, hour, living] = await Promise.all([store.counts(), lastHour.read(), parts.nodes.list()]);
  const now = clock.now();
  return {
    counts,
    rates: { minute: ratesOf(hour, 1), hour: ratesOf(hour, minutesBack) },
    ends: { minute: endsOf(hour, 1), hour: endsOf(hour, minutesBack) },
    messages: { minute: messagesOf(hour, 1), hour: messagesOf(hour, minutesBack) },
    latency: { scan: hour.latency('scan', latencyMinutes), push: hour.latency('push', latencyMinutes) },
    series: hour.minutes.map((minute) => minuteRow(hour, minute)),
    nodes: living.map((info) => nodeRow(info, now)),
    accounts: await readAccounts(parts, living, node, now),
    store: storeKind,
    version,
    now: hour.now,
  };
}

function ratesOf(hour: Hour, minutes: number): ByState {
  return record(sceneStates, (state) => hour.moved(state, minutes));
}

function endsOf(hour: Hour, minutes: number): ByCause {
  return record(causes, (cause) => hour.ended(cause, minutes));
}

function messagesOf(hour: Hour, minutes: number): ByOutcome {
  return record(messageOutcomes, (outcome) => hour.messages(outcome, minutes));
}

function minuteRow(hour: Hour, minute: number): MinuteRow {
  const counts = hour.countsOf(minute);
  const count = (field: string): number => counts[field] ?? 0;
  const push = latencyOf(fields.push.map(count));
  return {
    minute,
    opened: count(fields.moved.pending),
    scanned: count(fields.moved.scanned),
    confirmed: count(fields.moved.confirmed),
    consumed: count(fields.moved.consumed),
    ended: causes.reduce((sum, cause) => sum + count(fields.ended[cause]), 0),
    pushP50: push?.p50 ?? null,
    pushP95: push?.p95 ?? null,
  };
}

/** Its clock may be ahead of ours. */
function nodeRow(info: NodeInfo, now: number): NodeRow {
  const { node, sockets, messageSockets = 0, version, startedAt, lagP99Seconds = 0 } = info;
  const uptimeSeconds = Math.max(0, Math.floor((now - startedAt) / 1000));
  return { node, sockets, messageSockets, version, uptimeSeconds, lagP99Seconds };
}

function record<Name extends string>(
  names: readonly Name[],
  count: (name: Name) => number,
): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, count(name)])) as Record<Name, number>;
}
