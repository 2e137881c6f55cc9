/** Owns the course of one scene as a list: what happened when, how long after the step before, and what is still to come. */
import { isFinal } from '/protocol/messages.js';
import { make, say } from './dom.js';
import { seconds } from './times.js';

/**
 * @typedef {import('./api.js').Step} Step
 * @typedef {import('./row-view.js').Row} Row
 *
 * @typedef {object} TimelineParts
 * @property {import('./text.js').Texts} text
 * @property {import('./times.js').Times} times
 * @property {() => number} now by the server's clock
 */

export class Timeline {
  element = make('ol', { class: 'timeline' });
  #parts;
  /** @type {StepView[]} */
  #steps = [];
  #ahead = make('li', { class: 'ahead' });
  /** @type {number | null} */
  #endsAt = null;

  /** @param {TimelineParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /**
   * @param {Row} row
   * @param {readonly Step[]} history oldest first
   */
  update(row, history) {
    history.forEach((step, i) => this.#at(i).update(step, history[i - 1]));
    for (const left of this.#steps.splice(history.length)) left.element.remove();
    this.#endsAt = isFinal(row.state) ? null : row.expiresAt;
    if (this.#endsAt === null) this.#ahead.remove();
    else this.element.append(this.#ahead);
    this.tick();
  }

  tick() {
    for (const step of this.#steps) step.tick();
    if (this.#endsAt === null) return;
    const { text, now } = this.#parts;
    say(this.#ahead, text.detail.expiresIn(text.duration(seconds(this.#endsAt - now()))));
  }

  /** @param {number} i */
  #at(i) {
    const known = this.#steps[i];
    if (known) return known;
    const made = new StepView(this.#parts);
    this.#steps.push(made);
    this.element.insertBefore(made.element, this.#ahead.parentNode === this.element ? this.#ahead : null);
    return made;
  }
}

class StepView {
  element = make('li');
  #parts;
  #name = make('b');
  #gap = make('span', { class: 'gap' });
  #ago = make('span', { class: 'ago' });
  #time = make('time');
  #at = 0;

  /** @param {TimelineParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.element.append(this.#name, ' ', this.#gap, make('small', {}, this.#time, ' ', this.#ago));
  }

  /**
   * @param {Step} step
   * @param {Step | undefined} before
   */
  update(step, before) {
    const { text, times } = this.#parts;
    this.#at = step.at;
    this.element.dataset['state'] = step.state;
    say(
      this.#name,
      Object.hasOwn(text.detail.steps, step.move) ? (text.detail.steps[step.move] ?? '') : step.move,
    );
    say(this.#gap, before ? text.gap(Math.max(0, step.at - before.at)) : '');
    say(this.#time, times.exact(step.at));
    this.#time.dateTime = new Date(step.at).toISOString();
    this.#time.title = times.whole(step.at);
    this.tick();
  }

  tick() {
    const { text, now } = this.#parts;
    say(this.#ago, text.ago(seconds(now() - this.#at)));
  }
}
