import { Redis } from 'ioredis';
import type { Cluster } from 'ioredis';
import calculateSlot from 'cluster-key-slot';
import { AppError } from '../../kit/errors.ts';
import { reconnectAfter } from './client.ts';
import type { Client } from './client.ts';

/** Which master holds a key. */
export class Masters {
  readonly #client: Client;
  /** Connections of our own to a master, by its address. */
  readonly #own = new Map<string, Redis>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** The master that answers for this key, over the connection that everything else uses. */
  of(key: string): Redis {
    if (this.#client instanceof Redis) return this.#client;
    const address = this.#addressOf(key, this.#client);
    const master = this.#client.nodes('master').find((node) => addressOf(node) === address);
    if (!master) throw new AppError('store_unavailable');
    return master;
  }

  /** The same over a connection that nobody else uses. */
  own(key: string): Redis {
    const master = this.of(key);
    const address = addressOf(master);
    const known = this.#own.get(address);
    if (known) return known;
    // What is asked before it is connected waits, no longer than its deadline.
    const own = master.duplicate({ enableOfflineQueue: true, retryStrategy: reconnectAfter });
    // That it is away is seen by what it does not answer.
    own.on('error', nothing);
    this.#own.set(address, own);
    return own;
  }

  close(): void {
    for (const own of this.#own.values()) own.disconnect();
  }

  #addressOf(key: string, cluster: Cluster): string | undefined {
    return cluster.slots[calculateSlot(key)]?.[0];
  }
}

function addressOf({ options: { host, port } }: Redis): string {
  return `${host}:${port}`;
}

function nothing(): void {}
