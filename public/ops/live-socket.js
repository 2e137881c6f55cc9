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

/** Two messages of the server that did not come. */
const silentAfter = 4_000;
const deadAfter = 20_000;
const firstReturn = 1_000;
/** A node that restarts is back within the minute; what takes longer is not hurried by asking. */
const slowestReturn = { soon: 5_000, later: 30_000 };
const soonFor = 60_000;
const signedOutCode = 4401;
const fullCode = 1013;

export class LiveSocket {
  #handlers;
  /** @type {WebSocket | null} */
  #socket = null;
  #query = '';
  #wanted = false;
  #returns = 0;
  /** When it was lost; 0: it is not. */
  #lostAt = 0;
  /** Grows with each message: what was asked before one came is no news after it. */
  #messages = 0;
  /** As it was told last. @type {Link} */
  #link = 'connecting';
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
    this.#returns = this.#lostAt = 0;
    this.#connect();
  }

  close() {
    this.#wanted = false;
    this.#link = 'connecting';
    this.#drop();
  }

  /** At once, whatever it waits for. */
  reconnect() {
    if (this.#wanted) this.#connect();
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
    this.#returns = this.#lostAt = 0;
    this.#messages += 1;
    this.#listen();
    this.#tell('live');
    this.#handlers.heard(JSON.parse(data));
  }

  /** The server speaks every two seconds, unless its store is away or the network swallows it. */
  #listen() {
    clearTimeout(this.#timers.silent);
    clearTimeout(this.#timers.dead);
    this.#timers.silent = setTimeout(() => void this.#askWhy('silent'), silentAfter);
    this.#timers.dead = setTimeout(() => this.#connect(), deadAfter);
  }

  /**
   * @param {number} code
   * @param {boolean} opened
   */
  #lost(code, opened) {
    this.#drop();
    if (code === signedOutCode) return this.#handlers.signedOut();
    this.#timers.connect = setTimeout(() => this.#connect(), this.#pause());
    // A refused upgrade looks like a lost one.
    if (opened) this.#tell(code === fullCode ? 'full' : 'lost');
    else void this.#askWhy('lost');
  }

  /** Until the next try, ms: longer and longer, and never the same for all who were lost in the same moment. */
  #pause() {
    this.#lostAt ||= Date.now();
    const slowest = Date.now() - this.#lostAt < soonFor ? slowestReturn.soon : slowestReturn.later;
    const longest = Math.min(firstReturn * 2 ** this.#returns, slowest);
    this.#returns += 1;
    return longest * (0.5 + Math.random() / 2);
  }

  /**
   * Asks the API once what is in the way: the store, the session, or else what it looks like.
   * @param {'silent' | 'lost'} seems
   */
  async #askWhy(seems) {
    const messages = this.#messages;
    // What was found out already is not taken back while it is asked for again.
    if (this.#link !== 'away') this.#tell(seems);
    const session = await readSession();
    if (!this.#wanted || messages !== this.#messages) return;
    if (session === 'signedOut') this.#handlers.signedOut();
    else this.#tell(session === 'away' ? 'away' : seems);
  }

  /** @param {Link} link */
  #tell(link) {
    this.#link = link;
    this.#handlers.link(link);
  }

  /** The network, or the person, is back: no need to wait for the timer. */
  #hurry() {
    if (this.#wanted && !this.#socket) this.#connect();
  }
}
