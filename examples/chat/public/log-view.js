/** Owns the list of messages of one seat. */
import { element } from './dom.js';
import { plain } from './text.js';

/** @typedef {import('./history.js').Entry} Entry */
/** @typedef {import('./text.js').Texts} Texts */

/**
 * @typedef {object} Parts
 * @property {(openid: string) => string} nameOf
 * @property {(entry: Entry) => void} sendAgain what nobody will read otherwise
 * @property {string} label
 */

/** What may be sent later. */
const passing = new Set(['inbox_full', 'rate_limited']);

export class LogView {
  #text;
  #parts;
  #list;
  #empty;
  /** @type {Map<string, HTMLElement>} the line under each message that was sent from here */
  #outcomes = new Map();

  /** @param {Texts} text @param {Parts} parts */
  constructor(text, parts) {
    this.#text = text;
    this.#parts = parts;
    this.#list = element('ol', { role: 'log', 'aria-label': parts.label, tabindex: '0' });
    this.#empty = element('li', { class: 'empty' }, text.empty);
    this.#list.append(this.#empty);
  }

  get element() {
    return this.#list;
  }

  /** @param {Entry} entry */
  add(entry) {
    this.#empty.remove();
    const atTheEnd = this.#isAtTheEnd();
    this.#list.append(this.#line(entry));
    // Whoever reads further up is not torn away from it.
    if (atTheEnd || entry.to) this.#toTheEnd();
  }

  /** @param {Entry} entry */
  update(entry) {
    const line = this.#outcomes.get(entry.id);
    const atTheEnd = this.#isAtTheEnd();
    if (line) this.#tell(entry, line);
    // It may take more lines now.
    if (atTheEnd) this.#toTheEnd();
  }

  /** @param {string} id of what was sent from here */
  remove(id) {
    this.#outcomes.get(id)?.parentElement?.remove();
    this.#outcomes.delete(id);
  }

  #isAtTheEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#list;
    return scrollHeight - scrollTop - clientHeight < 40;
  }

  #toTheEnd() {
    this.#list.scrollTop = this.#list.scrollHeight;
  }

  /** @param {Entry} entry */
  #line(entry) {
    const bubble = element('p', { class: 'bubble', dir: 'auto' }, plain(entry.text));
    const below = element('p', { class: 'below' });
    if (entry.to) {
      this.#outcomes.set(entry.id, below);
      this.#tell(entry, below);
    } else below.textContent = this.#origin(entry);
    return element(
      'li',
      { class: entry.to ? 'mine' : entry.from === null ? 'site' : 'theirs' },
      bubble,
      below,
    );
  }

  /** @param {Entry} entry @param {HTMLElement} below */
  #tell(entry, below) {
    const { status, error } = entry;
    const isLost = error !== undefined || status === 'dropped';
    below.classList.toggle('bad', isLost);
    below.replaceChildren(this.#outcome(entry));
    if (!isLost || (error !== undefined && !passing.has(error))) return;
    const click = () => this.#parts.sendAgain(entry);
    below.append(' ', element('button', { type: 'button', click }, this.#text.sendAgain));
  }

  /** @param {Entry} entry */
  #origin({ from, all, at }) {
    const site = all ? this.#text.siteToAll : this.#text.site;
    return `${from === null ? site : this.#parts.nameOf(from)} · ${timeOf(at)}`;
  }

  /** @param {Entry} entry */
  #outcome({ status, error, at }) {
    const { refused, refusedOtherwise, status: words } = this.#text;
    if (error !== undefined) return refused[error] ?? refusedOtherwise(error);
    if (status === 'dropped') return words.dropped;
    return `${words[/** @type {keyof Texts['status']} */ (status)] ?? ''} · ${timeOf(at)}`;
  }
}

/** @param {number} at */
export function timeOf(at) {
  return new Date(at).toLocaleTimeString(document.documentElement.lang, { timeStyle: 'medium' });
}
