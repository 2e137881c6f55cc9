import { copyButton } from './copy.js';
import { make, onChange } from './dom.js';
import { xmlView } from './xml-view.js';

/** @import { App } from './app.js' */
/** @import { Delivery } from './types.d.ts' */

/**
 * One request and its response: folded, a line; open, both.
 * @template T
 * @typedef {object} ExchangeCard
 * @property {HTMLElement} root
 * @property {(exchange: T) => void} render
 * @property {() => void} fold unless somebody has opened it
 */

/**
 * One attempt of one event.
 * @param {App} app
 * @param {Delivery} first
 * @returns {ExchangeCard<Delivery>}
 */
export function deliveryCard(app, first) {
  let delivery = first;
  let decrypted = true;
  let touched = false;
  const summary = make('summary', { onclick: () => (touched = true) });
  const body = make('div', { class: 'exchange' });
  const details = make('details', { open: true }, summary, body);
  const show = onChange(
    () => [app.language, delivery.verdict, decrypted, app.person?.id],
    () => {
      const toggle = () => {
        decrypted = !decrypted;
        show();
      };
      summary.replaceChildren(...summaryOf(app, delivery));
      const switcher = delivery.clear === delivery.body ? null : viewSwitch(app, decrypted, toggle);
      body.replaceChildren(
        ...requestOf(app, delivery, decrypted, switcher),
        ...responseOf(app, delivery, decrypted),
      );
    },
  );
  return {
    root: make('li', {}, details),
    render(next) {
      delivery = next;
      show();
    },
    fold() {
      if (!touched) details.open = false;
    },
  };
}

/**
 * @param {App} app
 * @param {Delivery} delivery
 */
function summaryOf(app, { kind, person, attempt, at, status, durationMs, verdict }) {
  const who = app.people.find(({ id }) => id === person)?.name ?? person;
  const time = new Date(at).toLocaleTimeString(app.language, { hour12: false });
  const came = durationMs === null ? '…' : `${status ?? '—'} · ${durationMs} ms`;
  return [
    make('span', { class: 'kind' }, kind),
    make('span', { class: 'who' }, attempt > 1 ? `${who} · ${app.text.attempt(attempt)}` : who),
    make('time', {}, time),
    make('span', { class: `pill ${verdict}` }, came),
  ];
}

/**
 * @param {App} app
 * @param {boolean} decrypted
 * @param {() => void} toggle
 */
function viewSwitch({ text }, decrypted, toggle) {
  const button = (/** @type {string} */ name, /** @type {boolean} */ pressed) =>
    make(
      'button',
      { type: 'button', 'aria-pressed': String(pressed), onclick: () => pressed || toggle() },
      name,
    );
  return make(
    'div',
    { class: 'switch', role: 'group' },
    button(text.decrypted, decrypted),
    button(text.asPosted, !decrypted),
  );
}

/**
 * @param {App} app
 * @param {Delivery} delivery
 * @param {boolean} decrypted
 * @param {HTMLElement | null} switcher
 */
function requestOf(app, { url, body, clear }, decrypted, switcher) {
  const { pathname, search } = new URL(url);
  const line = `POST ${pathname}${search}`;
  const shown = decrypted ? clear : body;
  const copied = () => `${line}\nContent-Type: text/xml\n\n${shown}`;
  return [
    make('div', { class: 'part' }, make('h3', {}, app.text.request), switcher, copyButton(app, copied)),
    make('pre', { class: 'line' }, line),
    make('pre', { tabindex: '0' }, ...xmlView(shown)),
  ];
}

/**
 * @param {App} app
 * @param {Delivery} delivery
 * @param {boolean} decrypted
 */
function responseOf(app, { status, answer, answerClear, verdict, error, durationMs }, decrypted) {
  const shown = decrypted ? (answerClear ?? answer) : answer;
  const words = [app.text.verdicts[verdict], error && app.text.reason(error)].filter(Boolean).join(': ');
  const head = make('div', { class: 'part' }, make('h3', {}, app.text.response));
  const result = make('p', { class: `verdict ${verdict}` }, words);
  if (durationMs === null) return [head, result];
  head.append(copyButton(app, () => shown));
  return [
    head,
    make('pre', { class: 'line' }, `${status ?? '—'} · ${durationMs} ms`),
    result,
    make('pre', { tabindex: '0' }, ...(shown === '' ? [app.text.noBody] : xmlView(shown))),
  ];
}
