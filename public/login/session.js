/** Owns what outlives a reload of the page: the scene on screen, so that its result is not lost and no second code is made. */

/**
 * @typedef {object} Memory
 * @property {import('./scene-api.js').Scene | null} scene
 * @property {number} unscanned codes made in a row that nobody scanned
 * @property {boolean} leaving the result is on its way to the site
 *
 * @typedef {object} Session
 * @property {() => Memory | null} load
 * @property {(memory: Memory) => void} save
 */

/**
 * One login is one site, return address, state and kind of code; another login in the same tab has a memory of its own.
 * @param {readonly (string | undefined)[]} login
 * @param {() => boolean} reloaded whether this page was loaded by a reload
 * @returns {Session}
 */
export function openSession(login, reloaded) {
  const key = `saoma:${JSON.stringify(login)}`;
  return {
    load() {
      const memory = read(key);
      // Back from the site means: once more, from the start. A reload may have cut the way there.
      return memory?.leaving && !reloaded() ? null : memory;
    },
    save(memory) {
      try {
        sessionStorage.setItem(key, JSON.stringify(memory));
      } catch {
        // Storage is off or full: a reload then costs a new code.
      }
    },
  };
}

/**
 * @param {string} key
 * @returns {Memory | null}
 */
function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? 'null');
  } catch {
    return null;
  }
}
