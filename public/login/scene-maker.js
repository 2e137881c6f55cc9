/** Owns the making of a new scene: only for a page that somebody sees, and again and again while the server is busy or away. */
import { createScene } from './scene-api.js';

/** @typedef {import('./browser.js').World} World */
/** @typedef {import('./scene-api.js').Scene} Scene */
/** @typedef {import('./scene-api.js').Fault} Fault */

/**
 * @typedef {object} MakerHandlers
 * @property {(scene: Scene) => void} made
 * @property {(retryAt: number) => void} busy the server asked to be left alone until then, by this machine's clock
 * @property {() => void} unreachable tries on by itself
 * @property {() => void} refused asking again will not help
 */

const firstRetry = 2_000;
const slowestRetry = 30_000;
const spread = 2_000;

export class SceneMaker {
  #request;
  #handlers;
  #world;
  #base;
  #asking = false;
  /** A scene is wanted as soon as somebody sees the page. */
  #due = false;
  #unreached = 0;
  #callOff = () => {};

  /**
   * @param {import('./scene-api.js').SceneRequest} request
   * @param {MakerHandlers} handlers
   * @param {World} world
   * @param {string} base origin of Saoma; empty on its own pages
   */
  constructor(request, handlers, world, base = '') {
    this.#request = request;
    this.#handlers = handlers;
    this.#world = world;
    this.#base = base;
    world.on('visible', () => this.#due && this.#make());
    world.on('online', () => this.#unreached > 0 && this.#make());
  }

  /** @param {number} wait ms */
  makeAfter(wait) {
    this.#callOff();
    this.#callOff = this.#world.after(wait, () => this.#make());
  }

  #make() {
    this.#callOff();
    this.#due = !this.#world.visible();
    if (!this.#due && !this.#asking) void this.#ask();
  }

  async #ask() {
    this.#asking = true;
    const answer = await createScene(this.#request, this.#world, this.#base);
    this.#asking = false;
    if ('kind' in answer) return this.#failed(answer);
    this.#unreached = 0;
    this.#handlers.made(answer);
  }

  /** @param {Fault} fault */
  #failed(fault) {
    this.#unreached = fault.kind === 'unreachable' ? this.#unreached + 1 : 0;
    if (fault.kind === 'refused') return this.#handlers.refused();
    const chance = this.#world.random();
    if (fault.kind === 'busy') {
      const wait = fault.retryAfter + chance * spread;
      this.#handlers.busy(this.#world.now() + wait);
      return this.makeAfter(wait);
    }
    this.#handlers.unreachable();
    this.makeAfter(Math.min(firstRetry * 2 ** (this.#unreached - 1), slowestRetry) * (0.5 + chance / 2));
  }
}
