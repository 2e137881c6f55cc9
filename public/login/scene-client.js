/**
 * Owns the watch over one scene: a socket that comes back by itself, a request every 2 s where sockets cannot be opened,
 * and a fresh look after sleep. Knows nothing of the page; whoever shows a scene hands in what to do with its snapshots.
 */
import { afterClose, closeCodes } from '/protocol/close-codes.js';
import { isFinal } from '/protocol/messages.js';
import { Poller } from './poller.js';
import { readScene } from './scene-api.js';
import { SceneSocket } from './scene-socket.js';
import { watchAbsence } from './wake.js';

/** @typedef {import('./browser.js').World} World */
/** @typedef {import('./scene-api.js').Scene} Scene */
/** @typedef {import('./scene-api.js').Fault} Fault */
/** @typedef {import('../../src/protocol/messages.ts').SceneSnapshot} SceneSnapshot */

/**
 * @typedef {'lost' | 'replaced' | 'tooMany' | 'failed'} End
 *   `lost`: ask for a new scene; `replaced`: another page holds this one; `tooMany`: later, by hand; `failed`: a fault of ours.
 *
 * @typedef {object} Handlers
 * @property {(snapshot: SceneSnapshot) => void} snapshot never an older one after a newer one; the same may come twice
 * @property {(up: boolean) => void} link whether the server is reached; `false` only when it lasts
 * @property {(end: End) => void} end nothing comes after it
 */

const firstReturn = 5_000;
const slowestReturn = 30_000;
const missesBeforePolling = 2;
/** Where sockets did work, it is rather the server that has no room for one just now. */
const missesAfterAGoodOne = 3;
const silentAfterExpiry = 2_000;
/** Longer than a usual return takes. */
const patience = 6_000;
const fresh = 1_000;

/** @type {Record<number, End>} */
const stops = { [closeCodes.replaced.code]: 'replaced', [closeCodes.tooMany.code]: 'tooMany' };

/** Begins when made; ends with `stop`, with an `end`, or with a final snapshot. */
export class SceneClient {
  #scene;
  #handlers;
  #world;
  #base;
  #poller;
  #endWake;
  /** @type {SceneSocket | null} */
  #socket = null;
  #over = false;
  #version = 0;
  #expiresAt = 0;
  /** Sockets in a row that never opened. */
  #misses = 0;
  /** Sockets work on this network. */
  #works = false;
  #returns = 0;
  /** The present socket has said nothing yet. */
  #isNew = true;
  #doubting = false;
  /** Each calls its timer off. */
  #timers = { connect() {}, expiry() {}, patience() {} };

  /**
   * @param {Scene} scene
   * @param {Handlers} handlers
   * @param {World} world
   * @param {string} base origin of Saoma; empty on its own pages
   */
  constructor(scene, handlers, world, base = '') {
    this.#scene = scene;
    this.#handlers = handlers;
    this.#world = world;
    this.#base = base;
    this.#poller = new Poller(() => this.#look(), world);
    this.#endWake = watchAbsence(world, (suspicious) => this.#lookAgain(suspicious));
    this.#lookAfter(scene.expiresAt);
    this.#connect();
  }

