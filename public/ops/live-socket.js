/** Owns the dashboard's connection: comes back by itself, and notices when it has gone silent. */
import { readSession } from './api.js';

/** @typedef {import('./row-view.js').Row} Row */
/** @typedef {import('./overviews.js').Overview} Overview */
/**
 * @typedef {{ type: 'page', now: number, total: number, limit: number, scenes: Row[] }} PageMessage
 * @typedef {{ type: 'changes', now: number, total: number, scenes: Row[], gone: string[] }} ChangesMessage
 * @typedef {PageMessage | ChangesMessage | ({ type: 'overview' } & Overview)} LiveMessage
 *
 * @typedef {'connecting' | 'live' | 'silent' | 'away' | 'lost' | 'full'} Link `away`: the server answers, its store does not
 *
 * @typedef {object} LiveHandlers
 * @property {(message: LiveMessage) => void} heard
 * @property {(link: Link) => void} link
 * @property {() => void} signedOut
 */

const silentAfter = 8_000;
const deadAfter = 20_000;
const firstReturn = 1_000;
const slowestReturn = 30_000;
const signedOutCode = 4401;
const fullCode = 1013;

export class LiveSocket {
  #handlers;
  /** @type {WebSocket | null} */
  #socket = null;
  #query = '';
  #wanted = false;
  #returns = 0;
  #timers = { silent: 0, dead: 0, connect: 0 };

  /** @param {LiveHandlers} handlers */
  constructor(handlers) {
    this.#handlers = handlers;
    window.addEventListener('online', () => this.#hurry());
    document.addEventListener(
      'visibilitychange',
      () => document.visibilityState === 'visible' && this.#hurry(),
    );
  }

  /**
   * Follows the scenes of these filters from now on, and no others.
   * @param {string} query
   */
  open(query) {
    this.#query = query;
    this.#wanted = true;
    this.#returns = 0;
    this.#connect();
  }

  close() {
    this.#wanted = false;
    this.#drop();
  }

  #connect() {
    this.#drop();
    const url = new URL(`/ws/ops${this.#query}`, location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url);
    this.#socket = socket;
    let opened = false;
    socket.addEventListener('open', () => {
      opened = true;
    });
    socket.addEventListener('message', ({ data }) => socket === this.#socket && this.#hear(String(data)));
    socket.addEventListener('close', ({ code }) => socket === this.#socket && this.#lost(code, opened));
    this.#listen();
  }

  #drop() {
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /** @param {string} data */
  #hear(data) {
    this.#returns = 0;
    this.#listen();
    this.#handlers.link('live');
    this.#handlers.heard(JSON.parse(data));
  }

  /** The server speaks every two seconds, unless its store is away or the network swallows it. */
  #listen() {
    clearTimeout(this.#timers.silent);
    clearTimeout(this.#timers.dead);
    this.#timers.silent = setTimeout(() => this.#handlers.link('silent'), silentAfter);
    this.#timers.dead = setTimeout(() => this.#connect(), deadAfter);
  }

  /**
   * @param {number} code
   * @param {boolean} opened
   */
  #lost(code, opened) {
    this.#drop();
    if (code === signedOutCode) return this.#handlers.signedOut();
    this.#handlers.link(code === fullCode ? 'full' : 'lost');
    const longest = Math.min(firstReturn * 2 ** this.#returns, slowestReturn);
    this.#returns += 1;
    this.#timers.connect = setTimeout(() => this.#connect(), longest * (0.5 + Math.random() / 2));
    if (!opened) void this.#askWhetherSignedIn();
  }

  /** A refused upgrade looks like a lost one. */
  async #askWhetherSignedIn() {
    const session = await readSession();
    if (!this.#wanted) return;
    if (session === 'signedOut') this.#handlers.signedOut();
    else if (session === 'away') this.#handlers.link('away');
  }

  /** The network, or the person, is back: no need to wait for the timer. */
  #hurry() {
    if (this.#wanted && !this.#socket) this.#connect();
  }
}
