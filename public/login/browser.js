/** Owns what the login takes from the browser: time, chance, network and visibility, in one object that a test can replace. */

/**
 * @typedef {'online' | 'offline' | 'visible' | 'hidden' | 'restored'} Happening
 *   `restored`: the page came back from the browser's back/forward cache.
 *
 * @typedef {object} World
 * @property {() => number} now ms since the epoch, by this machine's clock
 * @property {(ms: number, task: () => void) => () => void} after runs a task once; the answer calls it off
 * @property {() => number} random from 0 to below 1
 * @property {(url: string, init: RequestInit) => Promise<Response>} fetch
 * @property {(url: string) => WebSocket} openSocket throws where there is none
 * @property {() => boolean} online
 * @property {() => boolean} visible
 * @property {(happening: Happening, task: () => void) => () => void} on the answer ends it
 * @property {(task: () => void) => void} painted runs a task once what was drawn is on screen; on a hidden page never
 */

/** @type {World} */
export const browser = {
  now: () => Date.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
  fetch: (url, init) => fetch(url, init),
  openSocket: (url) => new WebSocket(url),
  online: () => navigator.onLine,
  visible: () => document.visibilityState === 'visible',
  on: listen,
  painted(task) {
    if (browser.visible()) requestAnimationFrame(() => requestAnimationFrame(task));
  },
};

/** @type {Record<Happening, [EventTarget, string, (event: Event) => boolean]>} */
const sources = {
  online: [window, 'online', () => true],
  offline: [window, 'offline', () => true],
  visible: [document, 'visibilitychange', () => browser.visible()],
  hidden: [document, 'visibilitychange', () => !browser.visible()],
  restored: [window, 'pageshow', (event) => /** @type {PageTransitionEvent} */ (event).persisted],
};

/** @type {World['on']} */
function listen(happening, task) {
  const [target, name, applies] = sources[happening];
  /** @param {Event} event */
  const listener = (event) => {
    if (applies(event)) task();
  };
  target.addEventListener(name, listener);
  return () => target.removeEventListener(name, listener);
}
