/** Owns the filters: what stands in their fields stands in the address bar too, so that a view can be kept and sent on. */
import { sceneStates } from '/protocol/messages.js';
import { element } from './dom.js';

/**
 * @typedef {{ state: string, site: string, account: string }} Filter each empty when it does not matter
 */

const names = /** @type {const} */ (['state', 'site', 'account']);
const typingPause = 300;
/** Changes that follow each other so closely are one step for "back". */
const oneStep = 3_000;
const nameShape = /^[a-z0-9-]{1,32}$/;

export class Filters {
  #address;
  #changed;
  #typing = 0;
  #steppedAt = 0;
  #query = '';
  /** @type {Record<'site' | 'account', Set<string>>} */
  #known = { site: new Set(), account: new Set() };

  /**
   * @param {import('./address.js').Address} address
   * @param {() => void} changed
   */
  constructor(address, changed) {
    this.#address = address;
    this.#changed = changed;
    this.#read();
    address.correct(this.filter);
    this.#query = queryOf(this.filter);
    this.#showClear();
    address.onMove(() => this.#follow());
    element('filters').addEventListener('input', () => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => this.#apply(), typingPause);
    });
    element('filters').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#apply();
    });
    element('filter-clear').addEventListener('click', () => this.#clear());
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

  /** What stands in the fields goes into the address, and from there it is followed. */
  #apply() {
    clearTimeout(this.#typing);
    if (queryOf(this.filter) === this.#query) return;
    const isNext = Date.now() - this.#steppedAt < oneStep;
    this.#steppedAt = Date.now();
    if (isNext) this.#address.correct(this.filter);
    else this.#address.go(this.filter);
  }

  /** Another address stands there, by "back" for one. */
  #follow() {
    const before = this.#query;
    if (queryOf(this.#named()) !== queryOf(this.filter)) this.#read();
    this.#query = queryOf(this.filter);
    this.#showClear();
    if (this.#query !== before) this.#changed();
  }

  #showClear() {
    element('filter-clear').hidden = this.#query === '';
  }

  #read() {
    const named = this.#named();
    for (const name of names) field(name).value = named[name];
  }

  /** What the address says. @returns {Filter} */
  #named() {
    const [state, site, account] = names.map((name) => sound(name, this.#address.get(name)));
    return { state: state ?? '', site: site ?? '', account: account ?? '' };
  }
}

/** @param {Filter} filter */
function queryOf(filter) {
  const given = names.filter((name) => filter[name]).map((name) => [name, filter[name]]);
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
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
