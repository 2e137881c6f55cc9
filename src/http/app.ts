/** Owns the HTTP side that all doors share: the Koa app, the error shape, headers, bodies, limits, the upgrade gate. */
import http from 'node:http';
import { Router } from '@koa/router';
import Koa from 'koa';
import type { Clock } from '../kit/clock.ts';
import { settings } from '../kit/settings.ts';
import type { Log } from '../telemetry/log.ts';
import type { ClientAddress } from './address.ts';
import { logLate } from './broken-connection.ts';
import type { AnySocketDoor, Door } from './door.ts';
import { securityHeaders } from './headers.ts';
import { presentErrors } from './present-error.ts';
import { logRequests } from './request-log.ts';
import { knownBeginnings } from './shown-path.ts';
import { mountSockets } from './sockets.ts';
import { refuseBadTarget, replaceBadTarget } from './target.ts';
import { boundUnderWay } from './under-way.ts';
import { endUnread, refuseExpectation } from './unread-body.ts';

interface Parts {
  publicUrl: string;
  doors: readonly Door[];
  socketDoors: readonly AnySocketDoor[];
  address: ClientAddress;
  log: Log;
  clock: Clock;
}

/** A server that is not listening yet. */
export function createHttpServer({ publicUrl, doors, socketDoors, address, log, clock }: Parts): http.Server {
  // A proxy's rules are written for these paths as they are: none may be reached by another spelling.
  const router = new Router({ sensitive: true });
  for (const door of doors) door(router);
  const known = knownBeginnings([...router.stack, ...socketDoors].map(({ path }) => path));

  const app = new Koa();
  app.on('error', logLate(log));
  app.use(endUnread);
  app.use(replaceBadTarget);
  app.use(logRequests(log, clock, known));
  app.use(securityHeaders(publicUrl));
  app.use(presentErrors(log));
  app.use(refuseBadTarget);
  app.use(router.routes());
  app.use(router.allowedMethods());

  const answer = app.callback();
  const server = http.createServer(
    { maxHeaderSize: settings.http.headerBytes, connectionsCheckingInterval: settings.http.checkEvery },
    boundUnderWay(settings.http.requestsUnderWay, (req, res) => void answer(req, res)),
  );
  server.on('checkExpectation', refuseExpectation);
  server.headersTimeout = settings.http.headerTimeout;
  server.requestTimeout = settings.http.requestTimeout;
  server.timeout = settings.http.silentFor;
  // From then on: what prevents the start is told to whoever starts it.
  server.once('listening', () => {
    server.on('error', (error) => log.error({ err: error }, 'a listener has a fault, and goes on'));
  });
  mountSockets(server, { doors: socketDoors, address, clock, log, known });
  return server;
}
