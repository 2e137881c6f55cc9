import type { Clock } from '../../kit/clock.ts';
import type { SessionStore } from '../../ops/sessions.ts';

/** The signed-in operators of this process. */
export class MemorySessionStore implements SessionStore {
  /** When each ends, by its hash; in the order in which they began. */
  readonly #ends = new Map<string, number>();
  readonly #clock: Clock;
  readonly #most: number;

  /** @param most how many there may be; the one past it ends the oldest */
  constructor(clock: Clock, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  async begin(hash: string, ttl: number): Promise<void> {
    this.#makeRoom();
    this.#ends.set(hash, this.#clock.now() + ttl);
  }

  async lives(hash: string): Promise<boolean> {
    return this.#isLiving(hash);
  }

  async end(hash: string): Promise<void> {
    this.#ends.delete(hash);
  }

  #isLiving(hash: string): boolean {
    return (this.#ends.get(hash) ?? 0) > this.#clock.now();
  }

  #makeRoom(): void {
    for (const hash of this.#ends.keys()) {
      if (this.#isLiving(hash) && this.#ends.size < this.#most) return;
      this.#ends.delete(hash);
    }
  }
}
