/** Owns the rhythm of requests where sockets cannot be opened: every 2 s, slower while they fail. */

/** @typedef {import('./browser.js').World} World */
/** @typedef {import('./scene-api.js').Fault} Fault */

const every = 2_000;
const slowest = 30_000;

export class Poller {
  #look;
  #world;
  /** Whose answer sets the next timer; 0: none's. */
  #round = 0;
  #rounds = 0;
  #failures = 0;
  #callOff = () => {};

  /**
   * @param {() => Promise<Fault | undefined>} look asks once; answers why nothing was learnt, if so
   * @param {World} world
   */
  constructor(look, world) {
    this.#look = look;
    this.#world = world;
  }

  get running() {
    return this.#round > 0;
  }

  /** Whether requests do get through in the socket's place. */
  get reaches() {
    return this.running && this.#failures === 0;
  }

  /** Asks at once, and then again and again. */
  start() {
    this.#callOff();
    this.#rounds += 1;
    this.#round = this.#rounds;
    void this.#ask(this.#round);
  }

  stop() {
    this.#callOff();
    this.#round = 0;
    this.#failures = 0;
  }

  /** @param {number} round */
  async #ask(round) {
    const fault = await this.#look();
    if (round !== this.#round) return;
    this.#failures = fault ? this.#failures + 1 : 0;
    this.#callOff = this.#world.after(this.#waitAfter(fault), () => void this.#ask(round));
  }

  /** @param {Fault | undefined} fault */
  #waitAfter(fault) {
    if (!fault) return every;
    const longest = Math.min(every * 2 ** this.#failures, slowest);
    const asked = fault.kind === 'busy' ? fault.retryAfter : 0;
    return Math.max(longest * this.#world.random(), every, asked);
  }
}
