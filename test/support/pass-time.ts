import type { WebSocket } from 'ws';
import type { FakeClock } from './fake-clock.ts';

/** One side of a socket. */
interface Side {
  raw: WebSocket;
}

const step = 20_000;

/** Lets time pass for browsers that are alive: on the way they answer every ping, and receive what is sent to them. */
export async function passTime(clock: FakeClock, ms: number, ...sockets: Side[]): Promise<void> {
  for (let left = ms; left > 0; left -= step) {
    clock.advance(Math.min(left, step));
    await Promise.all(sockets.map(settle));
  }
}

/** Resolves once the service has read all that was sent, and this side all that was answered to it. */
export async function settle(socket: Side): Promise<void> {
  await roundTrip(socket);
  await roundTrip(socket);
}

function roundTrip({ raw }: Side): Promise<void> {
  if (raw.readyState !== raw.OPEN) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      raw.off('pong', done).off('close', done);
      resolve();
    };
    raw.on('pong', done).on('close', done).ping();
  });
}
