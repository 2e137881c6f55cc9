/** Owns the signatures that a single process has seen. What is older than its start, or forgotten by now, is unknowable. */
import type { Push, Recall, ReplayMemory } from '../../channel/replay.ts';
import type { Clock } from '../../kit/clock.ts';
import { AppError } from '../../kit/errors.ts';

const sweepEvery = 10_000;

export class MemoryReplayMemory implements ReplayMemory {
  readonly #bound = new Map<string, { body: string; until: number }>();
  readonly #since: number;
  readonly #limit: number;
  readonly #clock: Clock;
  readonly #endSweep: () => void;

  /** @param limit how many digests it holds at most */
  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
    // A timestamp has whole seconds: one of the second in which we started may be older or younger than us.
    this.#since = Math.floor(clock.now() / 1000) * 1000;
    this.#endSweep = clock.every(sweepEvery, () => this.#sweep());
  }

  close(): void {
    this.#endSweep();
  }

  async bind({ digest, body, timestamp }: Push, until: number): Promise<Recall> {
    const known = this.#bound.get(digest);
    if (known) return known.body === body ? 'same' : 'other';
    if (timestamp < this.#since || this.#clock.now() > until) return 'unknowable';
    if (this.#bound.size >= this.#limit) throw new AppError('store_unavailable');
    this.#bound.set(digest, { body, until });
    return 'fresh';
  }

  #sweep(): void {
    const now = this.#clock.now();
    for (const [digest, { until }] of this.#bound) if (now > until) this.#bound.delete(digest);
  }
}
