import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

type Carried = WebSocket & { carrier?: Duplex };

/** Has the socket know what it runs over, of which ws tells nobody. It hangs on the socket: there are tens of thousands of these. */
export function carry(socket: WebSocket, carrier: Duplex): void {
  (socket as Carried).carrier = carrier;
}

/**
 * Ends a socket that nobody reads at the other side. What was sent and not taken is thrown away: after a mere `terminate` the
 * system would keep up to some MiB of it for minutes, for whoever does not want it. Over anything but plain TCP it is that.
 */
export function resetSocket(socket: WebSocket): void {
  const { carrier } = socket as Carried;
  if (carrier instanceof Socket && !isBeingShut(carrier)) resetConnection(carrier);
  socket.terminate();
}

/** It has nothing to send any more but its end. Node would let go of it without a word, and nobody would learn that it closed. */
function isBeingShut({ writableEnded, writableLength }: Socket): boolean {
  return writableEnded && writableLength === 0;
}

function resetConnection(carrier: Socket): void {
  try {
    carrier.resetAndDestroy();
  } catch {
    // It has TLS, or is none of the network's.
  }
}
