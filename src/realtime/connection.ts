import type { WebSocket } from 'ws';
import type { Clock } from '../kit/clock.ts';
import { msBetween, onDial } from '../kit/dial.ts';
import type { Settings } from '../kit/settings.ts';
import { closeCodes } from '../protocol/close-codes.ts';
import type { CloseName } from '../protocol/close-codes.ts';
import { decodeClientMessage, isFinal } from '../protocol/messages.ts';
import type { ClientMessage, SceneSnapshot } from '../protocol/messages.ts';
import type { Scene } from '../scene/scene.ts';
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
  origin: string;
  ip: string;
  /** The browser's secret, once it was found right. */
  claim = '';
  /** The scene's count when it attached; the socket with the greatest is the newest. */
  attachment = 0;
  /** Whether it has said whose it is, rightly or not. */
  greeted = false;
  /** What it asked for last, if that is not done yet. */
  turn: Promise<void> = nothing;
  /** When the hub has to look after it next. */
  due: Appointment<Connection> | undefined;
  version = 0;
  /** Which of the pings are its own. */
  pings = 0;
  /** When the snapshot of `version` was sent, on the dial; `undefined`: not, or acknowledged already. */
  #sentAt: number | undefined;
  /** On the dial. */
  #lastHeard: number;
  readonly #socket: WebSocket;
  readonly #owner: ConnectionOwner;
  /** On the dial. */
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
    this.#lastHeard = this.#windowStart = this.#now();
    (socket as OwnedSocket).connection = this;
    socket.on('message', onMessage);
    socket.on('pong', onPong);
    socket.on('close', onClose);
  }

  get attached(): boolean {
    return this.claim !== '';
  }

  /**
   * The scene's own texts are kept, and not those of the request: the same would be there twice, and the id from the address
   * would keep the whole request line in memory.
   */
  attach({ id, browser }: Pick<Scene, 'id' | 'browser'>, claim: string, attachment: number): void {
    this.sceneId = id;
    if (this.origin === browser.origin) this.origin = browser.origin;
    if (this.ip === browser.ip) this.ip = browser.ip;
    this.claim = claim;
    this.attachment = attachment;
  }

  /** Runs the task when those before it are over. It must not fail. */
  inTurn(task: () => Promise<void>): void {
    const turn: Promise<void> = this.turn.then(task).finally(() => {
      // Hardly a socket has anything under way: none keeps a promise of its own for that.
      if (this.turn === turn) this.turn = nothing;
    });
    this.turn = turn;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Sends a snapshot; a final one is the last. */
  show(snapshot: SceneSnapshot): void {
    if (!this.isOpen) return;
    if (this.#socket.bufferedAmount > this.#owner.settings.queueBytes) return this.#overflow();
    this.version = snapshot.version;
    this.#sentAt = this.#now();
    this.#socket.send(JSON.stringify(snapshot));
    if (isFinal(snapshot.state)) this.close('done');
  }

  /** It is on screen. How long that took, ms; `undefined`: it is not the newest, or was known to be. */
  acknowledge(version: number): number | undefined {
    if (version !== this.version || this.#sentAt === undefined) return undefined;
    const took = msBetween(this.#sentAt, this.#now());
    this.#sentAt = undefined;
    return took;
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
    this.#lastHeard = this.#now();
  }

  /** For how long nothing was heard of it, ms. */
  get silentFor(): number {
    return msBetween(this.#lastHeard, this.#now());
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

  #now(): number {
    return onDial(this.#owner.clock.now());
  }

  #isTooMany(): boolean {
    const { messages, messagesWindow } = this.#owner.settings;
    if (msBetween(this.#windowStart, this.#lastHeard) >= messagesWindow) {
      this.#windowStart = this.#lastHeard;
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
