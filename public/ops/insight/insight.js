/**
 * Owns the view "insight": what becomes of logins, how fast they are, and whether nodes and accounts are well. It only looks:
 * nothing here changes anything.
 */
import { make } from '../dom.js';
import { Accounts } from './accounts.js';
import { Causes } from './causes.js';
import { loginChart, pushChart } from './charts.js';
import { Concerns } from './concerns.js';
import { Format } from './format.js';
import { Funnel } from './funnel.js';
import { lastHour } from './hour.js';
import { Nodes } from './nodes.js';
import { texts } from './text.js';
import { Percentiles, Totals } from './totals.js';

/** @typedef {import('../overviews.js').Overview} Overview */
/**
 * @typedef {object} Parts what every part of the view is given
 * @property {import('./text.js').InsightText} text
 * @property {Format} format
 * @property {import('../views.js').World} world
 */

/**
 * @param {HTMLElement} section
 * @param {import('../views.js').World} world
 */
export function mountInsight(section, world) {
  const insight = new Insight(section, world);
  insight.begin();
}

class Insight {
  #section;
  #world;
  #root = make('div', { class: 'insight' });
  #concerns;
  #panels;
  #charts;
  #ticking;
  /** What came while nobody looked. @type {Overview | null} */
  #unseen = null;

  /**
   * @param {HTMLElement} section
   * @param {import('../views.js').World} world
   */
  constructor(section, world) {
    this.#section = section;
    this.#world = world;
    /** @type {Parts} */
    const parts = { text: texts[world.lang], format: new Format(world.lang), world };
    this.#concerns = new Concerns(parts);
    this.#charts = { logins: loginChart(parts), pushes: pushChart(parts) };
    const [nodes, accounts] = [new Nodes(parts), new Accounts(parts)];
    const [totals, percentiles] = [new Totals(parts), new Percentiles(parts)];
    this.#charts.logins.element.append(totals.element);
    this.#charts.pushes.element.append(percentiles.element);
    this.#ticking = [nodes, accounts];
    this.#panels = [new Funnel(parts), new Causes(parts), totals, percentiles, accounts, nodes];
    const [funnel, causes] = this.#panels;
    const { logins, pushes } = this.#charts;
    const elements = [this.#concerns, funnel, causes, logins, pushes, accounts, nodes];
    this.#root.append(...elements.flatMap((part) => part?.element ?? []));
  }

  begin() {
    this.#section.append(this.#root);
    const over = new AbortController();
    const unsubscribe = this.#world.onOverview((overview) => this.#hear(overview));
    const unlink = this.#world.onLink((link) => this.#concerns.follow(link));
    const seen = new IntersectionObserver(() => this.#show());
    seen.observe(this.#root);
    document.addEventListener('visibilitychange', () => this.#show(), { signal: over.signal });
    const charts = Object.values(this.#charts);
    for (const chart of charts) chart.load();
    const timer = setInterval(() => {
      if (this.#root.isConnected) return this.#tick();
      // Whoever took the view down has ended it.
      clearInterval(timer);
      over.abort();
      seen.disconnect();
      unsubscribe();
      unlink();
      for (const chart of charts) chart.destroy();
    }, 1000);
  }

  /** @param {Overview} overview */
  #hear(overview) {
    this.#unseen = overview;
    this.#show();
  }

  /** Nothing is drawn that nobody sees. */
  #show() {
    const overview = this.#unseen;
    if (!overview || !this.#isSeen) return;
    this.#unseen = null;
    for (const part of this.#panels) part.update(overview);
    this.#concerns.update(overview);
    // One account leaves room for the nodes beside it.
    this.#root.classList.toggle('side-by-side', (overview.accounts ?? []).length < 2);
    const points = lastHour(overview.series ?? [], this.#world.now());
    for (const chart of Object.values(this.#charts)) chart.update(points);
  }

  #tick() {
    if (this.#isSeen) for (const part of this.#ticking) part.tick();
  }

  get #isSeen() {
    return !this.#section.hidden && document.visibilityState === 'visible';
  }
}
