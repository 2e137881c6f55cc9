/** Owns how a part of the view is framed: a region of its own, with a heading and a sentence below it. */
import { make } from '../dom.js';

/**
 * @param {string} name of the part, as in `panel-{name}`
 * @param {string} title
 * @param {string} lead
 * @param {Node[]} children
 */
export function panel(name, title, lead, ...children) {
  const id = `panel-${name}`;
  const heading = make('h2', { id, tabindex: '-1' }, title);
  const sentence = make('p', { class: 'lead' }, lead);
  const head = make('header', {}, heading, sentence);
  const element = make('section', { class: `panel ${name}`, 'aria-labelledby': id }, head, ...children);
  return { element, lead: sentence, head };
}
