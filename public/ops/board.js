/**
 * Owns the table of what goes on now: which rows stand in it and where. While somebody is at work in it nothing moves: new rows
 * wait, and those that ended stay.
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
 * @property {import('./row-view.js').RowWorld} world
 * @property {import('./ticker.js').Ticker} ticker
 * @property {() => import('./filters.js').Filter} filter
 * @property {(counted: { count: number, isPart: boolean }) => void} counted `isPart`: there are more than are followed
 */

const staysFor = 6_000;
const fadesFor = 400;
/** More than these at once, and the coming and going of rows would itself be what keeps the page busy. */
const shownMoving = 3;

export class Board {
  #parts;
  #table = element('scenes');
  #body = element('scenes-rows');
  /** @type {Map<string, RowView>} */
  #views = new Map();
  /** New rows that wait until nobody is in the table. @type {Map<string, Row>} */
  #waiting = new Map();
  /** Rows that do not belong here any more, and until when they stay. @type {Map<string, number>} */
  #leaving = new Map();
  #hold;
  #loading = element('empty').textContent ?? '';
  #loaded = false;
  /** Why nothing is loaded yet, when it is not a matter of a moment. */
  #trouble = '';
  #total = 0;
  #limit = Infinity;
  /** Only rows whose id begins like this are shown. */
  #wanted = '';
  /** Of the rows outside this table: how many are found, and how many there are. */
  #elsewhere = { found: 0, shown: 0 };

  /** @param {BoardParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#hold = new Hold(this.#table, () => this.#settle());
    element('fresh').addEventListener('click', () => this.#admit());
    setInterval(() => this.#settle(), 1_000);
  }

  /** Whether the server has been heard since it was cleared. */
  get loaded() {
    return this.#loaded;
  }

  /**
   * The row as it was heard last, of a scene that is followed.
   * @param {string} sceneId
   */
  row(sceneId) {
    return this.#views.get(sceneId)?.row ?? this.#waiting.get(sceneId);
  }

