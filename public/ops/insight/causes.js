/** Owns why logins ended without success: what happened most often comes first, what did not happen is only named. */
import { make, say } from '../dom.js';
import { panel } from './panel.js';

/** @typedef {import('../overviews.js').Overview} Overview */

const good = 'consumed';

export class Causes {
  element;
  #text;
  #format;
  #lead;
  #list = make('ul', { class: 'bars' });
  #absent = make('p', { class: 'absent' });
  #later;
  /** @type {Map<string, CauseRow>} */
  #rows = new Map();

  /** @param {import('./insight.js').Parts} parts */
  constructor({ text, format }) {
    this.#text = text.causes;
    this.#format = format;
    this.#later = make('p', { class: 'later' }, text.causes.later);
    const whole = panel('causes', text.causes.title, '', this.#list, this.#later, this.#absent);
    this.element = whole.element;
    this.#lead = whole.lead;
  }

  /** @param {Overview} overview */
  update({ ends }) {
    const hour = countsOf(ends?.hour);
    const minute = new Map(countsOf(ends?.minute));
    const all = hour.reduce((sum, [, count]) => sum + count, 0);
    this.#list.hidden = all === 0;
    this.#later.hidden = all > 0;
    say(this.#lead, all === 0 ? this.#text.none : this.#text.lead(this.#format.count(all)));
    for (const [cause, count] of hour)
      this.#row(cause).update({ count, all, minute: minute.get(cause) ?? 0 }, this.#format);
    this.#order(hour.map(([cause]) => cause));
    this.#nameAbsent(hour.map(([cause]) => cause));
  }

  /** @param {string} cause */
  #row(cause) {
    const found = this.#rows.get(cause);
    if (found) return found;
    const words = Object.hasOwn(this.#text.names, cause) ? this.#text.names[cause] : undefined;
    const row = new CauseRow(words ?? { name: cause, help: '' }, this.#text);
    this.#rows.set(cause, row);
    return row;
  }

  /**
   * Only what stands elsewhere is moved. While somebody points at the list nothing changes its place.
   * @param {string[]} causes
   */
  #order(causes) {
    for (const [cause, row] of this.#rows) if (!causes.includes(cause)) row.element.remove();
    const isHeld = this.#list.matches(':hover');
    const wanted = causes.map((cause) => this.#row(cause).element);
    const missing = wanted.some((element) => !element.isConnected);
    const isSorted = wanted.every((element, index) => this.#list.children[index] === element);
    if (isSorted || (isHeld && !missing)) return;
    this.#list.replaceChildren(...wanted);
  }

  /** @param {string[]} present */
  #nameAbsent(present) {
    const others = Object.entries(this.#text.names).filter(([cause]) => !present.includes(cause));
    this.#absent.hidden = present.length === 0 || others.length === 0;
    say(this.#absent, this.#text.absent(others.map(([, { name }]) => name)));
  }
}

class CauseRow {
  element;
  #text;
  #cells = {
    count: make('b'),
    share: make('span', { class: 'share' }),
    bar: make('i', { class: 'bar' }),
    minute: make('span', { class: 'minute' }),
  };

  /**
   * @param {import('./text.js').Cause} words
   * @param {import('./text.js').InsightText['causes']} text
   */
  constructor({ name, help }, text) {
    this.#text = text;
    const { count, share, bar, minute } = this.#cells;
    const track = make('span', { class: 'track', 'aria-hidden': 'true' }, bar);
    this.element = make(
      'li',
      {},
      make('div', { class: 'cause' }, make('span', { class: 'name' }, name), count, ' ', share),
      track,
      make('small', {}, make('span', {}, help), ' ', minute),
    );
  }

  /**
   * @param {{ count: number, all: number, minute: number }} figures
   * @param {import('./format.js').Format} format
   */
  update({ count, all, minute }, format) {
    say(this.#cells.count, format.count(count));
    say(this.#cells.share, format.share(count, all));
    say(this.#cells.minute, minute > 0 ? this.#text.minute(format.count(minute)) : '');
    this.#cells.bar.style.setProperty('--part', String(count / all));
  }
}

/**
 * What happened at all, the most frequent first; equal ones stay in the order of their names.
 * @param {Record<string, number> | undefined} counts
 */
function countsOf(counts) {
  const happened = Object.entries(counts ?? {}).filter(([cause, count]) => cause !== good && count > 0);
  return happened.sort(([a, many], [b, few]) => few - many || a.localeCompare(b));
}
