/** Owns what the two charts draw: logins minute by minute, and how long a result is on its way to the screen. */
import { Chart } from './chart.js';
import { highest, sumOf } from './hour.js';

/** @typedef {import('./hour.js').Point} Point */
/** @typedef {import('../overviews.js').Minute} Minute */
/** @typedef {import('./insight.js').Parts} Parts */

const wholeSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000];
const timeSteps = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

const opened = (/** @type {Minute} */ minute) => minute.opened;
const consumed = (/** @type {Minute} */ minute) => minute.consumed;
const p50 = (/** @type {Minute} */ minute) => minute.pushP50;
const p95 = (/** @type {Minute} */ minute) => minute.pushP95;

/** @param {Parts} parts */
export function loginChart(parts) {
  const { text, format } = parts;
  const words = text.charts.logins;
  const tell = (/** @type {number | null} */ count) => (count === null ? '–' : format.count(count));
  const at = (/** @type {Point} */ point) => ({
    at: format.clock(point.minute),
    logins: format.count(point.told?.consumed ?? 0),
  });
  const summary = (/** @type {readonly Point[]} */ points) => {
    const [peak, last] = [highest(points, consumed), points.at(-2)];
    return peak && last ? words.summary(at(peak.point), at(last)) : words.nobody;
  };
  return new Chart(
    {
      name: 'logins',
      title: words.title,
      empty: words.empty,
      lines: [
        { name: words.opened, colour: '--chart-opened', value: opened, tell, style: bars(0.86) },
        { name: words.consumed, colour: '--chart-consumed', value: consumed, tell, style: bars(0.42) },
      ],
      summary,
      isEmpty: (points) => sumOf(points, opened) + sumOf(points, consumed) === 0,
      top: (max) => roundUp(Math.max(max, 5), wholeSteps),
      mark: (value) => format.count(value),
      steps: wholeSteps,
    },
    parts,
  );
}

/** @param {Parts} parts */
export function pushChart(parts) {
  const { text, format } = parts;
  const words = text.charts.push;
  const tell = (/** @type {number | null} */ seconds) => format.seconds(seconds);
  const summary = (/** @type {readonly Point[]} */ points) => {
    const typical = median(points);
    if (typical === null) return words.none;
    const worst = highest(points, p95);
    const slowest = worst ? { at: format.clock(worst.point.minute), p95: format.seconds(worst.value) } : null;
    return words.summary(format.seconds(typical), slowest);
  };
  return new Chart(
    {
      name: 'pushes',
      title: words.title,
      empty: words.empty,
      lines: [
        { name: words.p95, colour: '--chart-p95', value: p95, tell, style: line({ dash: [5, 4] }) },
        { name: words.p50, colour: '--chart-p50', value: p50, tell, style: line({}) },
      ],
      summary,
      isEmpty: (points) => median(points) === null,
      top: (max) => roundUp(Math.max(max, 0.01), timeSteps),
      mark: (value) => (value === 0 ? '0' : format.seconds(value)),
      steps: timeSteps,
    },
    parts,
  );
}

/**
 * @param {number} part of a minute's width
 * @returns {import('./plot.js').Line['style']}
 */
function bars(part) {
  return ({ paths }, colour) => ({
    fill: colour,
    width: 0,
    points: { show: false },
    ...(paths.bars ? { paths: paths.bars({ size: [part, 40, 2], radius: 0.15 }) } : {}),
  });
}

/**
 * @param {{ dash?: number[] }} options
 * @returns {import('./plot.js').Line['style']}
 */
function line(options) {
  return (_, colour) => ({
    ...options,
    stroke: colour,
    width: 2,
    points: { show: false, size: 5, width: 0, fill: colour, filter: lonely },
  });
}

/**
 * A minute between two without a figure is no line: it is drawn as a point.
 * @param {import('uplot')} plot
 * @param {number} series
 */
function lonely({ data }, series) {
  const values = data[series] ?? [];
  const isThere = (/** @type {number} */ index) => typeof values[index] === 'number';
  const found = [...values.keys()].filter((at) => isThere(at) && !isThere(at - 1) && !isThere(at + 1));
  return found.length > 0 ? found : null;
}

/**
 * The next whole number of steps above it, so that the scale rests while the figures change.
 * @param {number} max
 * @param {readonly number[]} steps
 */
function roundUp(max, steps) {
  const step = steps.find((one) => max / one <= 5) ?? max;
  return Math.ceil(max / step) * step;
}

/** @param {readonly Point[]} points */
function median(points) {
  const values = points.flatMap(({ told }) => told?.pushP50 ?? []).sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? null;
}
