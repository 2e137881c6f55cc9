/** Owns the field that finds a scene by its id: by the beginning of one among the rows shown, by a whole one anywhere. */
import { announce, element, say } from './dom.js';

const wholeId = /^[A-Za-z0-9_-]{22}$/;

/**
 * @typedef {object} FindParts
 * @property {import('./board.js').Board} board
 * @property {import('./older.js').Older} older
 * @property {import('./text.js').Texts['find']} text
 * @property {(sceneId: string) => void} open shows its details, whether it is among the rows or not
 *
 * @param {FindParts} parts
 * @returns {() => void} forgets what was looked for
 */
export function watchFind({ board, older, text, open }) {
  const field = /** @type {HTMLInputElement} */ (element('find'));
  field.addEventListener('input', () => {
    sift();
    say(element('find-says'), wholeId.test(wanted()) ? text.ask : text.short);
  });
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') clear();
    if (event.key !== 'Enter') return;
    event.preventDefault();
    if (wanted() === '') return;
    const [only, ...others] = wholeId.test(wanted()) ? [wanted()] : sift();
    if (only !== undefined && others.length === 0) open(only);
    else announce(element('count').textContent ?? '');
  });
  return clear;

  function wanted() {
    return field.value.trim();
  }

  function sift() {
    const beginning = wanted();
    const elsewhere = older.find(beginning);
    return [...board.find(beginning, { found: elsewhere.length, shown: older.count }), ...elsewhere];
  }

  function clear() {
    field.value = '';
    sift();
  }
}

/** @param {string} id */
export function isWholeId(id) {
  return wholeId.test(id);
}
