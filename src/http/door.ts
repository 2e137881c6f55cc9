import type { Router } from '@koa/router';
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';

/** A room mounts its own routes. */
export type Door = (router: Router) => void;

/** What a socket door gets of the request: values only, so that no socket keeps a request alive. */
export interface Visitor {
  /** The part of the path that the door's pattern captured; empty when it captures nothing. */
  id: string;
  /** Of the page; empty where there is no page, at a door that lets those in. */
  origin: string;
  /** Address of the browser. */
  ip: string;
}

/** Takes in a socket whose upgrade was admitted: attaches its listeners before it returns, and returns at once. */
export type Opener = (socket: WebSocket, visitor: Visitor) => void;

export interface SocketDoor {
  /** Matched against the whole path; one group at most. */
  path: RegExp;
  /** A request without an Origin, which no page can make, is for the door to judge; else it is refused before. */
  withoutOrigin?: true;
  /** What its 403 means, for the log, unless it is that the origin stands in no site's `origins`. */
  refusal?: string;
  /** Who opens the socket, or the status that refuses the upgrade. Looks at headers only; `id` as in `Visitor`. */
  admit(request: IncomingMessage, id: string, origin: string): Opener | number;
}

/** One that has to ask somebody first; when that fails, or takes longer than `settings.socket.attachWithin`, the answer is 503. */
export interface AskingSocketDoor extends Pick<SocketDoor, 'path' | 'withoutOrigin' | 'refusal'> {
  admit(request: IncomingMessage, id: string, origin: string): Promise<Opener | number>;
}

export type AnySocketDoor = SocketDoor | AskingSocketDoor;
