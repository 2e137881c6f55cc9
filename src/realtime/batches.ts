import type { Clock } from '../kit/clock.ts';
import type { Settings } from '../kit/settings.ts';
import type { CloseName } from '../protocol/close-codes.ts';

interface Closable {
  close(name: CloseName): void;
}

/** Closes a few at once, and many a batch at a time: `least` or more, so that all are done `within` ms. */
export function closeInBatches(
  connections: readonly Closable[],
  name: CloseName,
  clock: Clock,
  { every, least, within }: Settings['socket']['batches'],
): Promise<void> {
  const size = Math.max(least, Math.ceil(connections.length / Math.floor(within / every)));
  const begun = clock.now();
  let closed = 0;
  return new Promise((resolve) => {
    const closeSome = (): void => {
      // A tick that comes late makes good what it missed.
      const due = size * (1 + Math.floor((clock.now() - begun) / every));
      const batch = connections.slice(closed, Math.max(due, closed + size));
      for (const connection of batch) connection.close(name);
      closed += batch.length;
      if (closed < connections.length) return;
      stop();
      resolve();
    };
    const stop = clock.every(every, closeSome);
    closeSome();
  });
}
