import type { Clock } from '../kit/clock.ts';
import { sceneStates } from '../protocol/messages.ts';
import type { SceneState } from '../protocol/messages.ts';
import type { Scene } from '../scene/scene.ts';
import type { SceneStore } from '../scene/store.ts';

type ByState = Record<SceneState, number>;

/** Seconds from a stored scan until its frame was written. */
export interface Latency {
  p50: number;
  p95: number;
  p99: number;
}

/** What this room cannot know by itself. */
export interface OverviewSources {
  /** The name of this node. */
  node: string;
  version: string;
  /** ms since the epoch. */
  startedAt: number;
  /** How many login sockets this node holds. */
  sockets: () => number;
  /** `null` while nothing was pushed. */
  pushLatency: () => Promise<Latency | null>;
}

export interface Overview {
  /** How many scenes there are in each state, those that are kept after their end included. */
  counts: ByState;
  /** How many reached each state on this node in the last minute. */
  rates: ByState;
  latency: Latency | null;
  nodes: { node: string; sockets: number; version: string; uptimeSeconds: number }[];
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
  sources: OverviewSources;
}

export async function readOverview({ store, rates, clock, sources }: OverviewParts): Promise<Overview> {
  const { node, version, startedAt } = sources;
  const [counts, latency] = await Promise.all([store.counts(), sources.pushLatency()]);
  const uptimeSeconds = Math.floor((clock.now() - startedAt) / second);
  return {
    counts,
    rates: rates.read(),
    latency,
    nodes: [{ node, sockets: sources.sockets(), version, uptimeSeconds }],
  };
}

function zero(): ByState {
  return byState(() => 0);
}

function byState(count: (state: SceneState) => number): ByState {
  return Object.fromEntries(sceneStates.map((state) => [state, count(state)])) as ByState;
}
