/** Owns who is signed in here: the name and the role, as the server tells them. */
import { readSession } from './api.js';

/** @typedef {import('./api.js').Role} Role */

const again = 2_000;

export class Session {
  /** Until the server says otherwise nobody may do anything. @type {Role} */
  role = 'view';
  name = '';
  /** Whether the server has told it. */
  known = false;
  /** Grows with each beginning and end: an answer for an earlier one no longer counts. */
  #age = 0;

  /**
   * Asks until it is known.
   * @param {(link: 'away' | 'lost') => void} waiting why it takes long
   * @returns {Promise<'known' | 'signedOut' | 'ended'>} `ended`: by `end`
   */
  async begin(waiting) {
    this.#age += 1;
    const age = this.#age;
    while (age === this.#age) {
      const found = await readSession();
      if (age !== this.#age) break;
      if (found === 'signedOut') return 'signedOut';
      if (typeof found === 'object') return this.#know(found);
      waiting(found === 'away' ? 'away' : 'lost');
      await new Promise((resolve) => setTimeout(resolve, again));
    }
    return 'ended';
  }

  end() {
    this.#age += 1;
    this.known = false;
    this.role = 'view';
    this.name = '';
  }

  /** @param {import('./api.js').Session} found @returns {'known'} */
  #know({ role, name }) {
    this.role = role;
    this.name = name;
    this.known = true;
    return 'known';
  }
}
