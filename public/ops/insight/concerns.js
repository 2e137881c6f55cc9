/** Owns the line at the head of the view: whether anything needs somebody, and what. */
import { make } from '../dom.js';
import { texts } from '../text.js';
import { explain } from './faults.js';
import { levelOf } from './meter.js';
import { slowLag, versionsOf } from './nodes.js';

/** @typedef {import('../overviews.js').Overview} Overview */
/** @typedef {import('../overviews.js').AccountRow} AccountRow */
/** @typedef {{ says: string, panel?: 'accounts' | 'nodes' | 'causes' }} Concern */

/** A fault that has not come again for so long has probably been dealt with, ms. */
const freshFor = 15 * 60_000;

export class Concerns {
  element = make('section', { class: 'concerns', role: 'status' });
  #parts;
  #said = '';
  /** @type {Overview | null} */
  #last = null;
  /** What keeps the figures from going on; empty: nothing. */
  #trouble = '';

  /** @param {import('./insight.js').Parts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.element.append(make('p', {}, parts.text.concerns.waiting));
  }

  /** @param {Overview} overview */
  update(overview) {
    this.#last = overview;
    this.#draw(overview);
  }

  /** Nothing is well of which nobody hears. @param {import('../live-socket.js').Link} link */
  follow(link) {
    this.#trouble = link === 'live' || link === 'connecting' ? '' : texts[this.#parts.world.lang].links[link];
    if (this.#last) this.#draw(this.#last);
  }

  /** @param {Overview} overview */
  #draw(overview) {
    const { text } = this.#parts;
    const found = [...this.#silence(overview), ...this.#find(overview)];
    this.element.classList.toggle('well', found.length === 0);
    this.element.classList.toggle('warned', found.length > 0);
    const [nodes, accounts] = [overview.nodes.length, overview.accounts?.length ?? 0];
    if (found.length > 0) this.#show(found);
    else this.#show([{ says: text.concerns.well(nodes, accounts), panel: 'nodes' }]);
  }

  /**
   * Written only when it differs, and without figures that never rest: each time it is spoken.
   * @param {Concern[]} concerns
   */
  #show(concerns) {
    const said = concerns.map(({ says }) => says).join('\n');
    if (said === this.#said) return;
    this.#said = said;
    const isWell = this.element.classList.contains('well');
    const lines = concerns.map(({ says, panel }) =>
      make('li', {}, isWell || !panel ? says : make('a', { href: `#panel-${panel}` }, says)),
    );
    const title = make('strong', {}, this.#parts.text.concerns.title);
    this.element.replaceChildren(...(isWell ? [] : [title]), make('ul', {}, ...lines));
  }

  /**
   * @param {Overview} overview
   * @returns {Concern[]}
   */
  #silence({ now }) {
    const { text, format } = this.#parts;
    return this.#trouble === '' ? [] : [{ says: text.concerns.silence(this.#trouble, format.stamp(now)) }];
  }

  /**
   * @param {Overview} overview
   * @returns {Concern[]}
   */
  #find({ nodes, accounts, ends }) {
    const words = this.#parts.text.concerns;
    /** @type {Concern[]} */
    const found = (accounts ?? []).flatMap((account) => this.#ofAccount(account));
    const unredeemed = ends?.minute?.['expired_confirmed'] ?? 0;
    if (unredeemed > 0) found.push({ says: words.unredeemed, panel: 'causes' });
    if (nodes.length === 0) found.push({ says: words.nobody, panel: 'nodes' });
    const versions = versionsOf(nodes);
    if (versions.length > 1) found.push({ says: words.mixed(versions), panel: 'nodes' });
    for (const { node, lagP99Seconds } of nodes)
      if ((lagP99Seconds ?? 0) >= slowLag) found.push({ says: words.lag(node), panel: 'nodes' });
    return found;
  }

  /**
   * @param {AccountRow} row
   * @returns {Concern[]}
   */
  #ofAccount({ account, token, qr, fault }) {
    const { text, format, world } = this.#parts;
    const words = text.concerns;
    /** @type {string[]} */
    const said = [];
    if (token.state === 'failing') said.push(words.token(account));
    if (fault && fault.at > world.now() - freshFor) {
      const { what } = explain(fault, world.lang);
      said.push(words.fault(account, what ?? text.accounts.fault.unknown(fault.errcode)));
    }
    const level = qr ? levelOf(qr.used, qr.budget) : 'calm';
    if (qr && (level === 'high' || level === 'full'))
      said.push(words.qr(account, format.share(qr.used, qr.budget)));
    return said.map((says) => ({ says, panel: 'accounts' }));
  }
}
