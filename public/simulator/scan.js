import { isBusy } from './bar.js';
import { byId, make, onChange } from './dom.js';
import { shortScene } from './scene.js';

/** @import { App } from './app.js' */
/** @import { Code } from './types.d.ts' */

/**
 * The phone's scanner: one button for the code at hand, a field for any other, and what became of it.
 * @param {App} app
 */
export function mountScan(app) {
  const name = make('span', { class: 'name' });
  const about = make('span', { class: 'about' });
  const button = make(
    'button',
    { type: 'button', class: 'primary big', onclick: () => scanAtHand(app) },
    name,
    about,
  );
  const other = make('button', { type: 'button', class: 'link', onclick: () => app.forgetChosen() });
  const said = make('p', { class: 'said', role: 'status' });
  const typed = typedForm(app);
  const program = make('button', {
    type: 'button',
    id: 'mini-open',
    class: 'link',
    onclick: () => void app.mini('/open'),
  });
  byId('scan').replaceChildren(said, button, other, typed.form, program);

  const renderWords = onChange(
    () => [app.language, app.person?.name, app.chosen?.ticket],
    () => {
      const { text, person, chosen } = app;
      name.textContent = chosen ? text.scanThis(person?.name ?? '') : text.scanNewest;
      other.textContent = text.scanNewestInstead;
      other.hidden = !chosen;
      program.textContent = text.mini.open;
      typed.render();
    },
  );
  const render = () => {
    renderWords();
    const code = app.chosen ?? app.newest;
    set(about, describe(app, code));
    set(said, app.said);
    button.disabled = !code || isOver(app, code);
    // Not disabled while busy: that would take the keyboard's focus away.
    button.setAttribute('aria-busy', String(isBusy(app)));
  };
  setInterval(render, 1000);
  return render;
}

/** @param {App} app */
function scanAtHand(app) {
  const { chosen } = app;
  if (!chosen) return void app.act('/scan', { newest: true });
  app.forgetChosen();
  return void app.act('/scan', { ticket: chosen.ticket });
}

/** @param {App} app */
function typedForm(app) {
  const label = make('label', { for: 'typed' });
  const input = make('input', {
    type: 'text',
    id: 'typed',
    maxlength: '512',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
  });
  const button = make('button', { type: 'submit', class: 'quiet' });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const code = input.value.trim();
    if (code === '' || isBusy(app)) return;
    input.value = '';
    void app.act('/scan', { code });
  };
  const form = make('form', { class: 'typed', onsubmit: submit }, label, input, button);
  const render = () => {
    label.textContent = app.text.typed;
    input.placeholder = app.text.typedHint;
    button.textContent = app.text.scan;
  };
  return { form, render };
}

/**
 * @param {App} app
 * @param {Code | null} code
 */
function describe(app, code) {
  if (!app.state) return '';
  if (!code) return app.text.noCode;
  const kind = code.page === null ? '' : `${app.text.miniCode} · `;
  const scene = kind + shortScene(code.scene);
  if (isOver(app, code)) return app.text.codeOver(scene);
  const left = code.expiresAt === null ? null : seconds(code.expiresAt - app.now());
  return app.text.codeAge(scene, seconds(app.now() - code.createdAt), left);
}

/** @param {number} ms */
function seconds(ms) {
  return Math.max(0, Math.floor(ms / 1000));
}

/**
 * @param {App} app
 * @param {Code} code
 */
function isOver(app, { expiresAt }) {
  return expiresAt !== null && expiresAt <= app.now();
}

/**
 * @param {HTMLElement} element
 * @param {string} text
 */
function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
