/** Owns one socket of a scene, from its opening to its end: attaches, reads snapshots, and never waits without a limit. */
import { decodeServerMessage } from '/protocol/messages.js';

/** @typedef {import('./browser.js').World} World */
/** @typedef {import('./scene-api.js').Scene} Scene */
/** @typedef {import('../../src/protocol/messages.ts').SceneSnapshot} SceneSnapshot */
/** @typedef {import('../../src/protocol/messages.ts').ClientMessage} ClientMessage */

/**
 * @typedef {object} SocketHandlers neither is called after `drop`, nor anything after `closed`
 * @property {(snapshot: SceneSnapshot) => void} heard
 * @property {(code: number, opened: boolean) => void} closed `opened`: sockets do work on this network
 */

const firstWordWithin = 8_000;

export class SceneSocket {
  /** Whether it has brought a snapshot. */
  good = false;
  since;
  #scene;
  #handlers;
  /** @type {WebSocket | null} */
  #socket = null;
  #opened = false;
  #stopWaiting;

  /**
   * @param {Scene} scene
   * @param {SocketHandlers} handlers
   * @param {World} world
   */
  constructor(scene, handlers, world) {
    this.#scene = scene;
    this.#handlers = handlers;
    this.since = world.now();
    // A proxy may swallow the handshake, or every frame after it.
    this.#stopWaiting = world.after(firstWordWithin, () => this.#close(1006, false));
    this.#open(world);
  }

  /** @param {ClientMessage} message */
  send(message) {
    if (this.#opened) this.#socket?.send(JSON.stringify(message));
  }

  /** Lets go of it: what it still says is no longer heard. */
  drop() {
    this.#stopWaiting();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /** @param {World} world */
  #open(world) {
    const socket = world.openSocket(this.#scene.socketUrl);
    this.#socket = socket;
    socket.addEventListener('open', () => this.#attach());
    socket.addEventListener('message', ({ data }) => this.#hear(data));
    socket.addEventListener('close', ({ code }) => this.#close(code, this.#opened));
  }

  #attach() {
    this.#opened = true;
    this.send({ type: 'attach', claim: this.#scene.claim });
  }

  /** @param {unknown} data */
  #hear(data) {
    const snapshot = typeof data === 'string' ? decodeServerMessage(data) : undefined;
    if (!this.#socket || snapshot?.sceneId !== this.#scene.sceneId) return;
    this.#stopWaiting();
    this.good = true;
    this.#handlers.heard(snapshot);
  }

  /**
   * @param {number} code
   * @param {boolean} opened
   */
  #close(code, opened) {
    if (!this.#socket) return;
    this.good = false;
    this.drop();
    this.#handlers.closed(code, opened);
  }
}