  /** @param {PageMessage} message */
  page({ scenes, total, limit }) {
    const ids = new Set(scenes.map(({ sceneId }) => sceneId));
    for (const id of [...this.#views.keys(), ...this.#waiting.keys()])
      if (!ids.has(id) && !this.#leaving.has(id)) this.#forget(id);
    this.#limit = limit;
    if (!this.#loaded) this.#begin(scenes);
    this.#update(scenes, total);
  }

  /** @param {ChangesMessage} message */
  changes({ scenes, gone, total }) {
    for (const id of gone) this.#forget(id);
    this.#update(scenes, total);
  }

  /** Other rows are on their way; until they are here the old ones stay in sight, so that nothing flickers. */
  renew() {
    this.#loaded = false;
    this.#waiting.clear();
    this.#table.setAttribute('aria-busy', 'true');
    this.#summarise();
  }

  /** Nothing of it stays. */
  clear() {
    this.#empty();
    this.#loaded = false;
    this.#total = 0;
    this.#summarise();
  }

  /**
   * Shows only rows whose id begins like this; answers whose they are.
   * @param {string} beginning empty: all
   * @param {{ found: number, shown: number }} elsewhere the same of other tables
   */
  find(beginning, elsewhere) {
    this.#wanted = beginning;
    this.#elsewhere = elsewhere;
    for (const view of this.#views.values()) this.#sift(view);
    this.#summarise();
    return [...this.#views.keys()].filter((id) => id.startsWith(beginning));
  }

  /**
   * What is in the way of hearing from the server; empty: nothing.
   * @param {string} trouble
   */
  wait(trouble) {
    this.#trouble = trouble;
    this.#summarise();
  }

  /**
   * Takes in what a row has become.
   * @param {Row} row
   */
  take(row) {
    const { sceneId } = row;
    const view = this.#views.get(sceneId);
    const belongs = this.belongs(row);
    if (view) this.#change(view, row, belongs);
    else if (belongs) this.#waiting.set(sceneId, row);
    else this.#waiting.delete(sceneId);
  }

  /**
   * Whether the filters let it through, as far as its state goes.
   * @param {Row} row
   */
  belongs({ state }) {
    const wanted = this.#parts.filter().state;
    return wanted ? state === wanted : !isFinal(state);
  }

  /**
   * What is there first does not come in as news.
   * @param {Row[]} scenes newest first
   */
  #begin(scenes) {
    this.#empty();
    for (const row of scenes.toReversed()) this.#add(row);
    this.#loaded = true;
  }

  #empty() {
    for (const view of this.#views.values()) this.#parts.ticker.remove(view);
    this.#body.replaceChildren();
    for (const rows of [this.#views, this.#waiting, this.#leaving]) rows.clear();
    this.#table.removeAttribute('aria-busy');
  }

  /**
   * @param {Row[]} scenes newest first
   * @param {number} total
   */
  #update(scenes, total) {
    this.#total = total;
    for (const row of scenes.toReversed()) this.take(row);
    this.#settle();
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

  /** Lets rows come and go, if nobody is disturbed by it. */
  #settle() {
    if (!this.#isHeld()) this.#admit();
    this.#summarise();
  }

  #isHeld() {
    return this.#hold.isHeld || [...this.#views.values()].some(({ asking }) => asking);
  }

  #admit() {
    const isNews = this.#waiting.size <= shownMoving;
    for (const row of this.#waiting.values()) this.#add(row).element.classList.toggle('new', isNews);
    this.#waiting.clear();
    const over = [...this.#leaving].flatMap(([id, until]) => (until <= Date.now() ? [id] : []));
    for (const id of over) this.#remove(id, over.length <= shownMoving ? fadesFor : 0);
    this.#summarise();
  }

  /** @param {Row} row */
  #add(row) {
    const view = new RowView(row, this.#parts.world);
    this.#sift(view);
    this.#body.insertBefore(view.element, this.#olderThan(row.createdAt));
    this.#views.set(row.sceneId, view);
    this.#parts.ticker.add(view);
    return view;
  }

  /** @param {RowView} view */
  #sift(view) {
    view.element.hidden = !view.row.sceneId.startsWith(this.#wanted);
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

  /**
   * @param {string} id
   * @param {number} fading ms
   */
  #remove(id, fading) {
    const view = this.#views.get(id);
    // The keyboard would lose its place in the page.
    if (!view || view.element.querySelector(':focus-visible')) return;
    this.#leaving.delete(id);
    this.#views.delete(id);
    this.#parts.ticker.remove(view);
    if (fading === 0) return view.element.remove();
    view.element.classList.add('fading');
    setTimeout(() => {
      view.element.remove();
      this.#summarise();
    }, fading);
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
    const { text } = this.#parts.world;
    const living = this.#views.size - this.#leaving.size + this.#waiting.size;
    const shown = this.#wanted ? this.#found() : this.#body.childElementCount;
    this.#table.hidden = shown === 0;
    element('empty').hidden = shown + this.#elsewhere.found > 0;
    say(element('empty'), this.#nothing());
    element('fresh').hidden = this.#waiting.size === 0;
    say(element('fresh'), text.fresh(this.#waiting.size));
    const isPart = this.#total > this.#limit;
    say(element('count'), this.#loaded ? this.#counted({ living, shown, isPart }) : '');
    this.#parts.counted({ count: isPart ? this.#total : living, isPart });
  }

  #found() {
    return this.#body.querySelectorAll(':scope > :not([hidden])').length;
  }

  /** What is said where there is no row. */
  #nothing() {
    const { text } = this.#parts.world;
    if (!this.#loaded) return this.#trouble || this.#loading;
    if (this.#wanted) return this.#wanted.length === 22 ? text.find.ask : text.emptyFound;
    return Object.values(this.#parts.filter()).some(Boolean) ? text.emptyFiltered : text.empty;
  }

  /** @param {{ living: number, shown: number, isPart: boolean }} counted */
  #counted({ living, shown, isPart }) {
    const { text } = this.#parts.world;
    const { found, shown: others } = this.#elsewhere;
    if (this.#wanted) return text.found(shown + found, this.#body.childElementCount + others);
    return isPart ? text.newestOf(this.#limit, this.#total) : text.count(living);
  }
}
