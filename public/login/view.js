/** Owns the document of the login page: draws what the flow says, as text and never as markup. */
import { Countdown } from './countdown.js';
import { QrPicture } from './qr-picture.js';
import { displayName, texts } from './text.js';

/** @typedef {import('./login-flow.js').View} View */
/** @typedef {import('./login-flow.js').Phase} Phase */
/** @typedef {import('./text.js').Said} Said */

/** ms that fill the ring while a busy server is left alone. */
const longestRetry = 60_000;

/** @type {Partial<Record<Phase, number>>} which step of the login is the current one; elsewhere the first */
const stepOf = { scanned: 1, done: 2 };

/** @type {Record<Phase, string>} paths of 24 by 24 */
const icons = {
  preparing: '',
  waiting: '',
  scanned: 'M5 12.5l4.5 4.5L19 7.5',
  done: 'M5 12.5l4.5 4.5L19 7.5',
  paused: 'M19 12a7 7 0 1 1-2.05-4.95M17.5 3v4.5H13',
  over: 'M7 7l10 10M17 7L7 17',
  replaced: 'M8 8V5h11v11h-3M5 8h11v11H5z',
  tooMany: 'M12 7v5.5l3.5 2M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16z',
  failed: 'M12 6v7.5M12 17v.5',
};

export class LoginView {
  #text;
  #site;
  #countdown;
  #picture;
  #announced = '';
  #root = element('login');
  #line = element('line');
  #lineText = element('line-text');
  #button = /** @type {HTMLButtonElement} */ (element('overlay-button'));

  /**
   * @param {{ lang: 'zh' | 'en', site: string }} page
   * @param {import('./browser.js').World} world
   * @param {() => void} act
   */
  constructor({ lang, site }, world, act) {
    this.#text = texts[lang];
    this.#site = site;
    const ring = /** @type {SVGElement} */ (/** @type {unknown} */ (element('ring')));
    this.#countdown = new Countdown(this.#lineText, ring, world);
    this.#picture = new QrPicture(element('pictures'));
    this.#button.addEventListener('click', act);
  }

  /** @param {View} view */
  show(view) {
    const said = this.#said(view);
    this.#root.dataset['phase'] = view.phase;
    if (view.scene) void this.#picture.show(view.scene.picture, this.#text.alt(view.scene.isMiniProgram));
    this.#overlay(view, said);
    this.#showLine(view);
    this.#showStep(stepOf[view.phase] ?? 0);
    this.#announce([
      view.phase === 'waiting' && this.#text.codeReady,
      said.title,
      said.text,
      this.#notice(view),
    ]);
  }

  /**
   * What stands on the code; nothing while it is to be scanned.
   * @param {View} view
   * @returns {Said}
   */
  #said({ phase, snapshot, scene, retryAt, stuck }) {
    const text = this.#text;
    switch (phase) {
      case 'waiting':
        return {};
      case 'preparing':
        if (retryAt !== null) return text.busy;
        return scene ? {} : text.preparing;
      case 'scanned': {
        const tap = (snapshot?.approval ?? 'scan') !== 'scan';
        return text.scanned(displayName(snapshot?.user?.nickname) || text.person, tap);
      }
      case 'done':
        return { ...text.done(this.#site), ...(stuck && { button: text.goOn }) };
      case 'over':
        return text.over[endOf(snapshot)];
      default:
        return text[phase];
    }
  }

  /**
   * @param {View} view
   * @param {Said} said
   */
  #overlay({ phase }, { title = '', text = '', button = '' }) {
    element('overlay').hidden = title === '';
    element('pictures').inert = title !== '';
    element('overlay-icon').setAttribute('d', icons[phase]);
    element('overlay-title').textContent = title;
    element('overlay-text').textContent = text;
    // A button that goes away under the finger must not take the keyboard's place in the page with it.
    if (button === '' && document.activeElement === this.#button) element('code').focus();
    this.#button.hidden = button === '';
    this.#button.textContent = button;
  }

  /** @param {View} view */
  #showLine(view) {
    const { kind, words, deadline } = this.#lineOf(view);
    this.#countdown.stop();
    this.#line.dataset['kind'] = kind;
    if (words) this.#lineText.textContent = words;
    if (deadline) this.#countdown.run(deadline);
  }

  /**
   * What stands under the code.
   * @param {View} view
   * @returns {{ kind: string, words?: string | undefined, deadline?: import('./countdown.js').Deadline }}
   */
  #lineOf(view) {
    const { phase, scene, retryAt } = view;
    const { renewsIn, retryIn, preparing } = this.#text;
    const words = this.#notice(view);
    if (words) return { kind: 'notice', words };
    if (retryAt !== null)
      return { kind: 'countdown', deadline: { at: retryAt, total: longestRetry, say: retryIn } };
    if (phase === 'preparing' && scene) return { kind: 'late', words: preparing.title };
    if (phase !== 'waiting' || !scene) return { kind: 'none' };
    return { kind: 'countdown', deadline: { at: scene.expiresAt, total: scene.lifetime, say: renewsIn } };
  }

  /** @param {View} view */
  #notice({ phase, link }) {
    const live = phase === 'preparing' || phase === 'waiting' || phase === 'scanned';
    return live && link !== 'up' ? this.#text[link] : '';
  }

  /** @param {number} current */
  #showStep(current) {
    [...element('steps').children].forEach((step, i) => {
      step.classList.toggle('reached', i <= current);
      if (i === current) step.setAttribute('aria-current', 'step');
      else step.removeAttribute('aria-current');
    });
  }

  /**
   * Spoken by screen readers, once; the seconds are not.
   * @param {readonly (string | false | undefined)[]} parts
   */
  #announce(parts) {
    const words = parts.filter(Boolean).join(' ');
    if (words === '' || words === this.#announced) return;
    this.#announced = words;
    element('announcement').textContent = words;
  }
}

/** @param {View['snapshot']} snapshot */
function endOf(snapshot) {
  if (snapshot?.state === 'denied' || snapshot?.state === 'consumed') return snapshot.state;
  return snapshot?.reason === 'too_many_scanners' ? 'crowded' : 'cancelled';
}

/** @param {string} id */
function element(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}.`);
  return found;
}
