/**
 * Owns the pages of scenes that are older than those followed live, each as it was when it was asked for: at most one page of
 * rows stands in the document, however many there are.
 */
import { readScenes } from './api.js';
import { element, say } from './dom.js';
import { RowView } from './row-view.js';

/** @typedef {import('./row-view.js').Row} Row */

/**
 * @typedef {object} OlderParts
 * @property {import('./row-view.js').RowWorld} world
 * @property {import('./ticker.js').Ticker} ticker
 * @property {import('./times.js').Times} times
 * @property {() => string} query of the filters
 * @property {(row: Row) => boolean} fits the filters, and is not shown as a live row
 */

/** The first pages hold what is shown as live rows anyway. */
const firstPage = 500;
const page = 100;
const pagesKept = 20;
/** Pages of the server that may hold nothing of what is wanted, before the next click. */
const asksAtMost = 8;

export class Older {
  #parts;
  #text;
  #body = element('older-rows');
  /** @type {{ rows: Row[], at: number }[]} */
  #pages = [];
  #shown = -1;
  /** Where the next page begins; empty: at the newest; `null`: there is none. @type {string | null} */
  #cursor = '';
  /** @type {Map<string, RowView>} */
  #views = new Map();
  #busy = false;
  /** Only rows whose id begins like this are shown. */
  #wanted = '';
  /** Grows with each change of the filters: what was asked for before is not shown any more. */
  #age = 0;

  /** @param {OlderParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#text = parts.world.text.older;
    element('older-show').addEventListener('click', () => void this.#next());
    element('older-next').addEventListener('click', () => void this.#next());
    element('older-newer').addEventListener('click', () => this.#turn(this.#shown - 1));
    say(element('older-show'), this.#text.show);
  }

  /**
   * Whether there is anything older to offer; what is on screen already stays.
   * @param {boolean} isPart
   */
  offer(isPart) {
    element('older-part').hidden = !isPart && this.#shown < 0;
  }

  /** @param {Row} row */
  take(row) {
    this.#views.get(row.sceneId)?.update(row);
  }

  /**
   * Shows only rows whose id begins like this; answers whose they are.
   * @param {string} beginning empty: all
   */
  find(beginning) {
    this.#wanted = beginning;
    for (const view of this.#views.values()) this.#sift(view);
    return [...this.#views.keys()].filter((id) => id.startsWith(beginning));
  }

  /** How many rows there are on the page. */
  get count() {
    return this.#views.size;
  }

  /** @param {string} sceneId */
  row(sceneId) {
    return this.#views.get(sceneId)?.row;
  }

  clear() {
    this.#age += 1;
    this.#pages = [];
    this.#shown = -1;
    this.#cursor = '';
    this.#busy = false;
    this.#draw([]);
    element('older-show').hidden = false;
    say(element('older-show'), this.#text.show);
    element('older-head').hidden = true;
    element('older-part').hidden = true;
  }

  async #next() {
    if (this.#busy) return;
    if (this.#shown + 1 < this.#pages.length) return this.#turn(this.#shown + 1);
    const age = this.#age;
    this.#say(this.#text.busy);
    this.#busy = true;
    const rows = await this.#gather(age);
    if (age !== this.#age) return;
    this.#busy = false;
    if (!rows) return this.#say(this.#text.failed);
    if (rows.length === 0 && this.#cursor === null && this.#shown >= 0) return this.#say(this.#text.none);
    this.#pages = [...this.#pages, { rows, at: this.#parts.world.now() }].slice(-pagesKept);
    this.#turn(this.#pages.length - 1);
  }

  /**
   * @param {number} age
   * @returns {Promise<Row[] | undefined>} `undefined`: no answer
   */
  async #gather(age) {
    /** @type {Row[]} */
    const rows = [];
    for (let asked = 0; asked < asksAtMost && this.#cursor !== null; asked++) {
      const found = await readScenes(this.#queryOf(this.#cursor));
      if (!found || age !== this.#age) return undefined;
      this.#cursor = found.nextCursor;
      rows.push(...found.scenes.filter((row) => this.#parts.fits(row)));
      if (rows.length >= page / 2) break;
    }
    return rows;
  }

  /** @param {string} cursor */
  #queryOf(cursor) {
    const query = new URLSearchParams(this.#parts.query());
    query.set('limit', String(cursor === '' ? firstPage : page));
    if (cursor !== '') query.set('cursor', cursor);
    return query;
  }

  /** @param {number} to */
  #turn(to) {
    const shown = this.#pages[to];
    if (!shown) return;
    this.#shown = to;
    this.#draw(shown.rows);
    element('older-head').hidden = false;
    if (document.activeElement === element('older-show')) element('older-next').focus();
    element('older-show').hidden = true;
    disable('older-newer', to === 0);
    disable('older-next', this.#cursor === null && to === this.#pages.length - 1);
    const { none, asAt } = this.#text;
    this.#say(shown.rows.length === 0 ? none : asAt(this.#parts.times.clock(shown.at)));
    element('older-head').scrollIntoView({ block: 'nearest' });
  }

  /** @param {Row[]} rows */
  #draw(rows) {
    for (const view of this.#views.values()) this.#parts.ticker.remove(view);
    const views = rows.map((row) => new RowView(row, this.#parts.world));
    this.#views = new Map(views.map((view) => [view.row.sceneId, view]));
    this.#body.replaceChildren(...views.map((view) => view.element));
    for (const view of views) {
      this.#sift(view);
      this.#parts.ticker.add(view);
    }
    element('older').hidden = rows.length === 0;
  }

  /** @param {RowView} view */
  #sift(view) {
    view.element.hidden = !view.row.sceneId.startsWith(this.#wanted);
  }

  /** @param {string} words */
  #say(words) {
    say(element(this.#shown < 0 ? 'older-show' : 'older-says'), words);
  }
}

/**
 * Not by `disabled`: the button that was pressed keeps the keyboard's place in the page.
 * @param {string} id
 * @param {boolean} isDisabled
 */
function disable(id, isDisabled) {
  element(id).setAttribute('aria-disabled', String(isDisabled));
}