  stop() {
    this.#over = true;
    this.#endWake();
    this.#poller.stop();
    Object.values(this.#timers).forEach((callOff) => callOff());
    this.#socket?.drop();
  }

  /**
   * Tells the server what is on screen; lost without harm when no socket is open.
   * @param {number} version
   */
  ack(version) {
    if (!this.#over && this.#socket?.good) this.#socket.send({ type: 'ack', version });
  }

  #connect() {
    this.#timers.connect();
    this.#socket?.drop();
    this.#doubt();
    try {
      this.#isNew = true;
      const handlers = { heard: this.#heard, closed: this.#closed };
      this.#socket = new SceneSocket(this.#scene, handlers, this.#world);
    } catch {
      this.#works = false;
      this.#misses = missesBeforePolling;
      this.#missed();
    }
  }

  /** @param {SceneSnapshot} snapshot */
  #heard = (snapshot) => {
    this.#works = true;
    this.#misses = 0;
    this.#returns = 0;
    this.#poller.stop();
    // A store may have lost what was shown before; what comes on a socket is newer than what came before it.
    if (this.#isNew) this.#version = 0;
    this.#isNew = false;
    this.#take(snapshot);
  };

  /** @type {(code: number, opened: boolean) => void} */
  #closed = (code, opened) => {
    this.#socket = null;
    const then = afterClose(code);
    if (then === 'renew') this.#end('lost');
    // A final snapshot would have ended the watch: "done" without one is some proxy's word, not the server's.
    else if (then === 'stop' && code !== closeCodes.done.code) this.#end(stops[code] ?? 'failed');
    else if (opened) this.#comeBack();
    else this.#missed();
  };

  #missed() {
    this.#misses += 1;
    const bearable = this.#works ? missesAfterAGoodOne : missesBeforePolling;
    if (this.#misses >= bearable && !this.#poller.running) this.#poller.start();
    this.#comeBack();
  }

  #comeBack() {
    this.#doubt();
    // Somebody scanned: a code that lives for a minute may be waiting.
    const doublings = this.#version > 1 ? 0 : this.#returns;
    const longest = Math.min(firstReturn * 2 ** doublings, slowestReturn);
    this.#returns += 1;
    this.#timers.connect = this.#world.after(this.#world.random() * longest, () => this.#connect());
  }

  /** Asks once; answers why nothing was learnt, if so. */
  async #look() {
    const answer = await readScene(this.#scene, this.#world, this.#base);
    if (this.#over) return undefined;
    if (answer === 'gone') return this.#end('lost');
    if ('type' in answer) return this.#take(answer);
    if (answer.kind === 'refused') return this.#end('failed');
    if (this.#poller.running) this.#doubt();
    return answer;
  }

  /** @param {boolean} suspicious */
  #lookAgain(suspicious) {
    if (suspicious) this.#works = false;
    if (this.#poller.running) this.#poller.start();
    if (this.#socket && this.#world.now() - this.#socket.since < fresh) return;
    if (suspicious || !this.#socket?.good) this.#connect();
    else void this.#check();
  }

  async #check() {
    const fault = await this.#look();
    if (fault?.kind === 'unreachable' && !this.#over) this.#connect();
  }

  /**
   * @param {SceneSnapshot} snapshot
   * @returns {undefined}
   */
  #take(snapshot) {
    this.#timers.patience();
    this.#doubting = false;
    this.#handlers.link(true);
    if (this.#over || snapshot.version < this.#version) return;
    this.#version = snapshot.version;
    this.#lookAfter(snapshot.expiresAt - this.#scene.skew);
    if (isFinal(snapshot.state)) this.stop();
    this.#handlers.snapshot(snapshot);
  }

  /**
   * The end of a scene is the server's word; but when it does not come, it is asked for.
   * @param {number} expiresAt by this machine's clock
   */
  #lookAfter(expiresAt) {
    if (expiresAt === this.#expiresAt) return;
    this.#expiresAt = expiresAt;
    this.#timers.expiry();
    const wait = Math.max(expiresAt - this.#world.now(), 0) + silentAfterExpiry;
    this.#timers.expiry = this.#world.after(wait, () => this.#lookAgain(false));
  }

  /** A lost connection is worth a word only when it does not come back soon, nor the requests in its place get through. */
  #doubt() {
    if (this.#doubting || this.#poller.reaches) return;
    this.#doubting = true;
    this.#timers.patience = this.#world.after(patience, () => this.#handlers.link(false));
  }

  /**
   * @param {End} end
   * @returns {undefined}
   */
  #end(end) {
    this.stop();
    this.#handlers.end(end);
  }
}
