/** Owns the seconds that run down on the page: a text, and a ring around it. */

/** @typedef {import('./browser.js').World} World */

/**
 * @typedef {object} Deadline
 * @property {number} at by this machine's clock
 * @property {number} total ms, what a full ring stands for
 * @property {(left: string) => string} say
 */

export class Countdown {
  #text;
  #ring;
  #world;
  /** @type {Deadline | null} */
  #deadline = null;
  #callOff = () => {};

  /**
   * @param {HTMLElement} text
   * @param {SVGElement} ring
   * @param {World} world
   */
  constructor(text, ring, world) {
    this.#text = text;
    this.#ring = ring;
    this.#world = world;
  }

  /** @param {Deadline} deadline */
  run(deadline) {
    this.#deadline = deadline;
    this.#tick();
  }

  stop() {
    this.#callOff();
    this.#deadline = null;
  }

  #tick() {
    if (!this.#deadline) return;
    this.#callOff();
    const { at, total, say } = this.#deadline;
    const left = Math.max(at - this.#world.now(), 0);
    this.#text.textContent = say(clock(Math.ceil(left / 1000)));
    this.#ring.style.strokeDashoffset = String(100 - Math.min((left / total) * 100, 100));
    // Only a visible change is worth waking up for.
    if (left > 0) this.#callOff = this.#world.after(left % 1000 || 1000, () => this.#tick());
  }
}

/** @param {number} seconds */
function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
