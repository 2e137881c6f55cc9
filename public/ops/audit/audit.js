/**
 * Owns the view "audit": who did what, and what was refused. It shows the trail as it was when it was asked for; nothing in
 * it moves by itself.
 */
import { announce, make, say } from '../dom.js';
import { Format } from '../insight/format.js';
import { Times } from '../times.js';
import { AuditFilters } from './audit-filters.js';
import { columns, EntryView } from './entry-view.js';
import { texts } from './text.js';
import { queryOf, readTrail, trailPath } from './trail.js';

/** @typedef {import('./trail.js').AuditFault} AuditFault */
/** @typedef {import('./trail.js').AuditPage} AuditPage */

const ticksEvery = 5_000;
/** Who comes back to the view after so long finds it fresh. */
const staleAfter = 15_000;

/**
 * @param {HTMLElement} section
 * @param {import('../views.js').World} world
 */
export function mountAudit(section, world) {
  new Audit(section, world).begin();
}

class Audit {
  #section;
  #world;
  #text;
  #format;
  #times;
  #filters;
  #root = make('div', { class: 'audit' });
  #table;
  #body = make('tbody', { role: 'rowgroup' });
  #note = make('div', { class: 'empty' });
  /** Why the rows on screen are not the newest. */
  #fault = make('p', { class: 'fault refresh-fault' });
  #older;
  #end = make('p', { class: 'end' });
  #refresh;
  #asOf = make('span', { class: 'as-of' });
  #links;
  /** @type {EntryView[]} */
  #views = [];
  /** @type {string | null} */
  #cursor = null;
  #readAt = 0;
  /** What the rows on screen were asked for with. */
  #shownFor = '';
  /** Grows with each question: an answer to an older one is not shown. */
  #asked = 0;
  #wentBack = false;

