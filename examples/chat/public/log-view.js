/** Owns the list of messages of one seat. */
import { element } from './dom.js';
import { plain } from './text.js';

/** @typedef {import('./history.js').Entry} Entry */
/** @typedef {import('./text.js').Texts} Texts */

export class LogView {
  #text;
  #nameOf;
  #list;
  #empty;
  /** @type {Map<string, HTMLElement>} the line under each message that was sent from here */
  #outcomes = new Map();

  /** @param {Texts} text @param {(openid: string) => string} nameOf @param {string} label */
  constructor(text, nameOf, label) {
    this.#text = text;
    this.#nameOf = nameOf;
    this.#list = element('ol', { role: 'log', 'aria-label': label, tabindex: '0' });
    this.#empty = element('li', { class: 'empty' }, text.empty);
    this.#list.append(this.#empty);
  }

  get element() {
    return this.#list;
  }

  /** @param {Entry} entry */
  add(entry) {
    this.#empty.remove();
    const { scrollHeight, scrollTop, clientHeight } = this.#list;
    const atTheEnd = scrollHeight - scrollTop - clientHeight < 40;
    this.#list.append(this.#line(entry));
    // Whoever reads further up is not torn away from it.
    if (atTheEnd || entry.to) this.#list.scrollTop = this.#list.scrollHeight;
  }

  /** @param {Entry} entry */
  update(entry) {
    const line = this.#outcomes.get(entry.id);
    if (!line) return;
    line.textContent = this.#outcome(entry);
    line.classList.toggle('bad', entry.error !== undefined);
  }

  /** @param {Entry} entry */
  #line(entry) {
    const bubble = element('p', { class: 'bubble', dir: 'auto' }, plain(entry.text));
    const below = element('p', { class: 'below' }, entry.to ? this.#outcome(entry) : this.#origin(entry));
    if (entry.to) this.#outcomes.set(entry.id, below);
    below.classList.toggle('bad', entry.error !== undefined);
    return element(
      'li',
      { class: entry.to ? 'mine' : entry.from === null ? 'site' : 'theirs' },
      bubble,
      below,
    );
  }

  /** @param {Entry} entry */
  #origin({ from, all, at }) {
    const site = all ? this.#text.siteToAll : this.#text.site;
    return `${from === null ? site : this.#nameOf(from)} · ${timeOf(at)}`;
  }

  /** @param {Entry} entry */
  #outcome({ status, error, at }) {
    const { refused, refusedOtherwise, status: words } = this.#text;
    if (error !== undefined) return refused[error] ?? refusedOtherwise(error);
    return `${words[/** @type {keyof Texts['status']} */ (status)] ?? ''} · ${timeOf(at)}`;
  }
}

/** @param {number} at */
export function timeOf(at) {
  return new Date(at).toLocaleTimeString(document.documentElement.lang, { timeStyle: 'medium' });
}
