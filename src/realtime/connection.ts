import type { WebSocket } from 'ws';
import type { Clock } from '../kit/clock.ts';
import type { Settings } from '../kit/settings.ts';
import { closeCodes } from '../protocol/close-codes.ts';
import type { CloseName } from '../protocol/close-codes.ts';
import { decodeClientMessage, isFinal } from '../protocol/messages.ts';
import type { ClientMessage, SceneSnapshot } from '../protocol/messages.ts';
import type { Appointment } from './wheel.ts';

/** What a connection tells its hub. */
export interface ConnectionOwner {
  readonly clock: Clock;
  readonly settings: Settings['socket'];
  received(connection: Connection, message: ClientMessage): void;
  closed(connection: Connection): void;
}

const nothing = Promise.resolve();

type OwnedSocket = WebSocket & { connection: Connection };

/**
 * One browser's socket: limits what comes in, bounds what goes out. There are tens of thousands of these, so it is a small
 * record that hangs on the socket, and the listeners are shared by all.
 */
export class Connection {
  sceneId: string;
  readonly origin: string;
  readonly ip: string;
  /** The browser's secret, once it was found right. */
  claim = '';
  /** The scene's count when it attached; the socket with the greatest is the newest. */
  attachment = 0;
  /** Whether it has said whose it is, rightly or not. */
  greeted = false;
  /** What it asked for last; the next waits for it. */
  turn: Promise<void> = nothing;
  /** When the hub has to look after it next. */
  due: Appointment<Connection> | undefined;
  /** When the snapshot of `version` was sent, ms; 0: not, or acknowledged already. */
  sentAt = 0;
  version = 0;
  lastHeard: number;
  readonly #socket: WebSocket;
  readonly #owner: ConnectionOwner;
  #windowStart: number;
  #messages = 0;

  constructor(
    socket: WebSocket,
    visitor: { id: string; origin: string; ip: string },
    owner: ConnectionOwner,
  ) {
    this.sceneId = visitor.id;
    this.origin = visitor.origin;
    this.ip = visitor.ip;
    this.#socket = socket;
    this.#owner = owner;
    this.lastHeard = this.#windowStart = owner.clock.now();
    (socket as OwnedSocket).connection = this;
    socket.on('message', onMessage);
    socket.on('pong', onPong);
    socket.on('close', onClose);
    socket.on('error', ignore);
  }

  get attached(): boolean {
    return this.claim !== '';
  }

  /** The scene's own id is kept, not the one from the address: that would keep the whole request line in memory. */
  attach(sceneId: string, claim: string, attachment: number): void {
    this.sceneId = sceneId;
    this.claim = claim;
    this.attachment = attachment;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Sends a snapshot; a final one is the last. */
  show(snapshot: SceneSnapshot): void {
    if (!this.isOpen) return;
    if (this.#socket.bufferedAmount > this.#owner.settings.queueBytes) return this.#overflow();
    this.version = snapshot.version;
    this.sentAt = this.#owner.clock.now();
    this.#socket.send(JSON.stringify(snapshot));
    if (isFinal(snapshot.state)) this.close('done');
  }

  close(name: CloseName): void {
    this.#socket.close(closeCodes[name].code);
  }

  ping(): void {
    this.#socket.ping();
  }

  /** Gives up a peer that does not answer. */
  terminate(): void {
    this.#socket.terminate();
  }

  heard(): void {
    this.lastHeard = this.#owner.clock.now();
  }

  receive(data: Buffer, isBinary: boolean): void {
    if (!this.isOpen) return;
    this.heard();
    if (isBinary) return this.close('binary');
    if (this.#isTooMany()) return this.close('tooMany');
    const message = decodeClientMessage(data.toString());
    if (!message) return this.close('badMessage');
    this.#owner.received(this, message);
  }

  left(): void {
    this.#owner.closed(this);
  }

  #isTooMany(): boolean {
    const { messages, messagesWindow } = this.#owner.settings;
    if (this.lastHeard - this.#windowStart >= messagesWindow) {
      this.#windowStart = this.lastHeard;
      this.#messages = 0;
    }
    return ++this.#messages > messages;
  }

  /** A peer that does not read cannot read a close frame either. */
  #overflow(): void {
    this.close('overloaded');
    this.terminate();
  }
}

function onMessage(this: WebSocket, data: Buffer, isBinary: boolean): void {
  (this as OwnedSocket).connection.receive(data, isBinary);
}

function onPong(this: WebSocket): void {
  (this as OwnedSocket).connection.heard();
}

function onClose(this: WebSocket): void {
  (this as OwnedSocket).connection.left();
}

/** ws closes the socket after an error by itself; without a listener the process would die. */
function ignore(): void {}
