import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import Koa from 'koa';
import websockify from 'koa-websocket';
import type { WebSocket } from 'ws';
import { settings } from '../kit/settings.ts';
import { closeCodes } from '../protocol/close-codes.ts';
import type { Log } from '../telemetry/log.ts';
import type { ClientAddress } from './address.ts';
import type { Opener, SocketDoor, Visitor } from './door.ts';
import { declineUpgrade } from './other-upgrades.ts';

type SocketContext = Koa.Context & { websocket: WebSocket };

interface Parts {
  doors: readonly SocketDoor[];
  address: ClientAddress;
  log: Log;
}

/** Not written where it is used: the types of ws do not know `closeTimeout`. */
const socketOptions = {
  noServer: true,
  maxPayload: settings.socket.messageBytes,
  closeTimeout: settings.socket.closeWithin,
  perMessageDeflate: false,
  clientTracking: false,
};

const reasons: Record<number, string> = { 403: 'Forbidden', 404: 'Not Found', 503: 'Service Unavailable' };

/**
 * Our own gate before koa-websocket: path, Origin and door are judged while the request is still plain HTTP.
 * The doors get the socket and a few strings, never the Koa context: it would live as long as the socket.
 */
export function mountSockets(server: Server, { doors, address, log }: Parts): void {
  const admitted = new WeakMap<IncomingMessage, (socket: WebSocket) => void>();
  const app = websockify(new Koa());
  app.ws.use((ctx) => enter(ctx, admitted.get(ctx.req), log));
  app.ws.listen(socketOptions);
  const sockets = app.ws.server!;
  server.on('upgrade', (request, stream, head) => {
    if (request.headers.upgrade?.toLowerCase() !== 'websocket')
      return declineUpgrade(server, request, stream, head);
    // The service leaves: those it has are told so, and nobody would tell one that came now.
    const verdict = server.listening ? judge(request, doors) : 503;
    if (typeof verdict === 'number') return refuse(stream, verdict);
    const visitor = { ...verdict.visitor, ip: address.of(request) };
    admitted.set(request, (socket) => verdict.open(socket, visitor));
    sockets.handleUpgrade(request, stream, head, (socket) => sockets.emit('connection', socket, request));
  });
}

interface Admission {
  open: Opener;
  visitor: Omit<Visitor, 'ip'>;
}

function judge(request: IncomingMessage, doors: readonly SocketDoor[]): Admission | number {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  const door = doors.find((each) => each.path.test(path));
  if (!door) return 404;
  const { origin } = request.headers;
  if (origin === undefined || origin === 'null') return 403;
  const id = door.path.exec(path)?.[1] ?? '';
  const open = door.admit(request, id, origin);
  return typeof open === 'number' ? open : { open, visitor: { id, origin } };
}

function enter(
  { websocket }: SocketContext,
  open: ((socket: WebSocket) => void) | undefined,
  log: Log,
): void {
  try {
    if (!open) throw new Error('a socket that was not admitted');
    open(websocket);
  } catch (error) {
    log.error({ err: error }, 'a socket could not be opened');
    websocket.close(closeCodes.failed.code);
  }
}

function refuse(stream: Duplex, status: number): void {
  stream.on('error', () => stream.destroy());
  // Nobody watches over this connection any more: it must not wait for the other side to hang up.
  stream.once('finish', () => stream.destroy());
  stream.end(`HTTP/1.1 ${status} ${reasons[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
