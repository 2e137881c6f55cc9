/** Owns what an entry tells beyond who, what and where: why it was, how often, and facts that people may have written. */
import { make } from '../dom.js';
import { plain } from '../plain.js';

/** @typedef {import('./trail.js').Entry['detail']} Detail */

const longestFact = 300;
const longestName = 32;
const factsAtMost = 12;

/**
 * @param {Detail | null | undefined} detail
 * @param {import('./entry-view.js').EntryWorld} world
 * @returns {HTMLElement[]} nothing when there is nothing to tell
 */
export function detailLines(detail, { text, format }) {
  const inWords = (/** @type {string} */ name, /** @type {string | number} */ value) =>
    name === 'warnings'
      ? text.warnings(String(value))
      : worded(name === 'kind' ? text.kinds : text.values[name], String(value));
  const { reason, count, since, ...facts } = detail ?? {};
  const said = [
    reason === undefined ? '' : named(text.reasons, String(reason)),
    typeof count === 'number' && count > 1
      ? text.alike(format.count(count), format.stamp(Number(since)))
      : '',
  ].filter(Boolean);
  const lines = said.length > 0 ? [make('span', { class: 'reason' }, said.join(' · '))] : [];
  const list = Object.entries(facts)
    .slice(0, factsAtMost)
    .flatMap(([name, value]) => fact(named(text.facts, name), inWords(name, value)));
  return list.length > 0 ? [...lines, make('dl', { class: 'more' }, ...list)] : lines;
}

/**
 * @param {string} name
 * @param {string} value
 */
function fact(name, value) {
  const said = plain(value, longestFact);
  if (said === '') return [];
  return [make('div', {}, make('dt', {}, name), make('dd', {}, make('bdi', {}, said)))];
}

/**
 * @param {Record<string, string> | undefined} words
 * @param {string} value
 */
function worded(words, value) {
  return (words && Object.hasOwn(words, value) ? words[value] : undefined) ?? value;
}

/**
 * In words of the page, as far as there are any.
 * @param {Record<string, string>} words
 * @param {string} name
 */
function named(words, name) {
  return (Object.hasOwn(words, name) ? words[name] : undefined) ?? plain(name, longestName);
}
