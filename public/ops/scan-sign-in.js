/**
 * Owns the sign-in by a scan: the same course as on a login page, with a code for the dashboard's own site. What it brings is not
 * enough by itself: whoever scanned reads a number in the chat and types it here, so that nobody signs in another's browser.
 */
import { browser } from '../login/browser.js';
import { LoginFlow } from '../login/login-flow.js';
import { QrPicture } from '../login/qr-picture.js';
import { signIn } from './api.js';
import { element, say } from './dom.js';
import { isElsewhere, sayWhere } from './own-address.js';
import { scoped } from './scoped-world.js';

/** @typedef {import('../login/login-flow.js').View} View */

/**
 * @typedef {object} ScanParts
 * @property {string} site
 * @property {import('./text.js').Texts} text
 * @property {() => void} signedIn
 */

/** How many numbers the server takes for one code: it tells all that are wrong alike. */
const triesOfCode = Number(document.body.dataset['tries']);

/** A code is no good after a reload: there is no page for it to come back to. @type {import('../login/session.js').Session} */
const forgetful = { load: () => null, save: () => {} };

/** Begins when made, and ends with `stop`. */
export class ScanSignIn {
  #parts;
  #picture;
  #number = /** @type {HTMLFormElement} */ (element('scan-number'));
  #field = /** @type {HTMLInputElement} */ (element('number'));
  #again = element('scan-again');
  /** Ends the flow with all that it waits for. */
  #endFlow = () => {};
  #code = '';
  /** Wrong numbers for this code. */
  #wrong = 0;
  /** By this machine's clock; 0: nothing is counted. */
  #renewsAt = 0;
  #timer;
  #ended = new AbortController();

  /** @param {ScanParts} parts */
  constructor(parts) {
    const { signal } = this.#ended;
    this.#parts = parts;
    element('scan-pictures').replaceChildren();
    this.#picture = new QrPicture(element('scan-pictures'));
    this.#timer = setInterval(() => this.#count(), 1_000);
    this.#number.addEventListener('submit', (event) => this.#submitted(event), { signal });
    this.#field.addEventListener('input', () => this.#typed(), { signal });
    this.#again.addEventListener('click', () => this.#begin(), { signal });
    say(this.#again, parts.text.scan.again);
    this.#begin();
  }

  stop() {
    this.#endFlow();
    this.#ended.abort();
    clearInterval(this.#timer);
    element('scan-pictures').replaceChildren();
  }

  #begin() {
    const { world, end } = scoped(browser);
    this.#endFlow();
    this.#endFlow = end;
    this.#code = '';
    this.#wrong = 0;
    this.#number.hidden = true;
    element('scan-left').hidden = false;
    element('number-fault').textContent = '';
    element('scan-pictures').hidden = false;
    const flow = new LoginFlow({
      request: { site: this.#parts.site },
      session: forgetful,
      world,
      show: (view) => this.#show(view),
      leave: (code) => this.#scanned(code),
    });
    flow.start();
  }

  /** @param {View} view */
  #show(view) {
    const { says, links } = this.#parts.text.scan;
    const { phase, scene, link, retryAt } = view;
    if (phase === 'done') return;
    const isLive = phase === 'preparing' || phase === 'waiting' || phase === 'scanned';
    element('scan').dataset['phase'] = phase;
    if (scene) void this.#picture.show(scene.picture, this.#parts.text.scan.alt);
    this.#again.hidden = isLive;
    this.#renewsAt = phase === 'waiting' && link === 'up' && scene ? scene.expiresAt : 0;
    const word = retryAt === null ? says[phase] : says.busy;
    if (phase === 'failed' && isElsewhere) this.#leadHome();
    else say(element('scan-says'), isLive && link !== 'up' ? links[link] : word);
    this.#count();
  }

  /** Another code would fail as this one did. */
  #leadHome() {
    sayWhere(element('scan-says'), this.#parts.text.signIn.elsewhere);
    element('scan-pictures').hidden = true;
    this.#again.hidden = true;
  }

  #count() {
    const { renewsIn } = this.#parts.text.scan;
    const left = Math.max(0, Math.ceil((this.#renewsAt - Date.now()) / 1000));
    const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
    say(element('scan-left'), this.#renewsAt === 0 ? '' : renewsIn(clock));
  }

  /** @param {string} code */
  #scanned(code) {
    if (this.#code === code) return;
    this.#code = code;
    this.#renewsAt = 0;
    element('scan-left').hidden = true;
    element('scan-pictures').hidden = true;
    say(element('scan-says'), this.#parts.text.scan.number);
    this.#number.hidden = false;
    this.#field.value = '';
    this.#field.focus();
  }

  /** Six digits are the whole number: nobody needs to look for the button. */
  #typed() {
    this.#field.value = this.#field.value.replaceAll(/\D/g, '').slice(0, 6);
    if (this.#field.value.length === 6) this.#number.requestSubmit();
  }

  /** @param {Event} event */
  #submitted(event) {
    event.preventDefault();
    void this.#send();
  }

  async #send() {
    const button = /** @type {HTMLButtonElement} */ (this.#number.querySelector('button'));
    if (button.disabled) return;
    button.disabled = true;
    const outcome = await signIn({ code: this.#code, number: this.#field.value });
    button.disabled = false;
    if (this.#ended.signal.aborted) return;
    if (outcome === 'signedIn') return this.#parts.signedIn();
    this.#refused(outcome);
  }

  /** @param {Exclude<import('./api.js').SignIn, 'signedIn'>} outcome */
  #refused(outcome) {
    const { signIn: text } = this.#parts.text;
    if (outcome === 'wrong') this.#wrong += 1;
    this.#again.hidden = false;
    if (this.#wrong >= triesOfCode) return this.#usedUp();
    const word = outcome === 'wrong' ? text.wrongNumber : text.unreachable;
    element('number-fault').textContent = typeof outcome === 'string' ? word : text.wait(outcome.wait);
    this.#field.select();
  }

  #usedUp() {
    say(element('scan-says'), this.#parts.text.scan.usedUp);
    this.#number.hidden = true;
    this.#again.focus();
  }
}
