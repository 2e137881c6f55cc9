import { make } from './dom.js';

/** @import { App } from './app.js' */

/**
 * A button that copies what `text` gives.
 * @param {App} app
 * @param {() => string} text
 */
export function copyButton(app, text) {
  const button = make('button', { type: 'button', class: 'quiet small' }, app.text.copy);
  const said = () => {
    button.textContent = app.text.copied;
    setTimeout(() => (button.textContent = app.text.copy), 1500);
  };
  button.addEventListener('click', () => void copy(text()).then(said, () => undefined));
  return button;
}

/**
 * Outside https and localhost a page has no clipboard; there the old way is the only one.
 * @param {string} text
 */
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = make('textarea', { class: 'hidden' }, text);
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (!done) throw new Error('not copied');
  return undefined;
}
