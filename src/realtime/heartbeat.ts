import type { Clock } from '../kit/clock.ts';
import type { Settings } from '../kit/settings.ts';
import type { NodeInfo, NodeRegistry } from './registry.ts';

export interface HeartbeatParts {
  registry: NodeRegistry;
  /** This node as it is now. */
  about: () => NodeInfo;
  /** For how long the store has not answered, ms. */
  awayFor: () => number;
  /** It has been away for too long; told once for each time that it goes away. */
  storeAway: () => void;
  clock: Clock;
  settings: Settings['nodes'];
}

/** Says again and again that this node lives. A node that cannot say so has to let go of its browsers: others may reach the store. */
export class Heartbeat {
  readonly #parts: HeartbeatParts;
  readonly #stop: () => void;
  #gaveUp = false;

  constructor(parts: HeartbeatParts) {
    this.#parts = parts;
    this.#stop = parts.clock.every(parts.settings.beatEvery, () => this.#beat());
    this.#beat();
  }

  /** The node ends. Never rejects: without a word of it the others find out by themselves. */
  async leave(): Promise<void> {
    this.#stop();
    await this.#parts.registry.leave(this.#parts.about().node).catch(nothing);
  }

  #beat(): void {
    const { registry, about, awayFor, storeAway, settings } = this.#parts;
    registry.beat(about()).catch(nothing);
    const isAway = awayFor() >= settings.awayFor;
    if (isAway && !this.#gaveUp) storeAway();
    this.#gaveUp = isAway;
  }
}

/** The store is away: nobody hears that we live, and that is what there is to know. */
function nothing(): void {}
