/** Owns the small tables below the charts: figures of spans of time that the chart beside them does not show. */
import { make, say } from '../dom.js';

/** @typedef {import('../overviews.js').Overview} Overview */
/** @typedef {import('./insight.js').Parts} Parts */

const spans = /** @type {const} */ (['minute', 'hour']);
const steps = /** @type {const} */ (['pending', 'scanned', 'confirmed', 'consumed']);
const paths = /** @type {const} */ (['scan', 'push']);
const percentiles = /** @type {const} */ (['p50', 'p95', 'p99']);

/** How many came to each step, in the last minute and the last hour. */
export class Totals {
  element;
  #format;
  #rows;

  /** @param {Parts} parts */
  constructor({ text, format }) {
    this.#format = format;
    const { rows } = text.charts.logins;
    this.#rows = { minute: row(rows.minute, steps), hour: row(rows.hour, steps) };
    this.element = table(['', ...steps.map((step) => text.funnel.steps[step])], Object.values(this.#rows));
  }

  /** @param {Overview} overview */
  update({ rates }) {
    for (const span of spans)
      for (const step of steps)
        say(this.#rows[span].cells[step], this.#format.count(rates?.[span]?.[step] ?? 0));
  }
}

/** How long results were on their way in the last ten minutes. */
export class Percentiles {
  element;
  #format;
  #rows;

  /** @param {Parts} parts */
  constructor({ text, format }) {
    this.#format = format;
    const words = text.charts.push;
    this.#rows = { scan: row(words.scan, percentiles), push: row(words.push, percentiles) };
    this.element = table([words.ten, ...percentiles], Object.values(this.#rows));
  }

  /** @param {Overview} overview */
  update({ latency }) {
    for (const path of paths)
      for (const name of percentiles)
        say(this.#rows[path].cells[name], this.#format.seconds(latency?.[path]?.[name]));
  }
}

/**
 * @param {readonly string[]} heads
 * @param {readonly { element: HTMLElement }[]} rows
 */
function table(heads, rows) {
  const cells = heads.map((name) => (name === '' ? make('td') : make('th', { scope: 'col' }, name)));
  const body = make('tbody', {}, ...rows.map(({ element }) => element));
  return make('table', { class: 'totals' }, make('thead', {}, make('tr', {}, ...cells)), body);
}

/**
 * @template {string} Column
 * @param {string} name
 * @param {readonly Column[]} columns
 */
function row(name, columns) {
  const cells = /** @type {Record<Column, HTMLElement>} */ ({});
  for (const column of columns) cells[column] = make('td');
  const element = make(
    'tr',
    {},
    make('th', { scope: 'row' }, name),
    ...columns.map((column) => cells[column]),
  );
  return { element, cells };
}
