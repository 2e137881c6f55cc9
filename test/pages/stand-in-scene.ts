/** Owns a scene of the stand-in: the contract's states and snapshots, moved by the test instead of by a phone. */
import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';
import { closeCodes } from '../../src/protocol/close-codes.ts';
import { decodeClientMessage, isFinal } from '../../src/protocol/messages.ts';
import type { SceneSnapshot, SceneState } from '../../src/protocol/messages.ts';

export class StandInScene {
  readonly id = randomBytes(16).toString('base64url');
  readonly claim = randomBytes(32).toString('base64url');
  readonly url = `http://weixin.qq.com/q/${this.id}`;
  /** What the page asked for. */
  readonly request: unknown;
  snapshot: SceneSnapshot;
  socket: WebSocket | null = null;
  attaches = 0;
  /** Snapshots asked for by GET. */
  reads = 0;
  readonly acks: number[] = [];
  /** Answers attaches with this close code as long as it is set. */
  closeOnAttach: number | null = null;
  /** Nobody knows this scene any more. */
  gone = false;
  readonly #expiry: NodeJS.Timeout;

  constructor(request: unknown, expiresAt: number, ttl: number) {
    this.request = request;
    this.snapshot = { type: 'scene', sceneId: this.id, version: 1, state: 'pending', expiresAt };
    this.#expiry = setTimeout(() => this.snapshot.state === 'pending' && this.move('expired'), ttl).unref();
  }

  scan(nickname: string | null): void {
    this.move('scanned', { approval: 'scan', user: { nickname, avatarUrl: null } });
  }

  /** By a mini program, which asks the person. */
  ask(): void {
    this.move('scanned', { approval: 'tap' });
  }

  confirm(): void {
    this.move('confirmed', { code: `code-of-${this.id}`, codeExpiresAt: this.snapshot.expiresAt });
  }

  move(state: SceneState, more: Partial<SceneSnapshot> = {}): void {
    const { user } = this.snapshot;
    this.snapshot = {
      type: 'scene',
      sceneId: this.id,
      expiresAt: this.snapshot.expiresAt,
      ...(user && { user }),
      ...more,
      version: this.snapshot.version + 1,
      state,
    };
    this.send(this.snapshot);
    if (isFinal(state)) this.close(closeCodes.done.code);
  }

  send(message: unknown): void {
    this.socket?.send(JSON.stringify(message));
  }

  close(code: number): void {
    this.socket?.close(code);
    this.socket = null;
  }

  /** Ends the socket as a broken network does: without a word. */
  cut(): void {
    this.socket?.terminate();
    this.socket = null;
  }

  forget(): void {
    clearTimeout(this.#expiry);
    this.cut();
  }

  hear(socket: WebSocket, text: string): void {
    const message = decodeClientMessage(text);
    if (message?.type === 'attach') this.#attach(socket, message.claim);
    else if (message?.type === 'ack') this.acks.push(message.version);
    else socket.close(closeCodes.badMessage.code);
  }

  #attach(socket: WebSocket, claim: string): void {
    this.attaches += 1;
    if (claim !== this.claim || this.gone) return socket.close(closeCodes.sceneGone.code);
    if (this.closeOnAttach !== null) return socket.close(this.closeOnAttach);
    this.close(closeCodes.replaced.code);
    this.socket = socket;
    this.send(this.snapshot);
    if (isFinal(this.snapshot.state)) this.close(closeCodes.done.code);
  }
}
