/** Owns what was said at one seat: it outlives a reload of the page, and knows what came before. */

/**
 * @typedef {object} Entry
 * @property {string} id
 * @property {string | null} from an openid; null: the site
 * @property {string | null} to an openid, of what was sent from here; otherwise null
 * @property {string} text
 * @property {number} at ms since the epoch
 * @property {boolean} [all] it went to everybody
 * @property {string} [status] of what was sent from here
 * @property {string} [error]
 */

const keptAtMost = 200;

export class History {
  #key;
  /** @type {Entry[]} */
  entries;

  /** @param {string} openid */
  constructor(openid) {
    this.#key = `saoma-chat:${openid}`;
    this.entries = read(this.#key);
  }

  /** @param {Entry} entry @returns {boolean} whether it is new: a message may come twice */
  add(entry) {
    if (this.entries.some(({ id, from }) => id === entry.id && from === entry.from)) return false;
    this.entries = [...this.entries, entry].slice(-keptAtMost);
    this.#save();
    return true;
  }

  /** @param {string} id of what was sent from here @param {{ status?: string, error?: string }} outcome */
  settle(id, outcome) {
    const entry = this.entries.find((one) => one.id === id && one.to !== null);
    if (!entry) return undefined;
    delete entry.status;
    Object.assign(entry, outcome);
    this.#save();
    return entry;
  }

  /** @param {string} id of what was sent from here */
  remove(id) {
    this.entries = this.entries.filter((one) => one.id !== id || one.to === null);
    this.#save();
  }

  #save() {
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(this.entries));
    } catch {
      // Storage is off or full: a reload then starts with an empty page.
    }
  }
}

/** @param {string} key @returns {Entry[]} */
function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? '[]');
  } catch {
    return [];
  }
}
