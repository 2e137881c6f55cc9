import type { Clock } from '../kit/clock.ts';
import { AppError } from '../kit/errors.ts';
import type { NodeInfo, NodeRegistry } from '../realtime/registry.ts';

/** The nodes that live, as they were when somebody asked last: so that a row of the dashboard costs no question. */
export class LivingNodes {
  readonly #registry: NodeRegistry;
  readonly #clock: Clock;
  readonly #freshFor: number;
  #list: readonly NodeInfo[] = [];
  #names: ReadonlySet<string> = new Set();
  #readAt = -Infinity;

  /** @param freshFor how long a list is good, ms */
  constructor(registry: NodeRegistry, clock: Clock, freshFor: number) {
    this.#registry = registry;
    this.#clock = clock;
    this.#freshFor = freshFor;
  }

  /** Oldest first. While the store is away, the last that were known. */
  async list(): Promise<readonly NodeInfo[]> {
    if (this.#clock.now() - this.#readAt >= this.#freshFor) await this.#read();
    return this.#list;
  }

  /** By the last list. */
  isLiving(node: string): boolean {
    return this.#names.has(node);
  }

  async #read(): Promise<void> {
    const asked = this.#clock.now();
    try {
      this.#list = await this.#registry.list();
    } catch (error) {
      if (error instanceof AppError) return;
      throw error;
    }
    this.#names = new Set(this.#list.map(({ node }) => node));
    this.#readAt = asked;
  }
}
