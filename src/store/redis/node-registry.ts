import { AppError } from '../../kit/errors.ts';
import { oldestFirst } from '../../realtime/registry.ts';
import type { NodeInfo, NodeRegistry } from '../../realtime/registry.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';

export interface RedisNodeRegistryParts {
  connection: Connection;
  keys: Keys;
  /** After how long a silence a node is dead, ms. */
  silentFor: number;
}

/** The nodes that share a Redis; its clock judges which are dead. */
export class RedisNodeRegistry implements NodeRegistry {
  readonly #connection: Connection;
  readonly #keys: readonly [heard: string, about: string];
  readonly #silentFor: number;
  /** Why the last beat was not written down although Redis answered; `undefined`: it was, or Redis did not answer. */
  refusal: string | undefined;

  constructor({ connection, keys, silentFor }: RedisNodeRegistryParts) {
    this.#connection = connection;
    this.#keys = [keys.nodesHeard, keys.nodesAbout];
    this.#silentFor = silentFor;
  }

  async beat(info: NodeInfo): Promise<void> {
    const given = [info.node, JSON.stringify(info), this.#silentFor];
    try {
      await this.#connection.run('beat-node', this.#keys, given);
      this.refusal = undefined;
    } catch (error) {
      this.refusal = refusalIn(error);
      throw error;
    }
  }

  async list(): Promise<NodeInfo[]> {
    const listed = await this.#connection.run('list-nodes', this.#keys, [this.#silentFor]);
    return (listed as string[]).map((about) => JSON.parse(about) as NodeInfo).sort(oldestFirst);
  }

  async leave(node: string): Promise<void> {
    const [heard, about] = this.#keys;
    // In this order: what it said cannot outlive it, should the connection break in between.
    await this.#connection.ask((client) => Promise.all([client.hdel(about, node), client.zrem(heard, node)]));
  }
}

/** As Redis begins its sentence when it takes no writes, and what /readyz says then. */
const refusals: Record<string, string> = {
  OOM: 'full',
  MISCONF: 'cannot write to its disk',
  READONLY: 'read-only',
  NOREPLICAS: 'has too few replicas',
};

function refusalIn(error: unknown): string | undefined {
  const cause = error instanceof AppError ? error.cause : undefined;
  return cause instanceof Error ? refusals[/^[A-Z]+/.exec(cause.message)?.[0] ?? ''] : undefined;
}
