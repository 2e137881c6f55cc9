/**
 * Owns the table: which rows stand in it and where. While somebody is at work in it nothing moves: new rows wait, and those
 * that ended stay.
 */
import { isFinal } from '/protocol/messages.js';
import { element, say } from './dom.js';
import { Hold } from './hold.js';
import { RowView } from './row-view.js';

/** @typedef {import('./row-view.js').Row} Row */
/** @typedef {import('./live-socket.js').PageMessage} PageMessage */
/** @typedef {import('./live-socket.js').ChangesMessage} ChangesMessage */

/**
 * @typedef {object} BoardParts
 * @property {import('./text.js').Texts} text
 * @property {() => import('./filters.js').Filter} filter
 * @property {() => number} now by the server's clock
 * @property {() => void} signedOut
 */

const staysFor = 6_000;
const fadesFor = 400;

export class Board {
  #parts;
  #world;
  #table = element('scenes');
  #body = element('rows');
  /** @type {Map<string, RowView>} */
  #views = new Map();
  /** New rows that wait until nobody is in the table. @type {Map<string, Row>} */
  #waiting = new Map();
  /** Rows that do not belong here any more, and until when they stay. @type {Map<string, number>} */
  #leaving = new Map();
  #hold;
  #title = document.title;
  #loading = element('empty').textContent ?? '';
  #loaded = false;
  #total = 0;
  #limit = Infinity;

  /** @param {BoardParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#world = {
      text: parts.text,
      stateName: optionText,
      columnName: headerText,
      now: parts.now,
      signedOut: parts.signedOut,
      cancelled: (/** @type {Row} */ row) => this.#take(row),
    };
    this.#hold = new Hold(this.#table, () => this.#settle());
    element('fresh').addEventListener('click', () => this.#admit());
    setInterval(() => this.#tick(), 1_000);
  }

  /** @param {PageMessage} message */
  page({ scenes, total, limit }) {
    const ids = new Set(scenes.map(({ sceneId }) => sceneId));
    for (const id of [...this.#views.keys(), ...this.#waiting.keys()])
      if (!ids.has(id) && !this.#leaving.has(id)) this.#forget(id);
    this.#limit = limit;
    // What is there first does not come in as news.
    if (!this.#loaded) for (const row of scenes.toReversed()) this.#add(row);
    this.#loaded = true;
    this.#update(scenes, total);
  }

  /** @param {ChangesMessage} message */
  changes({ scenes, gone, total }) {
    for (const id of gone) this.#forget(id);
    this.#update(scenes, total);
  }

  /** Another view begins: nothing of the old one stays. */
  clear() {
    this.#body.replaceChildren();
    for (const rows of [this.#views, this.#waiting, this.#leaving]) rows.clear();
    this.#loaded = false;
    this.#summarise();
  }

  /**
   * @param {Row[]} scenes newest first
   * @param {number} total
   */
  #update(scenes, total) {
    this.#total = total;
    for (const row of scenes.toReversed()) this.#take(row);
    this.#settle();
  }

  /** @param {Row} row */
  #take(row) {
    const { sceneId } = row;
    const view = this.#views.get(sceneId);
    const belongs = this.#belongs(row);
    if (view) this.#change(view, row, belongs);
    else if (belongs) this.#waiting.set(sceneId, row);
    else this.#waiting.delete(sceneId);
  }

  /**
   * @param {RowView} view
   * @param {Row} row
   * @param {boolean} belongs
   */
  #change(view, row, belongs) {
    view.update(row);
    if (belongs) this.#leaving.delete(row.sceneId);
    else if (!this.#leaving.has(row.sceneId)) this.#leaving.set(row.sceneId, Date.now() + staysFor);
  }

  /** @param {Row} row */
  #belongs({ state }) {
    const wanted = this.#parts.filter().state;
    return wanted ? state === wanted : !isFinal(state);
  }

  #tick() {
    if (document.visibilityState === 'visible') for (const view of this.#views.values()) view.tick();
    this.#settle();
  }

  /** Lets rows come and go, if nobody is disturbed by it. */
  #settle() {
    if (!this.#isHeld()) this.#admit();
    this.#summarise();
  }

  #isHeld() {
    return this.#hold.isHeld || [...this.#views.values()].some(({ asking }) => asking);
  }

  #admit() {
    for (const row of this.#waiting.values()) this.#add(row).element.classList.add('new');
    this.#waiting.clear();
    for (const [id, until] of this.#leaving) if (until <= Date.now()) this.#fade(id);
    this.#summarise();
  }

  /** @param {Row} row */
  #add(row) {
    const view = new RowView(row, this.#world);
    this.#body.insertBefore(view.element, this.#olderThan(row.createdAt));
    this.#views.set(row.sceneId, view);
    return view;
  }

  /**
   * The row that comes after a scene of this time; a new one finds it at the very top.
   * @param {number} createdAt
   */
  #olderThan(createdAt) {
    for (const child of this.#body.children)
      if (Number(/** @type {HTMLElement} */ (child).dataset['born']) <= createdAt) return child;
    return null;
  }

  /** @param {string} id */
  #fade(id) {
    const view = this.#views.get(id);
    // The keyboard would lose its place in the page.
    if (!view || view.element.querySelector(':focus-visible')) return;
    this.#leaving.delete(id);
    this.#views.delete(id);
    view.element.classList.add('fading');
    setTimeout(() => {
      view.element.remove();
      this.#summarise();
    }, fadesFor);
  }

  /**
   * The server follows it no longer, and does not tell its end.
   * @param {string} id
   */
  #forget(id) {
    this.#waiting.delete(id);
    if (this.#views.has(id)) this.#leaving.set(id, 0);
  }

  #summarise() {
    const { text, filter } = this.#parts;
    const living = this.#views.size - this.#leaving.size + this.#waiting.size;
    const isFiltered = Object.values(filter()).some(Boolean);
    this.#table.hidden = this.#body.childElementCount === 0;
    element('empty').hidden = !this.#table.hidden;
    const nothing = isFiltered ? text.emptyFiltered : text.empty;
    say(element('empty'), this.#loaded ? nothing : this.#loading);
    element('fresh').hidden = this.#waiting.size === 0;
    say(element('fresh'), text.fresh(this.#waiting.size));
    const isPart = this.#total > this.#limit;
    say(element('count'), isPart ? text.newestOf(this.#limit, this.#total) : text.count(living));
    document.title = `${living > 0 ? `(${isPart ? this.#total : living}) ` : ''}${this.#title}`;
  }
}

/** @param {string} state */
function optionText(state) {
  return document.querySelector(`#filter-state option[value="${state}"]`)?.textContent ?? state;
}

/** @param {string} column */
function headerText(column) {
  return document.querySelector(`#scenes th.${column}`)?.textContent ?? '';
}
