/**
 * Owns the address bar: it names the view, the filters and the scene on screen, so that what is seen can be kept, sent on and
 * come back to. What it does not know in there it leaves alone.
 */

/** @typedef {'view' | 'state' | 'site' | 'account' | 'scene'} Name */

/** In this order they stand there. @type {readonly Name[]} */
const names = ['view', 'state', 'site', 'account', 'scene'];

export class Address {
  /** @type {(() => void)[]} */
  #moved = [];

  constructor() {
    window.addEventListener('popstate', () => this.#tell());
  }

  /**
   * @param {Name} name
   * @returns {string} empty when it is not there
   */
  get(name) {
    return new URLSearchParams(location.search).get(name) ?? '';
  }

  /**
   * Called whenever another address stands there, whoever brought it about.
   * @param {() => void} task
   */
  onMove(task) {
    this.#moved.push(task);
  }

  /**
   * The address with these changes.
   * @param {Partial<Record<Name | 'lang', string>>} changes empty: without it
   */
  with(changes) {
    const now = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(changes)) {
      if (value) now.set(name, value);
      else now.delete(name);
    }
    return `/ops${inOrder(now)}`;
  }

  /**
   * Goes there, so that "back" leads here again.
   * @param {Partial<Record<Name, string>>} changes
   */
  go(changes) {
    const next = this.with(changes);
    if (next === location.pathname + location.search) return;
    history.pushState({ ours: true }, '', next);
    this.#tell();
  }

  /**
   * Changes the address on the spot.
   * @param {Partial<Record<Name, string>>} changes
   */
  correct(changes) {
    history.replaceState(history.state, '', this.with(changes));
    this.#tell();
  }

  /**
   * Leaves what `go` led to: by going back where that is a step of ours, so that "back" does not lead there again.
   * @param {Name} name
   */
  leave(name) {
    if (this.get(name) === '') return;
    const step = /** @type {{ ours?: boolean } | null} */ (history.state);
    if (step?.ours === true) history.back();
    else this.correct({ [name]: '' });
  }

  #tell() {
    for (const task of this.#moved) task();
  }
}

/** @param {URLSearchParams} query */
function inOrder(query) {
  const known = names.filter((name) => query.get(name)).map((name) => [name, query.get(name) ?? '']);
  const others = [...query].filter(([name]) => !names.some((other) => other === name));
  const text = new URLSearchParams([...known, ...others]).toString();
  return text === '' ? '' : `?${text}`;
}
