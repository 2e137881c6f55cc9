/**
 * Owns the drawer with one scene in full: what it opens for stands in the address. It follows the scene by the rows that come
 * over the socket, and by asking again for one that does not come there; a scene that has ended is left as it was.
 */
import { isFinal } from '/protocol/messages.js';
import { readScene } from './api.js';
import { CancelStep } from './cancel-step.js';
import { DetailView } from './detail-view.js';
import { announce, element, make, say } from './dom.js';

/** @typedef {import('./row-view.js').Row} Row */
/** @typedef {import('./detail-view.js').Known} Known */

/**
 * @typedef {object} DrawerParts
 * @property {import('./text.js').Texts} text
 * @property {import('./times.js').Times} times
 * @property {() => number} now by the server's clock
 * @property {(state: string) => string} stateName
 * @property {() => import('./api.js').Role} role
 * @property {() => boolean} isLive whether the server is heard
 * @property {(sceneId: string) => Row | undefined} row as it was heard last, where it was
 * @property {(row: Row) => void} cancelled
 * @property {() => void} closed by the person
 */

const again = 3_000;
const copiedFor = 1_500;

export class Drawer {
  #parts;
  #dialog = /** @type {HTMLDialogElement} */ (element('drawer'));
  /** Of the scene on screen. @type {Shown | null} */
  #shown = null;

  /** @param {DrawerParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#dialog.addEventListener('close', () => this.#closed());
    this.#dialog.addEventListener('click', ({ target }) => target === this.#dialog && this.#dialog.close());
    setInterval(() => document.visibilityState === 'visible' && this.#shown?.view.tick(), 1_000);
  }

  /** @param {string} sceneId empty: none */
  show(sceneId) {
    if (sceneId === (this.#shown?.sceneId ?? '')) return;
    this.#leave();
    if (sceneId === '') return this.#dialog.close();
    this.#shown = new Shown(sceneId, this.#parts, () => this.#dialog.close());
    this.#dialog.replaceChildren(this.#shown.element);
    keepWidth();
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#dialog.scrollTop = 0;
  }

  /** @param {readonly Row[]} rows */
  heard(rows) {
    const row = rows.find(({ sceneId }) => sceneId === this.#shown?.sceneId);
    if (row) this.#shown?.heard(row);
  }

  #leave() {
    this.#shown?.stop();
    this.#shown = null;
  }

  /** The browser gives the keyboard back to where it was; where that is gone, it begins at the content. */
  #closed() {
    if (this.#dialog.open) return;
    const byPerson = this.#shown !== null;
    this.#leave();
    this.#dialog.replaceChildren();
    if (document.activeElement === document.body) element('main').focus({ preventScroll: true });
    if (byPerson) this.#parts.closed();
  }
}

/** The page behind does not scroll, and gets no wider for it: what its scroll bar took is kept free beside it. */
function keepWidth() {
  const { documentElement: root } = document;
  if (root.matches(':has(dialog[open])')) return;
  root.style.setProperty('--gutter', `${Math.max(0, innerWidth - root.offsetWidth)}px`);
}

/** One scene from the moment on that it is looked at. */
class Shown {
  element = make('div', { class: 'drawer-inside' });
  sceneId;
  view;
  #parts;
  #says = make('p', { class: 'drawer-says', role: 'status' });
  #body = make('div', { class: 'drawer-body' });
  #foot = make('div', { class: 'drawer-foot' });
  #close;
  /** There is nothing to copy until something of it is shown. */
  #copy;
  /** @type {Known | null} */
  #known = null;
  /** @type {CancelStep | null} */
  #cancel = null;
  #timer = 0;
  #asking = false;
  /** Something was heard while the answer was under way, which may be older. */
  #stale = false;
  #stopped = false;

  /**
   * @param {string} sceneId
   * @param {DrawerParts} parts
   * @param {() => void} close
   */
  constructor(sceneId, parts, close) {
    this.sceneId = sceneId;
    this.#parts = parts;
    this.view = new DetailView(parts);
    this.#close = button(parts.text.detail.close, 'quiet', close);
    this.#close.autofocus = true;
    this.#copy = this.#copyButton();
    this.#copy.hidden = true;
    const title = make('h2', { id: 'drawer-title' }, parts.text.detail.title(sceneId.slice(0, 8)));
    const head = make('div', { class: 'drawer-head' }, title, this.#copy, this.#close);
    this.element.append(head, this.#says, this.#body, this.#foot);
    say(this.#says, parts.text.detail.loading);
    const row = parts.row(sceneId);
    if (row) this.#show(row);
    void this.#load();
  }

  /** @param {Row} row */
  heard(row) {
    this.#show({ ...this.#known, ...row });
    void this.#load();
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #load() {
    this.#stale = this.#asking;
    if (this.#asking) return;
    clearTimeout(this.#timer);
    this.#asking = true;
    const found = await readScene(this.sceneId);
    this.#asking = false;
    if (this.#stopped) return;
    if (this.#stale) void this.#load();
    else this.#take(found);
  }

  /** @param {Awaited<ReturnType<typeof readScene>>} found */
  #take(found) {
    if (typeof found === 'object') this.#show(found);
    else this.#missed(found);
    const isOver = found === 'gone' || (this.#known !== null && isFinal(this.#known.state));
    if (!isOver) this.#timer = setTimeout(() => this.#lookAgain(), again);
  }

  #lookAgain() {
    if (document.visibilityState === 'visible') void this.#load();
    else this.#timer = setTimeout(() => this.#lookAgain(), again);
  }

  /** @param {Known} known */
  #show(known) {
    if (!this.view.element.isConnected) this.#body.replaceChildren(this.view.element);
    this.#known = known;
    this.#copy.hidden = false;
    this.view.update(known);
    say(this.#says, '');
    if (isFinal(known.state)) this.#cancel?.end();
    else this.#offerCancel();
  }

  /** @param {'gone' | 'failed'} why */
  #missed(why) {
    const { text } = this.#parts;
    if (why === 'failed') return say(this.#says, text.detail.failed);
    say(this.#says, this.#known ? text.detail.kept : text.detail.gone);
    this.#cancel?.end();
  }

  #offerCancel() {
    if (this.#cancel || this.#parts.role() !== 'operate') return;
    const { text, isLive, cancelled } = this.#parts;
    this.#cancel = new CancelStep({
      sceneId: this.sceneId,
      shortId: this.sceneId.slice(0, 8),
      text: text.cancel,
      isLive,
      cancelled: (row) => {
        cancelled(row);
        this.heard(row);
      },
      leaveFocus: () => this.#close.focus(),
    });
    this.#foot.append(this.#cancel.element);
  }

  /** Without the right to the clipboard (plain http) the whole id is marked below, to be copied by hand. */
  #copyButton() {
    const { copy, copied } = this.#parts.text.detail;
    const made = button(copy, 'quiet', () => void take());
    const take = async () => {
      try {
        await navigator.clipboard.writeText(this.sceneId);
        say(made, copied);
        announce(copied);
        setTimeout(() => say(made, copy), copiedFor);
      } catch {
        const id = this.element.querySelector('.fact-id');
        if (id) getSelection()?.selectAllChildren(id);
      }
    };
    return made;
  }
}

/**
 * @param {string} words
 * @param {string} kind
 * @param {() => void} task
 */
function button(words, kind, task) {
  const made = make('button', { type: 'button', class: kind }, words);
  made.addEventListener('click', task);
  return made;
}
