/** Owns the last cell of a row: cancel, asked once more in the same place, and never by accident. */
import { cancelScene } from './api.js';
import { announce, make } from './dom.js';

/** @typedef {import('./row-view.js').Row} Row */

/**
 * @typedef {object} CancelParts
 * @property {string} sceneId
 * @property {string} shortId
 * @property {import('./text.js').Texts['cancel']} text
 * @property {() => boolean} isLive whether the server is heard
 * @property {(row: Row) => void} cancelled
 * @property {() => void} leaveFocus the cell is emptied under the focus: it has to go elsewhere in the row
 */

/** So long a failure is told; longer while the server is not heard: then it would fail again. */
const failedFor = 8_000;
const looksAgain = 1_000;

export class CancelStep {
  element = make('span', { class: 'cancel' });
  /** A row that somebody is deciding about must not move. */
  asking = false;
  #parts;
  #over = false;

  /** @param {CancelParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.element.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !this.asking) return;
      // What the button stands in stays open.
      event.preventDefault();
      this.#offer(true);
    });
    this.#offer(false);
  }

  /** The scene has ended: there is nothing left to cancel. */
  end() {
    if (this.#over) return;
    this.#over = true;
    this.#show([]);
  }

  /** @param {boolean} focus */
  #offer(focus) {
    const { text, shortId } = this.#parts;
    this.asking = false;
    const button = this.#button(text.open, 'quiet', () => this.#ask());
    button.setAttribute('aria-label', text.openFor(shortId));
    this.#show([button]);
    if (focus) button.focus();
  }

  #ask() {
    const { text, shortId } = this.#parts;
    this.asking = true;
    const confirm = this.#button(text.confirm, 'danger', () => void this.#cancel());
    confirm.setAttribute('aria-label', `${text.confirm}: ${text.openFor(shortId)}`);
    this.#show([confirm, this.#button(text.keep, 'quiet', () => this.#offer(true))]);
    confirm.focus();
  }

  async #cancel() {
    const { sceneId, shortId, text } = this.#parts;
    this.#show([make('span', { class: 'note' }, text.busy)]);
    const outcome = await cancelScene(sceneId);
    this.asking = false;
    if (typeof outcome === 'object') {
      announce(text.done(shortId));
      return this.#parts.cancelled(outcome);
    }
    announce(text[outcome]);
    if (this.#over) return;
    if (outcome === 'failed') this.#offerAgain();
    else this.#show([make('span', { class: 'note' }, text[outcome])]);
  }

  #offerAgain() {
    this.#offer(false);
    const note = make('span', { class: 'note fault' }, this.#parts.text.failed);
    this.element.prepend(note);
    setTimeout(() => this.#forget(note), failedFor);
  }

  /** @param {HTMLElement} note */
  #forget(note) {
    if (!note.isConnected) return;
    if (this.#parts.isLive()) note.remove();
    else setTimeout(() => this.#forget(note), looksAgain);
  }

  /**
   * @param {string} words
   * @param {string} kind
   * @param {() => void} task
   */
  #button(words, kind, task) {
    const button = make('button', { type: 'button', class: kind }, words);
    button.addEventListener('click', task);
    return button;
  }

  /** @param {HTMLElement[]} children */
  #show(children) {
    const hadFocus = this.element.contains(document.activeElement);
    this.element.replaceChildren(...children);
    if (hadFocus && !children.some((child) => child instanceof HTMLButtonElement)) this.#parts.leaveFocus();
    if (this.#over) this.asking = false;
  }
}
