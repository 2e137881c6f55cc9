/** Owns how the dashboard makes and finds elements: whatever is put into one is text, never markup. */

/** @param {string} id */
export function element(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}.`);
  return found;
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} [attributes]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/**
 * Writes only what is new: an unchanged text costs no layout, and keeps a selection in it.
 * @param {Element} into
 * @param {string} text
 */
export function say(into, text) {
  if (into.textContent !== text) into.textContent = text;
}

/**
 * Spoken by screen readers, seen by nobody.
 * @param {string} text
 */
export function announce(text) {
  element('announcement').textContent = text;
}
