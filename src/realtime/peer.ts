import type { WebSocket } from 'ws';
import { resetSocket } from '../http/reset-socket.ts';
import type { Clock } from '../kit/clock.ts';
import { msBetween, onDial } from '../kit/dial.ts';
import type { Settings } from '../kit/settings.ts';
import { closeCodes } from '../protocol/close-codes.ts';
import type { CloseName } from '../protocol/close-codes.ts';

/** What a socket gets from whoever holds it. */
export interface PeerOwner {
  readonly clock: Clock;
  readonly settings: Settings['socket'];
}

const nothing = Promise.resolve();

type OwnedSocket = WebSocket & { peer: Peer };

/**
 * One socket of ours, whatever is said over it: limits what comes in, bounds what goes out. There are tens of thousands of these,
 * so it is a small record that hangs on the socket, and the listeners are shared by all.
 */
export abstract class Peer<Owner extends PeerOwner = PeerOwner> {
  /** Whether it has said whose it is, rightly or not. */
  greeted = false;
  /** What it asked for last, if that is not done yet. */
  turn: Promise<void> = nothing;
  /** Which of the pings are its own. */
  pings = 0;
  protected readonly owner: Owner;
  /** On the dial. */
  #lastHeard: number;
  readonly #socket: WebSocket;
  /** On the dial. */
  #windowStart: number;
  #messages = 0;

  constructor(socket: WebSocket, owner: Owner) {
    this.#socket = socket;
    this.owner = owner;
    this.#lastHeard = this.#windowStart = this.now();
    (socket as OwnedSocket).peer = this;
    socket.on('message', onMessage);
    socket.on('pong', onPong);
    socket.on('close', onClose);
  }

  /** A text frame came. */
  protected abstract read(text: string): void;

  /** It is closed. */
  abstract left(): void;

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

  /** Bytes that the other side has not taken yet. */
  protected get waiting(): number {
    return this.#socket.bufferedAmount;
  }

  /** Whether anything may be sent: it is open, and reads what it is sent. */
  protected mayBeSent(): boolean {
    if (!this.isOpen) return false;
    if (this.waiting <= this.owner.settings.queueBytes) return true;
    // Who does not read cannot read a close frame either.
    this.giveUp();
    return false;
  }

  /** @param data a text frame. @param written told when it has left us, or never will; the error is of no use */
  protected send(data: string | Buffer, written?: () => void): void {
    this.#socket.send(data, { binary: false }, written);
  }

  close(name: CloseName): void {
    this.#socket.close(closeCodes[name].code);
  }

  ping(): void {
    this.#socket.ping();
  }

  /** Ends it without another word; what it was sent before may reach it yet. */
  terminate(): void {
    this.#socket.terminate();
  }

  /** Ends one that does not answer, or does not read, with all that waits for it. */
  giveUp(): void {
    resetSocket(this.#socket);
  }

  heard(): void {
    this.#lastHeard = this.now();
  }

  /** For how long nothing was heard of it, ms. */
  get silentFor(): number {
    return msBetween(this.#lastHeard, this.now());
  }

  receive(data: Buffer, isBinary: boolean): void {
    if (!this.isOpen) return;
    this.heard();
    if (isBinary) return this.close('binary');
    this.read(data.toString());
  }

  /** On the dial. */
  protected now(): number {
    return onDial(this.owner.clock.now());
  }

  /** Counts what it said. */
  protected isTooMany(): boolean {
    const { messages, messagesWindow } = this.owner.settings;
    if (msBetween(this.#windowStart, this.#lastHeard) >= messagesWindow) {
      this.#windowStart = this.#lastHeard;
      this.#messages = 0;
    }
    return ++this.#messages > messages;
  }
}

function onMessage(this: WebSocket, data: Buffer, isBinary: boolean): void {
  (this as OwnedSocket).peer.receive(data, isBinary);
}

function onPong(this: WebSocket): void {
  (this as OwnedSocket).peer.heard();
}

function onClose(this: WebSocket): void {
  (this as OwnedSocket).peer.left();
}
