/** Owns how the connection to the server stands, for all on the page whom it concerns. */

/** @typedef {import('./live-socket.js').Link} Link */

export class LinkState {
  /** @type {Link} */
  #link = 'connecting';
  /** @type {Set<(link: Link) => void>} */
  #listeners = new Set();

  get isLive() {
    return this.#link === 'live';
  }

  /**
   * Tells the listener at once how it stands, and then of each change. The answer ends it.
   * @param {(link: Link) => void} listener
   */
  on(listener) {
    this.#listeners.add(listener);
    listener(this.#link);
    return () => void this.#listeners.delete(listener);
  }

  /** @param {Link} link */
  set(link) {
    if (link === this.#link) return;
    this.#link = link;
    for (const listener of this.#listeners) listener(link);
  }

  /** Nobody listens any more. */
  clear() {
    this.#listeners.clear();
  }
}
