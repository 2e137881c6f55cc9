import type { Clock } from '../../kit/clock.ts';
import { oldestFirst } from '../../realtime/registry.ts';
import type { NodeInfo, NodeRegistry } from '../../realtime/registry.ts';

/** The nodes of this process: usually the one that it is. */
export class MemoryNodeRegistry implements NodeRegistry {
  readonly #nodes = new Map<string, { info: NodeInfo; heard: number }>();
  readonly #clock: Clock;
  readonly #silentFor: number;

  /** @param silentFor after how long a silence a node is dead, ms */
  constructor(clock: Clock, silentFor: number) {
    this.#clock = clock;
    this.#silentFor = silentFor;
  }

  async beat(info: NodeInfo): Promise<void> {
    this.#forgetDead();
    this.#nodes.set(info.node, { info, heard: this.#clock.now() });
  }

  async list(): Promise<NodeInfo[]> {
    this.#forgetDead();
    return [...this.#nodes.values()].map(({ info }) => info).sort(oldestFirst);
  }

  async leave(node: string): Promise<void> {
    this.#nodes.delete(node);
  }

  #forgetDead(): void {
    const since = this.#clock.now() - this.#silentFor;
    for (const [node, { heard }] of this.#nodes) if (heard <= since) this.#nodes.delete(node);
  }
}
