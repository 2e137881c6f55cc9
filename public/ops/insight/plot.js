/**
 * Owns one canvas with an hour on it: that it is as wide as its place, in the colours of the page, and read minute by minute
 * by the pointer as well as by the keyboard. The painting itself is uPlot's.
 */
import { make } from '../dom.js';
import { colour, onThemeChange } from './theme.js';

/** @typedef {import('./hour.js').Point} Point */
/** @typedef {typeof import('uplot')} UPlot */
/**
 * @typedef {object} Line
 * @property {string} name
 * @property {string} colour the custom property that holds it
 * @property {(minute: import('../overviews.js').Minute) => number | null} value
 * @property {(value: number | null) => string} tell
 * @property {(uPlot: UPlot, colour: () => string) => object} style how uPlot draws it
 *
 * @typedef {object} PlotParts
 * @property {string} label
 * @property {readonly Line[]} lines
 * @property {(top: number) => number} top of the scale, for the highest value
 * @property {(value: number) => string} mark on the scale
 * @property {readonly number[]} steps that marks may be apart
 * @property {(at: number) => string} clock
 * @property {(point: Point) => string} tell what a point says, in one sentence
 * @property {(point: Point | null) => void} read the minute that is being looked at; `null`: none
 */

const height = 200;
const font = '12px system-ui, sans-serif';
const ink = () => colour('--ink-soft');
/** How far the keys go, in minutes; Home and End go to the ends. @type {Readonly<Record<string, number>>} */
const strides = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowDown: -1,
  ArrowUp: 1,
  PageDown: -10,
  PageUp: 10,
  Home: -99,
  End: 99,
};

export class Plot {
  element;
  #parts;
  /** @type {import('uplot') | null} */
  #plot = null;
  /** @type {UPlot | null} */
  #uPlot = null;
  /** @type {readonly Point[]} */
  #points = [];
  #at = -1;
  #resized = new ResizeObserver(() => this.#fit());
  #unwatch;

  /** @param {PlotParts} parts */
  constructor(parts) {
    this.#parts = parts;
    // A slider is what screen readers let arrow keys through to, and read out after each.
    this.element = make('div', {
      class: 'plot',
      role: 'slider',
      tabindex: '0',
      'aria-readonly': 'true',
      'aria-label': parts.label,
    });
    this.element.addEventListener('keydown', (event) => this.#key(event));
    this.element.addEventListener('focus', () =>
      this.#look(this.#at < 0 ? this.#points.length - 1 : this.#at),
    );
    this.element.addEventListener('blur', () => this.#look(-1));
    this.#resized.observe(this.element);
    this.#unwatch = onThemeChange(() => this.#plot?.redraw());
  }

  /** Fetches uPlot; rejects when it is not to be had. */
  async load() {
    const { default: loaded } = await import('/ops/vendor/uPlot.esm.js');
    this.#uPlot = loaded;
    this.#fit();
  }

  /** @param {readonly Point[]} points */
  update(points) {
    const shifted = (points[0]?.minute ?? 0) - (this.#points[0]?.minute ?? 0);
    this.#points = points;
    // Who looks at a minute goes on looking at it while it moves to the left.
    if (this.#at >= 0 && shifted > 0) this.#at = Math.max(0, this.#at - Math.round(shifted / 60_000));
    this.#plot?.setData(this.#data());
    if (this.#at >= 0) this.#look(this.#at);
    this.#tell(this.#at);
  }

  destroy() {
    this.#unwatch();
    this.#resized.disconnect();
    this.#plot?.destroy();
    this.#plot = null;
  }

  /** Before the next frame is painted: no flicker, and nothing around it moves. */
  #fit() {
    const width = this.element.clientWidth;
    if (width === 0 || !this.#uPlot) return;
    if (!this.#plot) this.#draw(this.#uPlot, width);
    else if (this.#plot.width !== width) this.#plot.setSize({ width, height });
  }

  /**
   * @param {UPlot} Chart
   * @param {number} width
   */
  #draw(Chart, width) {
    const { lines } = this.#parts;
    const series = lines.map((line) => line.style(Chart, () => colour(line.colour)));
    const plot = new Chart(
      {
        width,
        height,
        padding: [8, 20, 0, 0],
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
        scales: {
          x: { time: true, range: () => this.#span() },
          y: { range: (_, __, max) => [0, this.#parts.top(max)] },
        },
        axes: this.#axes(),
        series: [{}, ...series],
        hooks: { setCursor: [({ cursor }) => this.#pointed(cursor.idx ?? -1)] },
      },
      this.#data(),
      this.element,
    );
    plot.root.setAttribute('aria-hidden', 'true');
    this.#plot = plot;
  }

  #axes() {
    const { mark, steps, clock } = this.#parts;
    const line = { stroke: () => colour('--line'), width: 1 };
    return [
      {
        stroke: ink,
        font,
        size: 28,
        gap: 6,
        space: 64,
        grid: { show: false },
        ticks: { ...line, size: 4 },
        incrs: [300, 600, 900, 1200, 1800, 3600],
        values: (/** @type {unknown} */ _, /** @type {number[]} */ at) =>
          at.map((each) => clock(each * 1000)),
      },
      {
        stroke: ink,
        font,
        size: 52,
        gap: 6,
        space: 36,
        grid: line,
        ticks: { show: false },
        incrs: [...steps],
        values: (/** @type {unknown} */ _, /** @type {number[]} */ values) =>
          values.map((value) => mark(value)),
      },
    ];
  }

  /** A minute stands in the middle of its place. @returns {import('uplot').AlignedData} */
  #data() {
    const { lines } = this.#parts;
    const columns = lines.map(({ value }) => this.#points.map(({ told }) => (told ? value(told) : null)));
    return [this.#points.map(({ minute }) => minute / 1000 + 30), ...columns];
  }

  /** @returns {[number, number]} s */
  #span() {
    const first = this.#points[0]?.minute ?? 0;
    const last = this.#points.at(-1)?.minute ?? 0;
    return [first / 1000, last / 1000 + 60];
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const stride = Object.hasOwn(strides, event.key) ? strides[event.key] : undefined;
    if (stride === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.#look(Math.min(Math.max(this.#at + stride, 0), this.#points.length - 1));
  }

  /** @param {number} index -1: at none */
  #look(index) {
    this.#at = index;
    const at = this.#points[index];
    const left = at && this.#plot ? this.#plot.valToPos(at.minute / 1000 + 30, 'x') : -10;
    this.#plot?.setCursor({ left, top: at ? 1 : -10 });
    if (!this.#plot) this.#pointed(index);
    this.#tell(index);
  }

  /** @param {number} index of uPlot's cursor, by pointer or by key */
  #pointed(index) {
    const shown = index >= 0 ? index : this.#at;
    this.#parts.read(this.#points[shown] ?? null);
  }

  /** @param {number} index */
  #tell(index) {
    const point = this.#points[index] ?? this.#points.at(-1);
    const values = {
      min: 0,
      max: Math.max(0, this.#points.length - 1),
      now: index >= 0 ? index : Math.max(0, this.#points.length - 1),
      text: point ? this.#parts.tell(point) : '',
    };
    for (const [name, value] of Object.entries(values))
      this.element.setAttribute(`aria-value${name}`, String(value));
  }
}
