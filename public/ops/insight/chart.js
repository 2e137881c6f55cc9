/**
 * Owns a chart as everybody can read it: a sentence that sums it up, a legend that tells the figures of a minute, the
 * picture, and all of it once more as a table.
 */
import { make, say } from '../dom.js';
import { MinuteTable } from './minute-table.js';
import { panel } from './panel.js';
import { Plot } from './plot.js';

/** @typedef {import('./hour.js').Point} Point */
/** @typedef {import('./plot.js').Line} Line */
/**
 * @typedef {object} ChartParts
 * @property {string} name
 * @property {string} title
 * @property {string} empty
 * @property {readonly Line[]} lines
 * @property {(points: readonly Point[]) => string} summary
 * @property {(points: readonly Point[]) => boolean} isEmpty
 * @property {(top: number) => number} top
 * @property {(value: number) => string} mark
 * @property {readonly number[]} steps
 */

export class Chart {
  element;
  #parts;
  #world;
  #plot;
  #table;
  #lead;
  #minute = make('span', { class: 'at' });
  #values;
  #empty;
  /** @type {readonly Point[]} */
  #points = [];
  /** The minute that is looked at. @type {number | null} */
  #looked = null;

  /**
   * @param {ChartParts} parts
   * @param {import('./insight.js').Parts} world
   */
  constructor(parts, world) {
    this.#parts = parts;
    this.#world = world;
    const { charts } = world.text;
    const { format } = world;
    this.#values = parts.lines.map(() => make('b'));
    this.#plot = new Plot({
      ...parts,
      label: `${parts.title}. ${charts.keys}`,
      clock: (at) => format.clock(at),
      tell: (point) => this.#sentence(point),
      read: (point) => this.#look(point),
    });
    this.#table = new MinuteTable(parts, world);
    this.#empty = make('p', { class: 'nothing' }, parts.empty);
    this.#empty.hidden = true;
    const stage = make('div', { class: 'stage' }, this.#plot.element, this.#empty);
    const whole = panel(parts.name, parts.title, '', this.#legend(), stage, this.#table.element);
    whole.element.classList.add('chart');
    this.element = whole.element;
    this.#lead = whole.lead;
  }

  /** What it shows can be read without the picture too. */
  load() {
    this.#plot.load().catch(() => {
      this.#plot.element.replaceWith(make('p', { class: 'nothing' }, this.#world.text.charts.failed));
      this.#empty.remove();
    });
  }

  /** @param {readonly Point[]} points */
  update(points) {
    this.#points = points;
    say(this.#lead, this.#parts.summary(points));
    this.#empty.hidden = !this.#parts.isEmpty(points);
    this.#plot.update(points);
    this.#table.update(points);
    this.#showLegend();
  }

  destroy() {
    this.#plot.destroy();
  }

  #legend() {
    const entries = this.#parts.lines.map(({ name, colour: property }, index) => {
      const swatch = make('i', { class: `swatch ${property.replace('--', '')}`, 'aria-hidden': 'true' });
      return make('li', {}, swatch, make('span', {}, name), this.#values[index] ?? '');
    });
    return make('div', { class: 'legend' }, make('ul', {}, ...entries), this.#minute);
  }

  /** @param {Point | null} point */
  #look(point) {
    this.#looked = point?.minute ?? null;
    this.#showLegend();
  }

  /** Of the minute that is looked at, else of the last one that is over. */
  #showLegend() {
    const { lines } = this.#parts;
    const looked = this.#points.find(({ minute }) => minute === this.#looked);
    const point = looked ?? this.#points.at(-2);
    say(this.#minute, point ? this.#when(point) : '');
    lines.forEach(({ value, tell }, index) => {
      const cell = this.#values[index];
      if (cell) say(cell, tell(point?.told ? value(point.told) : null));
    });
  }

  /** @param {Point} point */
  #when({ minute, running }) {
    const { format, text } = this.#world;
    return running ? `${format.clock(minute)} · ${text.charts.running}` : format.clock(minute);
  }

  /** @param {Point} point */
  #sentence(point) {
    const { told } = point;
    if (!told) return `${this.#when(point)}: ${this.#world.text.charts.unknown}`;
    const values = this.#parts.lines.map(({ name, value, tell }) => `${name} ${tell(value(told))}`);
    return `${this.#when(point)}: ${values.join(', ')}`;
  }
}
