/** Owns the funnel: how many of the last hour came to each step, and how many went no further. */
import { make, say } from '../dom.js';
import { panel } from './panel.js';

/** @typedef {import('../overviews.js').Overview} Overview */
/** @typedef {import('./text.js').Step} Step */

/** @type {readonly Step[]} */
const steps = ['pending', 'scanned', 'confirmed', 'consumed'];

export class Funnel {
  element;
  #text;
  #format;
  #note;
  #headline = make('b');
  #rows;

  /** @param {import('./insight.js').Parts} parts */
  constructor({ text, format }) {
    this.#text = text.funnel;
    this.#format = format;
    this.#rows = steps.map((step) => new StepRow(step, text.funnel));
    const list = make('ol', { class: 'steps' }, ...this.#rows.map(({ element }) => element));
    const headline = make('p', { class: 'headline' }, this.#headline, ' ', text.funnel.headline);
    const whole = panel('funnel', text.funnel.title, text.funnel.lead, headline, list);
    this.element = whole.element;
    this.#note = whole.lead;
  }

  /** @param {Overview} overview */
  update({ rates }) {
    const counts = steps.map((step) => rates.hour?.[step] ?? 0);
    const shown = counts[0] ?? 0;
    say(this.#headline, this.#format.share(Math.min(counts[3] ?? 0, shown), shown));
    say(this.#note, shown === 0 ? this.#text.empty : this.#text.lead);
    this.#rows.forEach((row, index) => {
      const count = counts[index] ?? 0;
      row.update({ count, before: counts[index - 1] ?? count, shown }, this.#format);
    });
  }
}

class StepRow {
  element;
  #text;
  #step;
  #cells = {
    count: make('b'),
    share: make('span', { class: 'share' }),
    bar: make('i', { class: 'bar' }),
    left: make('small', { class: 'left' }),
  };

  /**
   * @param {Step} step
   * @param {import('./text.js').InsightText['funnel']} text
   */
  constructor(step, text) {
    this.#text = text;
    this.#step = step;
    const { count, share, bar, left } = this.#cells;
    const track = make('span', { class: 'track', 'aria-hidden': 'true' }, bar);
    this.element = make('li', { 'data-step': step });
    if (step !== 'pending') this.element.append(left);
    const name = make('span', { class: 'name' }, text.steps[step]);
    this.element.append(make('div', { class: 'step' }, name, track, count, ' ', share));
  }

  /**
   * @param {{ count: number, before: number, shown: number }} figures
   * @param {import('./format.js').Format} format
   */
  update({ count, before, shown }, format) {
    const { share, bar, left } = this.#cells;
    // What was shown in the hour before may be scanned in this one: no step is more than a whole.
    const part = shown > 0 ? Math.min(1, count / shown) : 0;
    const lost = Math.max(0, before - count);
    bar.style.setProperty('--part', String(part));
    say(this.#cells.count, format.count(count));
    say(share, format.share(Math.min(count, shown), shown));
    this.element.classList.toggle('whole', lost === 0);
    const said = `${format.count(lost)} ${this.#text.left[this.#step]} · ${format.share(lost, before)}`;
    say(left, lost === 0 ? (before > 0 ? this.#text.all : '–') : said);
  }
}
