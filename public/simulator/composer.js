import { isBusy } from './bar.js';
import { byId, make, onChange } from './dom.js';

/** @import { App } from './app.js' */

/**
 * Where a person writes to the account.
 * @param {App} app
 */
export function mountComposer(app) {
  const form = byId('composer');
  const input = make('input', { type: 'text', id: 'message', maxlength: '600', autocomplete: 'off' });
  const label = make('label', { for: 'message', class: 'hidden' });
  const button = make('button', { type: 'submit', class: 'quiet' });
  form.replaceChildren(label, input, button);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text === '' || isBusy(app)) return;
    input.value = '';
    void app.act('/message', { text });
  });
  return onChange(
    () => [app.language, app.person?.follows, isBusy(app)],
    () => {
      const { text, person } = app;
      label.textContent = input.placeholder = text.message;
      button.textContent = text.send;
      input.disabled = !person?.follows;
      button.disabled = !person?.follows || isBusy(app);
    },
  );
}
