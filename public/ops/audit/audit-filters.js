/**
 * Owns the filters of the audit trail. They stand in the address bar beside those of the scenes, under names of their own, so
 * that a view can be kept, sent on and come back to.
 */
import { make } from '../dom.js';

/** @typedef {import('./trail.js').AuditFilter} AuditFilter */

/** What stands in the address bar for what is asked of the server. */
const inAddress = /** @type {const} */ ({ kind: 'akind', site: 'asite', actor: 'aactor' });
const names = /** @type {const} */ (['kind', 'site', 'actor']);
const typingPause = 350;
const longestName = 64;

export class AuditFilters {
  element;
  #fields;
  #known = {
    site: make('datalist', { id: 'known-audit-site' }),
    actor: make('datalist', { id: 'known-audit-actor' }),
  };
  #clear;
  #changed;
  #typing = 0;
  #last = '';

  /**
   * @param {import('./text.js').AuditText} text
   * @param {() => void} changed
   */
  constructor(text, changed) {
    const words = text.filters;
    this.#changed = changed;
    const kinds = Object.entries(text.kinds).map(([kind, name]) => new Option(name, kind));
    const kind = make('select', { name: inAddress.kind }, new Option(words.all, ''), ...kinds);
    this.#fields = { kind, site: nameField('site'), actor: nameField('actor') };
    this.#clear = make('button', { type: 'button', class: 'quiet' }, words.clear);
    this.element = make(
      'form',
      { class: 'audit-filters', role: 'search', 'aria-label': words.label },
      ...names.map((name) => make('label', {}, make('span', {}, words[name]), this.#fields[name])),
      ...Object.values(this.#known),
      this.#clear,
    );
    this.#listen();
    this.readAddress();
  }

  /** @returns {AuditFilter} */
  get filter() {
    const { kind, site, actor } = this.#fields;
    return { kind: kind.value, site: site.value.trim(), actor: actor.value.trim() };
  }

  get isSet() {
    return Object.values(this.filter).some(Boolean);
  }

  /** Whether the address told of another filter than the one that was known. */
  readAddress() {
    const given = new URLSearchParams(location.search);
    for (const name of names)
      this.#fields[name].value = (given.get(inAddress[name]) ?? '').slice(0, longestName);
    return this.#settle();
  }

  /**
   * Offers the names that were seen.
   * @param {readonly import('./trail.js').Entry[]} entries
   */
  suggest(entries) {
    for (const name of /** @type {const} */ (['site', 'actor'])) {
      const list = this.#known[name];
      const seen = new Set([...list.options].map(({ value }) => value));
      for (const { [name]: value } of entries) if (value && value.length <= longestName) seen.add(value);
      if (seen.size !== list.options.length)
        list.replaceChildren(...[...seen].map((value) => new Option('', value)));
    }
  }

  clear() {
    for (const name of names) this.#fields[name].value = '';
    this.#apply();
    this.#fields.kind.focus();
  }

  #listen() {
    this.element.addEventListener('input', () => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => this.#apply(), typingPause);
    });
    this.element.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#apply();
    });
    this.#clear.addEventListener('click', () => this.clear());
  }

  #apply() {
    clearTimeout(this.#typing);
    if (!this.#settle()) return;
    this.#writeAddress();
    this.#changed();
  }

  /** Whether the filter is another one than before. */
  #settle() {
    const now = JSON.stringify(this.filter);
    const isNew = now !== this.#last;
    this.#last = now;
    this.#clear.hidden = !this.isSet;
    return isNew;
  }

  /** What others keep in the address stays as it is. */
  #writeAddress() {
    const query = new URLSearchParams(location.search);
    const { filter } = this;
    for (const name of names) {
      if (filter[name]) query.set(inAddress[name], filter[name]);
      else query.delete(inAddress[name]);
    }
    const text = query.toString();
    history.pushState({ ours: true }, '', `${location.pathname}${text === '' ? '' : `?${text}`}`);
    // The page's links keep what the address names: they read it again.
    window.dispatchEvent(new PopStateEvent('popstate'));
  }
}

/** @param {'site' | 'actor'} name */
function nameField(name) {
  return make('input', {
    name: inAddress[name],
    list: `known-audit-${name}`,
    maxlength: String(longestName),
    autocapitalize: 'none',
    autocomplete: 'off',
    spellcheck: 'false',
  });
}
