/** Owns the knowledge of where this page belongs: opened at any other address, the server takes no sign-in from it. */
import { make } from './dom.js';

/** The origin of `ops.publicUrl`. */
const own = document.body.dataset['origin'] ?? location.origin;

export const isElsewhere = own !== location.origin;

/**
 * Says where to go instead.
 * @param {Element} into
 * @param {string} words
 */
export function sayWhere(into, words) {
  const href = own + location.pathname + location.search;
  into.replaceChildren(words, ' ', make('a', { href }, own));
}
