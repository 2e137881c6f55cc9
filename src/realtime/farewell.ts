import type { Clock } from '../kit/clock.ts';
import type { Settings } from '../kit/settings.ts';
import { closeInBatches } from './batches.ts';
import type { Peer } from './peer.ts';
import type { Pings } from './pings.ts';

/**
 * Tells all to come back later, a batch at a time; until its turn comes each is served. Who does not answer is cut off. Resolves
 * once all are gone, and what they asked for is done.
 */
export async function farewell(
  peers: Pings<Peer>,
  clock: Clock,
  { batches, closeWithin }: Settings['socket'],
): Promise<void> {
  const all = [...peers];
  await closeInBatches(all, 'restart', clock, batches);
  const spare = clock.after(closeWithin, () => {
    for (const peer of peers) peer.terminate();
  });
  await peers.emptied();
  spare();
  peers.stop();
  await Promise.all(all.map(({ turn }) => turn));
}
