/** Owns what the nodes of a fleet take of memory while something happens to them. */
import type { Fleet } from './fleet.ts';
import { memoryOf } from './process-figures.ts';

/** MiB of each node. */
export class Memory {
  readonly first: number[];
  peak: number[];
  last: number[];
  readonly #fleet: Fleet;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    this.first = this.peak = this.last = this.#read();
  }

  look(): void {
    this.last = this.#read();
    this.peak = this.peak.map((most, index) => Math.max(most, this.last[index] ?? 0));
  }

  /** @param growsAtMost MiB */
  faults(growsAtMost: number): string[] {
    const grown = this.peak.some((most, index) => most > (this.first[index] ?? 0) + growsAtMost);
    return grown ? [`a node grew by more than ${growsAtMost} MiB`] : [];
  }

  #read(): number[] {
    return this.#fleet.nodes.map(({ pid }) => memoryOf(pid ?? 0));
  }
}
