/** Owns the filters: what stands in their fields stands in the address bar too, so that a view can be kept and sent on. */
import { sceneStates } from '/protocol/messages.js';
import { element } from './dom.js';

/**
 * @typedef {{ state: string, site: string, account: string }} Filter each empty when it does not matter
 */

const names = /** @type {const} */ (['state', 'site', 'account']);
const typingPause = 300;
const nameShape = /^[a-z0-9-]{1,32}$/;

export class Filters {
  #changed;
  #typing = 0;
  #query = '';
  /** @type {Record<'site' | 'account', Set<string>>} */
  #known = { site: new Set(), account: new Set() };

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
    const given = new URLSearchParams(location.search);
    for (const name of names) field(name).value = sound(name, given.get(name) ?? '');
    element('filters').addEventListener('input', () => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => this.#apply(), typingPause);
    });
    element('filters').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#apply();
    });
    element('filter-clear').addEventListener('click', () => this.#clear());
    this.#keep();
  }

  /** @returns {Filter} */
  get filter() {
    const [state, site, account] = names.map((name) => sound(name, field(name).value));
    return { state: state ?? '', site: site ?? '', account: account ?? '' };
  }

  /** As it stands in an address; empty without filters. */
  get query() {
    return this.#query;
  }

  /**
   * Offers the names that were seen.
   * @param {readonly { site: string, account: string }[]} rows
   */
  suggest(rows) {
    for (const row of rows)
      for (const name of /** @type {const} */ (['site', 'account'])) {
        if (this.#known[name].has(row[name])) continue;
        this.#known[name].add(row[name]);
        element(`known-${name}`).append(new Option(row[name], row[name]));
      }
  }

  #clear() {
    for (const name of names) field(name).value = '';
    this.#apply();
    field('state').focus();
  }

  #apply() {
    clearTimeout(this.#typing);
    const before = this.#query;
    this.#keep();
    if (this.#query !== before) this.#changed();
  }

  #keep() {
    const filter = this.filter;
    const query = new URLSearchParams(
      names.filter((name) => filter[name]).map((name) => [name, filter[name]]),
    );
    this.#query = search(query, null);
    element('filter-clear').hidden = this.#query === '';
    const lang = new URLSearchParams(location.search).get('lang');
    history.replaceState(null, '', `/ops${search(query, lang)}`);
    const link = /** @type {HTMLAnchorElement} */ (element('language'));
    link.href = search(query, link.dataset['other'] ?? null);
  }
}

/**
 * @param {URLSearchParams} query
 * @param {string | null} lang
 */
function search(query, lang) {
  const whole = new URLSearchParams(query);
  if (lang) whole.set('lang', lang);
  const text = whole.toString();
  return text === '' ? '' : `?${text}`;
}

/** @param {(typeof names)[number]} name */
function field(name) {
  return /** @type {HTMLInputElement | HTMLSelectElement} */ (element(`filter-${name}`));
}

/**
 * What the server would not understand counts as nothing.
 * @param {(typeof names)[number]} name
 * @param {string} value
 */
function sound(name, value) {
  const trimmed = value.trim();
  const isSound = name === 'state' ? sceneStates.some((state) => state === trimmed) : nameShape.test(trimmed);
  return isSound ? trimmed : '';
}