  /**
   * @param {HTMLElement} section
   * @param {import('../views.js').World} world
   */
  constructor(section, world) {
    this.#section = section;
    this.#world = world;
    this.#text = texts[world.lang];
    this.#format = new Format(world.lang);
    this.#times = new Times(world.lang === 'en' ? 'en-GB' : 'zh-CN');
    this.#filters = new AuditFilters(this.#text, () => void this.#load());
    this.#refresh = this.#button(this.#text.refresh, () => void this.#load());
    this.#older = this.#button(this.#text.older, () => void this.#loadOlder());
    const { jsonl, csv } = this.#text.save;
    this.#links = {
      jsonl: make('a', { class: 'quiet', download: '' }, jsonl),
      csv: make('a', { class: 'quiet', download: '' }, csv),
    };
    this.#table = this.#makeTable();
    const tools = make('div', { class: 'tools' }, this.#asOf, this.#refresh, this.#saveGroup());
    this.#fault.hidden = true;
    const bar = make('div', { class: 'audit-bar' }, this.#filters.element, tools);
    say(this.#end, this.#text.end);
    const foot = make('div', { class: 'audit-foot' }, this.#older, this.#end);
    this.#root.append(
      make('p', { class: 'lead' }, this.#text.lead(this.#times.zone)),
      bar,
      this.#fault,
      this.#table,
      this.#note,
      foot,
    );
  }

  begin() {
    this.#section.append(this.#root);
    const over = new AbortController();
    window.addEventListener('popstate', () => this.#moved(), { signal: over.signal });
    const seen = new IntersectionObserver(([entry]) => entry?.isIntersecting && this.#cameBack());
    seen.observe(this.#root);
    const timer = setInterval(() => {
      if (this.#root.isConnected) return this.#tick();
      // Whoever took the view down has ended it.
      clearInterval(timer);
      over.abort();
      seen.disconnect();
    }, ticksEvery);
    void this.#load();
  }

  #makeTable() {
    const heads = columns.map((column) =>
      make('th', { role: 'columnheader', scope: 'col', class: column }, this.#text.columns[column]),
    );
    const head = make('thead', { role: 'rowgroup' }, make('tr', { role: 'row' }, ...heads));
    const table = make(
      'table',
      { class: 'trail', role: 'table', 'aria-label': this.#text.title },
      head,
      this.#body,
    );
    table.hidden = true;
    return table;
  }

  #saveGroup() {
    const { label } = this.#text.save;
    return make(
      'span',
      { class: 'save', role: 'group', 'aria-label': label },
      label,
      ...Object.values(this.#links),
    );
  }

  /**
   * @param {string} words
   * @param {() => void} task
   */
  #button(words, task) {
    const button = make('button', { type: 'button', class: 'quiet' }, words);
    button.addEventListener('click', task);
    return button;
  }

  /** The newest page; what was there before stays until it has come. */
  async #load() {
    const asked = ++this.#asked;
    const { filter } = this.#filters;
    const query = queryOf(filter).toString();
    this.#setLinks();
    this.#setBusy(true);
    if (this.#views.length === 0) this.#tell(this.#text.loading);
    const page = await readTrail(this.#world.request, filter, null);
    if (asked !== this.#asked || !this.#root.isConnected) return;
    this.#setBusy(false);
    if (typeof page !== 'string' || query !== this.#shownFor) this.#clear();
    if (typeof page === 'string') return this.#notRefreshed(page);
    this.#fault.hidden = true;
    this.#shownFor = query;
    this.#readAt = this.#world.now();
    this.#wentBack = false;
    this.#take(page);
  }

  async #loadOlder() {
    const asked = ++this.#asked;
    this.#setBusy(true);
    const page = await readTrail(this.#world.request, this.#filters.filter, this.#cursor);
    if (asked !== this.#asked || !this.#root.isConnected) return;
    this.#setBusy(false);
    if (typeof page === 'string') return this.#failed(page, () => void this.#loadOlder());
    const first = this.#views.length;
    this.#wentBack = true;
    this.#take(page);
    // The button may be gone: the keyboard goes on where the new entries begin.
    this.#focusRow(first);
  }

  #clear() {
    this.#views = [];
    this.#body.replaceChildren();
    this.#table.hidden = this.#older.hidden = this.#end.hidden = true;
  }

  /** @param {AuditPage} page */
  #take({ entries, nextCursor }) {
    const { now } = this.#world;
    const whole = (/** @type {number} */ at) => this.#times.whole(at);
    const parts = { text: this.#text, format: this.#format, now, whole };
    const views = entries.map((entry) => new EntryView(entry, parts));
    this.#views.push(...views);
    this.#body.append(...views.map(({ element }) => element));
    this.#cursor = nextCursor ?? null;
    this.#filters.suggest(entries);
    this.#tell(this.#nothing());
    this.#older.hidden = this.#cursor === null;
    this.#end.hidden = this.#cursor !== null || this.#views.length === 0;
    announce(this.#text.loaded(this.#format.count(this.#views.length)));
    this.#tick();
  }

  #nothing() {
    const { emptySoFar, emptyFiltered, empty } = this.#text;
    if (this.#cursor !== null) return emptySoFar;
    return this.#filters.isSet ? emptyFiltered : empty;
  }

  /**
   * Said where it was asked for, above the rows that are there.
   * @param {AuditFault} fault
   */
  #notRefreshed(fault) {
    const isEmpty = this.#views.length === 0;
    this.#fault.hidden = isEmpty || fault === 'signedOut';
    if (isEmpty) return this.#failed(fault, () => void this.#load());
    if (fault === 'signedOut') return;
    announce(this.#text.faults[fault]);
    say(this.#fault, this.#text.faults[fault]);
    this.#tick();
  }

  /**
   * @param {AuditFault} fault
   * @param {() => void} again
   */
  #failed(fault, again) {
    if (fault === 'signedOut') return;
    const { faults } = this.#text;
    announce(faults[fault]);
    this.#note.hidden = false;
    this.#note.replaceChildren(
      make('p', { class: 'fault' }, faults[fault]),
      this.#button(faults.again, again),
    );
  }

  /**
   * Said where the entries would be, while there are none.
   * @param {string} words
   */
  #tell(words) {
    const isEmpty = this.#views.length === 0;
    this.#table.hidden = isEmpty;
    this.#note.hidden = !isEmpty;
    this.#note.replaceChildren(make('p', {}, words));
  }

  /** @param {boolean} isBusy */
  #setBusy(isBusy) {
    this.#root.setAttribute('aria-busy', String(isBusy));
    // Not disabled: the keyboard would lose its place.
    for (const button of [this.#refresh, this.#older]) button.setAttribute('aria-disabled', String(isBusy));
    if (isBusy && this.#views.length === 0) this.#older.hidden = this.#end.hidden = true;
  }

  /** They are what a browser saves: addresses of their own, for what is on screen. */
  #setLinks() {
    for (const format of /** @type {const} */ (['jsonl', 'csv'])) {
      const query = queryOf(this.#filters.filter);
      query.set('format', format);
      this.#links[format].href = `${trailPath}/export?${query}`;
    }
  }

  /** @param {number} index */
  #focusRow(index) {
    const row = this.#views[index]?.element;
    if (!row || !this.#older.hidden) return;
    row.tabIndex = -1;
    row.focus({ preventScroll: true });
  }

  /** The address is another one, by "back" or "forward". */
  #moved() {
    if (this.#filters.readAddress()) void this.#load();
  }

  /** Who has gone far back into the past is not thrown out of it. */
  #cameBack() {
    const isStale = this.#readAt > 0 && this.#world.now() - this.#readAt > staleAfter;
    if (isStale && !this.#wentBack) void this.#load();
  }

  #tick() {
    if (this.#section.hidden) return;
    for (const view of this.#views) view.tick();
    if (this.#readAt === 0) return;
    const { asOf, asAt } = this.#text;
    const isOld = !this.#fault.hidden;
    const ago = this.#format.distance(this.#readAt, this.#world.now());
    say(this.#asOf, isOld ? asAt(this.#times.clock(this.#readAt)) : asOf(ago));
  }
}
