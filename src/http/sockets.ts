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
  const door = doors.find(({ path }) => path.test(pathOf(request)));
  if (!door) return 404;
  const { origin } = request.headers;
  return origin === undefined || origin === 'null' ? 403 : door.admit(request, origin);
}

function enter(ctx: SocketContext, doors: readonly SocketDoor[], address: ClientAddress, log: Log): void {
  const socket = ctx.websocket;
  const path = pathOf(ctx.req);
  const door = doors.find((each) => each.path.test(path));
  try {
    const visitor = {
      id: door?.path.exec(path)?.[1] ?? '',
      origin: ctx.req.headers.origin ?? '',
      ip: address.of(ctx.req),
    };
    door?.open(socket, visitor);
  } catch (error) {
    log.error({ err: error }, 'a socket could not be opened');
    socket.close(closeCodes.failed.code);
  }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? '';
}

function refuse(stream: Duplex, status: number): void {
  stream.on('error', () => stream.destroy());
  stream.end(`HTTP/1.1 ${status} ${reasons[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
