/** Owns the table behind a chart: every minute with its figures, the newest first; written only while it is open. */
import { make, say } from '../dom.js';

/** @typedef {import('./hour.js').Point} Point */

export class MinuteTable {
  element = make('details', { class: 'minutes' });
  #parts;
  #world;
  #body = make('tbody');
  /** @type {HTMLElement[][]} */
  #rows = [];
  /** @type {readonly Point[]} */
  #points = [];

  /**
   * @param {Pick<import('./chart.js').ChartParts, 'title' | 'lines'>} parts
   * @param {import('./insight.js').Parts} world
   */
  constructor(parts, world) {
    this.#parts = parts;
    this.#world = world;
    const { table, minute } = world.text.charts;
    const heads = [minute, ...parts.lines.map(({ name }) => name)];
    const head = make('tr', {}, ...heads.map((name) => make('th', { scope: 'col' }, name)));
    const whole = make('table', { 'aria-label': parts.title }, make('thead', {}, head), this.#body);
    const frame = make(
      'div',
      { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': parts.title },
      whole,
    );
    this.element.append(make('summary', {}, table), frame);
    this.element.addEventListener('toggle', () => this.#write());
  }

  /** @param {readonly Point[]} points */
  update(points) {
    this.#points = points;
    this.#write();
  }

  /** In place, so that whoever reads in it, or has scrolled it, stays where he is. */
  #write() {
    if (!this.element.open) return;
    while (this.#rows.length < this.#points.length) this.#rows.push(this.#addRow());
    this.#points.toReversed().forEach((point, index) => this.#fill(this.#rows[index] ?? [], point));
  }

  #addRow() {
    const cells = this.#parts.lines.map(() => make('td'));
    const all = [make('th', { scope: 'row' }), ...cells];
    this.#body.append(make('tr', {}, ...all));
    return all;
  }

  /**
   * @param {readonly HTMLElement[]} cells
   * @param {Point} point
   */
  #fill([at, ...cells], { minute, told, running }) {
    const { format, text } = this.#world;
    const { running: soFar, unknown } = text.charts;
    if (at) say(at, running ? `${format.clock(minute)} · ${soFar}` : format.clock(minute));
    this.#parts.lines.forEach(({ value, tell }, index) => {
      const cell = cells[index];
      if (cell) say(cell, told ? tell(value(told)) : unknown);
    });
  }
}
