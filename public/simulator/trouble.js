import { byId, make, onChange } from './dom.js';

/** @import { App } from './app.js' */

const delays = [0, 3, 10];

/** @type {Record<string, object>} */
const faults = {
  stall: { api: 'user/info', stallMs: 10_000 },
  busy: { api: '*', errcode: -1 },
  quota: { api: 'qrcode/create', errcode: 45009 },
  risky: { api: 'sns/jscode2session', errcode: 40226 },
  limit: { api: 'wxa/getwxacodeunlimit', errcode: 45009 },
  page: { api: '*', status: 502, html: true },
};

/**
 * What goes wrong on demand: late events, junk, and faults of the WeChat API.
 * @param {App} app
 */
export function mountTrouble(app) {
  const fields = make('div', { class: 'fields' });
  const title = make('h2');
  const hint = make('p', { class: 'hint' });
  const active = make('div', { class: 'active-faults', role: 'status', hidden: true });
  byId('trouble').replaceChildren(make('details', {}, make('summary', {}, title, hint), fields), active);

  const renderFields = onChange(
    () => app.language,
    () => {
      title.textContent = app.text.trouble;
      hint.textContent = app.text.troubleHint;
      fields.replaceChildren(delayField(app), junkField(app), faultField(app), tokenField(app));
    },
  );
  const renderActive = onChange(
    () => [app.language, app.faults],
    () => {
      active.hidden = app.faults.length === 0;
      active.replaceChildren(...activeFaults(app));
    },
  );
  return () => {
    renderFields();
    renderActive();
  };
}

/** @param {App} app */
function delayField(app) {
  const { text, delayMs } = app;
  const options = delays.map((seconds) =>
    make('option', { value: String(seconds), selected: seconds * 1000 === delayMs }, text.seconds(seconds)),
  );
  const select = make('select', { id: 'delay' }, ...options);
  select.addEventListener('change', () => (app.delayMs = Number(select.value) * 1000));
  return make('div', { class: 'field' }, make('label', { for: 'delay' }, text.delay), select);
}

/** @param {App} app */
function junkField(app) {
  const { junk, junkKinds, send: word } = app.text;
  return choiceField('junk', junk, junkKinds, word, (kind) => app.act('/junk', { kind }));
}

/** @param {App} app */
function faultField(app) {
  const { fault, faultKinds, apply } = app.text;
  return choiceField('fault', fault, faultKinds, apply, (kind) => app.call('/faults', faults[kind]));
}

/**
 * @param {string} id
 * @param {string} name
 * @param {Record<string, string>} choices
 * @param {string} word on the button
 * @param {(choice: string) => Promise<unknown>} act
 */
function choiceField(id, name, choices, word, act) {
  const options = Object.entries(choices).map(([value, text]) => make('option', { value }, text));
  const select = make('select', { id }, ...options);
  const button = make(
    'button',
    { type: 'button', class: 'quiet', onclick: () => void act(select.value) },
    word,
  );
  return make(
    'div',
    { class: 'field' },
    make('label', { for: id }, name),
    make('div', { class: 'row' }, select, button),
  );
}

/** @param {App} app */
function tokenField(app) {
  const kill = async () => {
    if (await app.call('/kill-token')) app.say(app.text.killed);
  };
  const button = make(
    'button',
    { type: 'button', class: 'quiet', onclick: () => void kill() },
    app.text.killToken,
  );
  return make('div', { class: 'field' }, button);
}

/** @param {App} app */
function activeFaults(app) {
  const end = () => void app.call('/faults', {}, 'DELETE');
  return [
    make('strong', {}, app.text.faultsActive),
    ...app.faults.map((fault) => make('code', {}, JSON.stringify(fault))),
    make('button', { type: 'button', class: 'quiet', onclick: end }, app.text.faultsClear),
  ];
}
