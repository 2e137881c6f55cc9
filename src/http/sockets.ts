import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import Koa from 'koa';
import websockify from 'koa-websocket';
import type { WebSocket } from 'ws';
import { settings } from '../kit/settings.ts';
import { closeCodes } from '../protocol/close-codes.ts';
import type { Log } from '../telemetry/log.ts';
import type { ClientAddress } from './address.ts';
import type { SocketDoor } from './door.ts';

type SocketContext = Koa.Context & { websocket: WebSocket };

interface Parts {
  doors: readonly SocketDoor[];
  address: ClientAddress;
  log: Log;
}

const reasons: Record<number, string> = { 403: 'Forbidden', 404: 'Not Found', 503: 'Service Unavailable' };

/**
 * Our own gate before koa-websocket: path, Origin and door are judged while the request is still plain HTTP.
 * The doors get the socket and a few strings, never the Koa context: it would live as long as the socket.
 */
export function mountSockets(server: Server, { doors, address, log }: Parts): void {
  const app = websockify(new Koa());
  app.ws.use((ctx) => enter(ctx, doors, address, log));
  app.ws.listen({
    noServer: true,
    maxPayload: settings.socket.messageBytes,
    perMessageDeflate: false,
    clientTracking: false,
  });
  const sockets = app.ws.server!;
  server.on('upgrade', (request, stream, head) => {
    const refusal = judge(request, doors);
    if (refusal) return refuse(stream, refusal);
    sockets.handleUpgrade(request, stream, head, (socket) => sockets.emit('connection', socket, request));
  });
}

function judge(request: IncomingMessage, doors: readonly SocketDoor[]): number | undefined {
  const found = find(request, doors);
  if (!found) return 404;
  const { origin } = request.headers;
  return origin === undefined || origin === 'null' ? 403 : found.door.admit(request, found.id, origin);
}

function find(
  request: IncomingMessage,
  doors: readonly SocketDoor[],
): { door: SocketDoor; id: string } | undefined {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  for (const door of doors) {
    const match = door.path.exec(path);
    if (match) return { door, id: match[1] ?? '' };
  }
  return undefined;
}

function enter(ctx: SocketContext, doors: readonly SocketDoor[], address: ClientAddress, log: Log): void {
  const socket = ctx.websocket;
  const found = find(ctx.req, doors);
  try {
    found?.door.open(socket, { id: found.id, origin: ctx.req.headers.origin ?? '', ip: address.of(ctx.req) });
  } catch (error) {
    log.error({ err: error }, 'a socket could not be opened');
    socket.close(closeCodes.failed.code);
  }
}

function refuse(stream: Duplex, status: number): void {
  stream.on('error', () => stream.destroy());
  // Nobody watches over this connection any more: it must not wait for the other side to hang up.
  stream.once('finish', () => stream.destroy());
  stream.end(`HTTP/1.1 ${status} ${reasons[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
