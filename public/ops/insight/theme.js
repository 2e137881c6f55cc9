/** Owns the colours that charts are painted in: a canvas inherits nothing, so they are read from the page's style sheet. */

/** Whatever may exchange the colours of the page while it is open. */
const changes = ['(prefers-color-scheme: dark)', '(forced-colors: active)', '(prefers-contrast: more)'];

/** @param {string} name of a custom property, such as `--line` */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/**
 * @param {() => void} listener
 * @returns {() => void} ends it
 */
export function onThemeChange(listener) {
  const queries = changes.map((change) => matchMedia(change));
  for (const query of queries) query.addEventListener('change', listener);
  return () => {
    for (const query of queries) query.removeEventListener('change', listener);
  };
}
