import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import Koa from 'koa';
import websockify from 'koa-websocket';
import type { WebSocket } from 'ws';
import type { Clock } from '../kit/clock.ts';
import { AppError } from '../kit/errors.ts';
import { settings } from '../kit/settings.ts';
import { closeCodes } from '../protocol/close-codes.ts';
import type { Log } from '../telemetry/log.ts';
import type { ClientAddress } from './address.ts';
import type { AnySocketDoor, Opener, Visitor } from './door.ts';
import { declineUpgrade } from './other-upgrades.ts';
import { doorOf, logRefusal, pathOf, refuseUpgrade } from './refused-upgrade.ts';
import { carry } from './reset-socket.ts';

type SocketContext = Koa.Context & { websocket: WebSocket };

interface Parts {
  doors: readonly AnySocketDoor[];
  address: ClientAddress;
  clock: Clock;
  log: Log;
  /** Beginnings of paths that the log may show. */
  known: ReadonlySet<string>;
}

/** Not written where it is used: the types of ws do not know all of them. */
const socketOptions = {
  noServer: true,
  maxPayload: settings.socket.messageBytes,
  maxFragments: settings.socket.fragments,
  maxBufferedChunks: settings.socket.chunks,
  closeTimeout: settings.socket.closeWithin,
  perMessageDeflate: false,
  clientTracking: false,
};

/**
 * Our own gate before koa-websocket: path, Origin and door are judged while the request is still plain HTTP.
 * The doors get the socket and a few strings, never the Koa context: it would live as long as the socket.
 */
export function mountSockets(server: Server, parts: Parts): void {
  const { doors, address, clock, log } = parts;
  const admitted = new WeakMap<IncomingMessage, (socket: WebSocket) => void>();
  const app = websockify(new Koa());
  app.ws.use((ctx) => enter(ctx, taken(admitted, ctx.req), log));
  app.ws.listen(socketOptions);
  const sockets = app.ws.server!;
  const answer = (
    request: IncomingMessage,
    stream: Duplex,
    head: Buffer,
    given: Admission | number,
  ): void => {
    // The service leaves: those it has are told so, and nobody would tell one that came now.
    const verdict = server.listening ? given : 503;
    if (typeof verdict === 'number') {
      logRefusal(parts, request, verdict);
      return refuseUpgrade(stream, verdict);
    }
    const visitor = { ...verdict.visitor, ip: address.of(request) };
    admitted.set(request, (socket) => verdict.open(socket, visitor));
    sockets.handleUpgrade(request, stream, head, (socket) => {
      carry(socket, stream);
      sockets.emit('connection', socket, request);
    });
  };
  const answerLater = async (
    request: IncomingMessage,
    stream: Duplex,
    head: Buffer,
    verdict: Promise<Admission | number>,
  ): Promise<void> => {
    // Meanwhile nobody else listens, and without a listener the process would die of a connection that breaks.
    stream.on('error', () => stream.destroy());
    const given = await inTime(verdict, clock, log);
    if (!stream.destroyed) answer(request, stream, head, given);
  };
  server.on('upgrade', (request, stream, head) => {
    if (request.headers.upgrade?.toLowerCase() !== 'websocket')
      return declineUpgrade(server, request, stream, head);
    const verdict = judge(request, doors);
    if (verdict instanceof Promise) void answerLater(request, stream, head, verdict);
    else answer(request, stream, head, verdict);
  });
}

interface Admission {
  open: Opener;
  visitor: Omit<Visitor, 'ip'>;
}

function judge(
  request: IncomingMessage,
  doors: readonly AnySocketDoor[],
): Admission | number | Promise<Admission | number> {
  const path = pathOf(request);
  const door = doorOf(path, doors);
  if (!door) return 404;
  const { origin = '' } = request.headers;
  if (origin === 'null' || (origin === '' && !door.withoutOrigin)) return 403;
  const id = door.path.exec(path)?.[1] ?? '';
  const admission = (open: Opener | number): Admission | number =>
    typeof open === 'number' ? open : { open, visitor: { id, origin } };
  const open = door.admit(request, id, origin);
  return open instanceof Promise ? open.then(admission) : admission(open);
}

/** What the door says; 503 when it does not. Never rejects. */
function inTime(verdict: Promise<Admission | number>, clock: Clock, log: Log): Promise<Admission | number> {
  return new Promise((resolve) => {
    const callOff = clock.after(settings.socket.attachWithin, () => resolve(503));
    const say = (given: Admission | number): void => {
      callOff();
      resolve(given);
    };
    verdict.then(say, (error: unknown) => {
      if (!(error instanceof AppError)) log.error({ err: error }, 'a socket could not be admitted');
      say(503);
    });
  });
}

/** Not left to the garbage: the table would stay as large as it ever was. */
function taken<K extends object, V>(map: WeakMap<K, V>, key: K): V | undefined {
  const value = map.get(key);
  map.delete(key);
  return value;
}

function enter(
  { websocket }: SocketContext,
  open: ((socket: WebSocket) => void) | undefined,
  log: Log,
): void {
  // Instead of koa-websocket's, of which each socket has its own.
  websocket.removeAllListeners('error').on('error', ignore);
  try {
    if (!open) throw new Error('a socket that was not admitted');
    open(websocket);
  } catch (error) {
    log.error({ err: error }, 'a socket could not be opened');
    websocket.close(closeCodes.failed.code);
  }
}

/** ws closes the socket after an error by itself; without a listener the process would die. */
function ignore(): void {}
