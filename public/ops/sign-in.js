/** Owns the card that asks who comes: by the token, and where that is set up by a scan, whose part is loaded when it is wanted. */
import { signIn } from './api.js';
import { element } from './dom.js';
import { isElsewhere, sayWhere } from './own-address.js';

/**
 * @typedef {object} SignInParts
 * @property {import('./text.js').Texts} text
 * @property {() => void} signedIn
 */

export class SignIn {
  #parts;
  #form = /** @type {HTMLFormElement} */ (element('sign-in'));
  #field = /** @type {HTMLInputElement} */ (element('token'));
  /** Else a scan is the only way in. */
  #byToken = document.body.dataset['byToken'] === 'yes';
  /** @type {import('./scan-sign-in.js').ScanSignIn | null} */
  #scan = null;
  /** The site whose code is scanned; empty: nobody may sign in by a scan. */
  #site = document.body.dataset['scan'] ?? '';

  /** @param {SignInParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#submit();
    });
    element('scan-open').addEventListener('click', () => void this.#openScan());
    element('scan-close').addEventListener('click', () => this.ask(''));
  }

  /**
   * Asks who comes, and says why.
   * @param {string} why
   */
  ask(why) {
    this.#closeScan();
    this.#say(why || !isElsewhere ? why : 'elsewhere');
  }

  /** @param {string} why `elsewhere`: where it would be possible */
  #say(why) {
    const fault = element('sign-in-fault');
    if (why === 'elsewhere') sayWhere(fault, this.#parts.text.signIn.elsewhere);
    else fault.textContent = why;
  }

  async #submit() {
    const button = /** @type {HTMLButtonElement} */ (this.#form.querySelector('button'));
    this.#say('');
    button.disabled = true;
    const outcome = await signIn({ token: this.#field.value.trim() });
    button.disabled = false;
    if (outcome === 'signedIn') {
      this.#field.value = '';
      return this.#parts.signedIn();
    }
    const { signIn: text } = this.#parts.text;
    if (outcome === 'elsewhere') this.#say(outcome);
    else this.#say(typeof outcome === 'string' ? text[outcome] : text.wait(outcome.wait));
    this.#field.select();
  }

  async #openScan() {
    const { ScanSignIn } = await import('./scan-sign-in.js');
    this.#say('');
    this.#form.hidden = true;
    element('scan-open').hidden = true;
    element('scan').hidden = false;
    element('scan-close').hidden = !this.#byToken;
    element(this.#byToken ? 'scan-close' : 'scan').focus();
    this.#scan = new ScanSignIn({
      site: this.#site,
      text: this.#parts.text,
      signedIn: () => {
        this.#closeScan();
        this.#parts.signedIn();
      },
    });
  }

  #closeScan() {
    this.#scan?.stop();
    this.#scan = null;
    this.#form.hidden = !this.#byToken;
    element('scan').hidden = true;
    element('scan-close').hidden = true;
    element('scan-open').hidden = this.#site === '';
    if (this.#byToken) this.#field.focus();
    else element('scan-open').focus();
  }
}
