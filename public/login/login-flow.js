/**
 * Owns the course of a login in the browser: makes a code, follows its scene, makes the next when it expires, and pauses
 * when nobody scans. What is to be seen goes out as one `View`; it touches no document.
 */
import { SceneClient } from './scene-client.js';
import { SceneMaker } from './scene-maker.js';

/** @typedef {import('./scene-api.js').Scene} Scene */
/** @typedef {import('./scene-client.js').End} End */
/** @typedef {import('./session.js').Memory} Memory */
/** @typedef {import('../../src/protocol/messages.ts').SceneSnapshot} SceneSnapshot */

/**
 * @typedef {'preparing' | 'waiting' | 'scanned' | 'done' | 'paused' | 'over' | 'replaced' | 'tooMany' | 'failed'} Phase
 *   `paused`: enough codes that nobody scanned; `over`: ended by a person; `failed`: trying again by itself will not help.
 *
 * @typedef {object} View
 * @property {Phase} phase
 * @property {'up' | 'reconnecting' | 'offline'} link
 * @property {Scene | null} scene whose code is on screen, be it an old one while the next is made
 * @property {SceneSnapshot | null} snapshot the scene's last one
 * @property {number | null} retryAt when the server was too busy: the next try, by this machine's clock
 * @property {boolean} stuck the way to the site takes long
 *
 * @typedef {object} Login
 * @property {import('./scene-api.js').SceneRequest} request
 * @property {import('./session.js').Session} session
 * @property {import('./browser.js').World} world
 * @property {(view: View) => void} show
 * @property {(code: string) => void} leave to the site, with the result
 */

const unscannedCodes = 5;
/** A server that lost its scenes lost everybody's: they shall not all be back in the same moment. */
const spread = 5_000;
const leaveWithin = 300;
const stuckAfter = 4_000;

/** @type {Memory} */
const blank = { scene: null, unscanned: 0, leaving: false };

export class LoginFlow {
  #login;
  #world;
  #maker;
  #memory = blank;
  /** @type {View} */
  #view = { phase: 'preparing', link: 'up', scene: null, snapshot: null, retryAt: null, stuck: false };
  /** @type {SceneClient | null} */
  #client = null;
  /** Of the scene remembered from before a reload, nothing has been heard yet. */
  #resumed = false;

  /** @param {Login} login */
  constructor(login) {
    this.#login = login;
    this.#world = login.world;
    const handlers = {
      made: this.#made,
      busy: (/** @type {number} */ retryAt) => this.#show({ link: 'up', retryAt }),
      unreachable: () => this.#linked(false),
      refused: () => this.#show({ phase: 'failed', retryAt: null }),
    };
    this.#maker = new SceneMaker(login.request, handlers, login.world);
    this.#world.on('offline', () => this.#linked(false));
  }

  start() {
    this.#memory = this.#login.session.load() ?? blank;
    this.#resumed = this.#memory.scene !== null;
    if (this.#memory.scene) return this.#follow(this.#memory.scene);
    this.#show({});
    if (this.#world.visible()) this.#world.painted(() => this.#renew(0));
    else this.#renew(0);
  }

  /** What the button on the code does: on with it, from wherever the login stands. */
  act() {
    const { phase, snapshot } = this.#view;
    if (phase === 'done' && snapshot?.code) return this.#login.leave(snapshot.code);
    if (phase === 'replaced' && this.#memory.scene) return this.#follow(this.#memory.scene);
    this.#remember({ unscanned: 0 });
    this.#renew(0);
  }

  /** The page then begins anew when it is loaded again. */
  forget() {
    this.#remember(blank);
  }

  /** @param {number} wait */
  #renew(wait) {
    this.#resumed = false;
    this.#remember({ scene: null, leaving: false });
    if (this.#memory.unscanned >= unscannedCodes) return this.#show({ phase: 'paused' });
    this.#show({ phase: 'preparing', snapshot: null });
    this.#maker.makeAfter(wait);
  }

  /** @param {Scene} scene */
  #made = (scene) => {
    this.#remember({ scene, unscanned: this.#memory.unscanned + 1 });
    this.#follow(scene);
  };

  /** @param {Scene} scene */
  #follow(scene) {
    this.#show({ phase: 'waiting', link: 'up', scene, snapshot: null, retryAt: null });
    const handlers = { snapshot: this.#take, link: this.#linked, end: this.#ended };
    this.#client = new SceneClient(scene, handlers, this.#world);
  }

  /** @param {SceneSnapshot} snapshot */
  #take = (snapshot) => {
    if (this.#view.phase === 'done') return;
    const { state, code, version, reason } = snapshot;
    if (state === 'pending') this.#show({ phase: 'waiting', snapshot });
    else if (state === 'scanned') this.#scanned(snapshot);
    else if (state === 'confirmed') this.#confirmed(snapshot, code);
    else if (reason === 'state_lost') this.#renewLost();
    // What ended while the page was not there is no news to anybody.
    else if (state === 'expired' || this.#resumed) this.#renew(0);
    else this.#show({ phase: 'over', snapshot });
    this.#resumed = false;
    this.#world.painted(() => this.#client?.ack(version));
  };

  /** @param {SceneSnapshot} snapshot */
  #scanned(snapshot) {
    this.#remember({ unscanned: 0 });
    this.#show({ phase: 'scanned', snapshot });
  }

  /**
   * @param {SceneSnapshot} snapshot
   * @param {string | undefined} code
   */
  #confirmed(snapshot, code) {
    if (code === undefined) return;
    this.#remember({ unscanned: 0, leaving: true });
    this.#show({ phase: 'done', snapshot });
    const leave = once(() => {
      this.#client?.stop();
      this.#login.leave(code);
    });
    // The acknowledgement goes first. A hidden page is never painted, and leaves all the same.
    this.#world.painted(() => this.#world.painted(leave));
    this.#world.after(leaveWithin, leave);
    this.#world.after(stuckAfter, () => this.#show({ stuck: true }));
  }

  /** @param {End} end */
  #ended = (end) => {
    if (this.#view.phase === 'done') return;
    // Too many tries of this address failed: this scene may be lost too, and a reload must not be stuck with it.
    if (end === 'tooMany') this.#remember({ scene: null });
    if (end === 'lost') this.#renewLost();
    else this.#show({ phase: end });
  };

  /** Whoever has just loaded the page again does not wait. */
  #renewLost() {
    this.#renew(this.#resumed ? 0 : this.#world.random() * spread);
  }

  /** @param {boolean} up */
  #linked = (up) => {
    const link = up ? 'up' : this.#world.online() ? 'reconnecting' : 'offline';
    if (link !== this.#view.link) this.#show({ link });
  };

  /** @param {Partial<Memory>} change */
  #remember(change) {
    this.#memory = { ...this.#memory, ...change };
    this.#login.session.save(this.#memory);
  }

  /** @param {Partial<View>} change */
  #show(change) {
    this.#view = { ...this.#view, ...change };
    this.#login.show(this.#view);
  }
}

/** @param {() => void} task */
function once(task) {
  let done = false;
  return () => {
    if (!done) task();
    done = true;
  };
}
