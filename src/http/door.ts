import type { Router } from '@koa/router';
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';

/** A room mounts its own routes. */
export type Door = (router: Router) => void;

/** What a socket door gets of the request: values only, so that no socket keeps a request alive. */
export interface Visitor {
  /** The part of the path that the door's pattern captured; empty when it captures nothing. */
  id: string;
  origin: string;
  /** Address of the browser. */
  ip: string;
}

export interface SocketDoor {
  /** Matched against the whole path; one group at most. */
  path: RegExp;
  /** `undefined` when the upgrade may happen, else the status that refuses it. `id` as in `Visitor`. */
  admit(request: IncomingMessage, id: string, origin: string): number | undefined;
  /** Attaches its listeners before it returns, and returns at once. */
  open(socket: WebSocket, visitor: Visitor): void;
}
