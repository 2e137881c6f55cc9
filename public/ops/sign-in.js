/** Owns the form that asks for the token. */
import { signIn } from './api.js';
import { element } from './dom.js';

/**
 * @param {import('./text.js').Texts['signIn']} text
 * @param {() => void} signedIn
 */
export function watchSignIn(text, signedIn) {
  const form = /** @type {HTMLFormElement} */ (element('sign-in'));
  const field = /** @type {HTMLInputElement} */ (element('token'));
  const button = /** @type {HTMLButtonElement} */ (form.querySelector('button'));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit();
  });

  async function submit() {
    element('sign-in-fault').textContent = '';
    button.disabled = true;
    const outcome = await signIn(field.value.trim());
    button.disabled = false;
    if (outcome === 'signedIn') {
      field.value = '';
      return signedIn();
    }
    showFault(typeof outcome === 'string' ? text[outcome] : text.wait(outcome.wait));
    field.select();
  }
}

/**
 * Asks for the token, and says why.
 * @param {string} text
 */
export function showFault(text) {
  element('sign-in-fault').textContent = text;
  element('token').focus();
}
