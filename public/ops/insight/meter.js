/** Owns how the day's QR codes are shown: what is used of them, and the marks at which Saoma warns. */
import { make, say } from '../dom.js';

const marks = [50, 80, 95];

/** @typedef {'calm' | 'half' | 'high' | 'full'} Level */

/**
 * Which mark is passed.
 * @param {number} used
 * @param {number} budget
 * @returns {Level}
 */
export function levelOf(used, budget) {
  const percent = budget > 0 ? (used / budget) * 100 : 0;
  if (percent >= 95) return 'full';
  if (percent >= 80) return 'high';
  return percent >= 50 ? 'half' : 'calm';
}

export class Meter {
  element;
  #parts;
  #bar = make('i', { class: 'bar' });
  #track;
  #used = make('b');
  #share = make('span', { class: 'share' });

  /**
   * @param {string} account
   * @param {import('./insight.js').Parts} parts
   */
  constructor(account, parts) {
    this.#parts = parts;
    const { name } = parts.text.accounts.qr;
    const ticks = marks.map((mark) => make('i', { class: `mark mark-${mark}` }));
    this.#track = make(
      'div',
      { class: 'track', role: 'meter', 'aria-label': `${account}: ${name}` },
      this.#bar,
      ...ticks,
    );
    const scale = marks.map((mark) => make('span', { class: `mark-${mark}` }, `${mark}`));
    const value = make('span', { class: 'value' }, this.#used, ' ', this.#share);
    this.element = make(
      'div',
      { class: 'meter' },
      make('p', {}, make('span', { class: 'name' }, name), value),
      this.#track,
      make('p', { class: 'scale', 'aria-hidden': 'true' }, ...scale),
    );
  }

  /** @param {{ used: number, budget: number }} qr */
  update({ used, budget }) {
    const { format, text } = this.#parts;
    const words = text.accounts.qr;
    const isLimited = budget > 0;
    const said = isLimited ? words.used(format.count(used), format.count(budget)) : format.count(used);
    const share = isLimited ? words.share(format.share(used, budget)) : words.unlimited;
    say(this.#used, said);
    say(this.#share, isLimited ? format.share(used, budget) : share);
    this.element.dataset['level'] = levelOf(used, budget);
    this.#bar.style.setProperty('--part', String(isLimited ? Math.min(1, used / budget) : 0));
    this.#tell(used, budget, `${said}, ${share}`);
  }

  /**
   * @param {number} used
   * @param {number} budget
   * @param {string} said
   */
  #tell(used, budget, said) {
    const values = { min: 0, max: Math.max(budget, used), now: used, text: said };
    for (const [name, value] of Object.entries(values))
      this.#track.setAttribute(`aria-value${name}`, String(value));
  }
}
