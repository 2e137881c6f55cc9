import type { Clock } from '../kit/clock.ts';
import { sceneStates } from '../protocol/messages.ts';
import type { SceneState } from '../protocol/messages.ts';
import type { NodeInfo } from '../realtime/registry.ts';
import type { Scene } from '../scene/scene.ts';
import type { SceneStore } from '../scene/store.ts';
import type { LivingNodes } from './living-nodes.ts';

type ByState = Record<SceneState, number>;

/** Seconds from a stored scan until its frame was written. */
export interface Latency {
  p50: number;
  p95: number;
  p99: number;
}

export interface NodeRow {
  node: string;
  /** How many login sockets it held when it said so last. */
  sockets: number;
  version: string;
  uptimeSeconds: number;
}

export interface Overview {
  /** How many scenes there are in each state, those that are kept after their end included. */
  counts: ByState;
  /** How many reached each state on this node in the last minute. */
  rates: ByState;
  latency: Latency | null;
  /** Those that live, oldest first. */
  nodes: NodeRow[];
}

const second = 1000;
const seconds = 60;

/** How many moves there were in the last minute: a ring with one set of counters for each second. */
export class Rates {
  readonly #ring = Array.from({ length: seconds }, () => ({ second: 0, counts: zero() }));
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  note(scene: Scene): void {
    const current = Math.floor(this.#clock.now() / second);
    const slot = this.#ring[current % seconds]!;
    if (slot.second !== current) Object.assign(slot, { second: current, counts: zero() });
    slot.counts[scene.state]++;
  }

  read(): ByState {
    const oldest = Math.floor(this.#clock.now() / second) - seconds;
    const slots = this.#ring.filter((slot) => slot.second > oldest);
    return byState((state) => slots.reduce((sum, { counts }) => sum + counts[state], 0));
  }
}

export interface OverviewParts {
  store: SceneStore;
  rates: Rates;
  clock: Clock;
  nodes: LivingNodes;
  /** How long this node's pushes take; `null` while nothing was pushed. */
  pushLatency: () => Promise<Latency | null>;
}

export async function readOverview(parts: OverviewParts): Promise<Overview> {
  const { store, rates, clock, nodes, pushLatency } = parts;
  const [counts, latency, living] = await Promise.all([store.counts(), pushLatency(), nodes.list()]);
  const now = clock.now();
  return { counts, rates: rates.read(), latency, nodes: living.map((info) => nodeRow(info, now)) };
}

/** Its clock may be ahead of ours. */
function nodeRow({ node, sockets, version, startedAt }: NodeInfo, now: number): NodeRow {
  return { node, sockets, version, uptimeSeconds: Math.max(0, Math.floor((now - startedAt) / second)) };
}

function zero(): ByState {
  return byState(() => 0);
}

function byState(count: (state: SceneState) => number): ByState {
  return Object.fromEntries(sceneStates.map((state) => [state, count(state)])) as ByState;
}
