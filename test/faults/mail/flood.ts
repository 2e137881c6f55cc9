/** Owns what is sent to sockets that never read, until the nodes let go of them. */
import { settings } from '../../../src/kit/settings.ts';
import type { Fleet } from '../fleet.ts';
import { every, throughout } from '../load.ts';
import { sooner } from '../patience.ts';
import { keptForConnections, openConnections } from '../process-figures.ts';
import type { MailBackend } from './backend.ts';
import type { MailClient } from './client.ts';

/** Nearly the largest body there may be. */
const padding = 'x'.repeat(3_900);
const atOnce = 4;
const lookEvery = 500;
/** Later it would be their silence that gives them away, ms. */
const patience = settings.socket.deadAfter - 5_000;

export class Flood {
  /** Messages that were sent. */
  sent = 0;
  seconds = 0;
  /** Of those who never read, how many were flooded, and how many of these were open all the same at last. */
  flooded = 0;
  left = 0;
  /** What the system kept for all connections of this machine, MiB at most. */
  kept = 0;
  readonly #fleet: Fleet;
  readonly #backend: MailBackend;

  /** @param backend of a site that has no other users */
  constructor(fleet: Fleet, backend: MailBackend) {
    this.#fleet = fleet;
    this.#backend = backend;
  }

  /** Sends messages to all until none of these clients is left; they are its only users who are there. */
  async closes(clients: readonly MailClient[]): Promise<void> {
    const begun = performance.now();
    let left = clients.length;
    const look = async (): Promise<void> => {
      this.kept = Math.max(this.kept, keptForConnections());
      left = stillOpen(this.#fleet, clients);
    };
    const over = sooner(() => left === 0, patience);
    await Promise.all([
      every(lookEvery, look, over),
      throughout(over, atOnce, async () => {
        await this.#backend.post({ to: 'all', number: this.sent++, padding });
      }),
    ]);
    this.flooded += clients.length;
    this.left += left;
    this.seconds += (performance.now() - begun) / 1_000;
  }
}

/** Of how many the nodes have not let go, by the word of the system: a client that does not read does not hear of it. */
export function stillOpen(fleet: Fleet, clients: readonly MailClient[]): number {
  const open = openConnections(fleet.nodes.map(({ port }) => port));
  return clients.filter(({ connection }) => connection !== undefined && open.has(connection)).length;
}
