import { copyButton } from './copy.js';
import { make, onChange } from './dom.js';

/** @import { App } from './app.js' */
/** @import { MiniCall } from './types.d.ts' */
/** @import { ExchangeCard } from './delivery.js' */

/**
 * One call of the mini program.
 * @param {App} app
 * @param {MiniCall} first
 * @returns {ExchangeCard<MiniCall>}
 */
export function callCard(app, first) {
  let call = first;
  let touched = false;
  const summary = make('summary', { onclick: () => (touched = true) });
  const body = make('div', { class: 'exchange' });
  const details = make('details', { open: true }, summary, body);
  const show = onChange(
    () => [app.language, call.durationMs],
    () => {
      summary.replaceChildren(...summaryOf(app, call));
      body.replaceChildren(...requestOf(app, call), ...responseOf(app, call));
    },
  );
  return {
    root: make('li', {}, details),
    render(next) {
      call = next;
      show();
    },
    fold() {
      if (!touched) details.open = false;
    },
  };
}

/**
 * @param {App} app
 * @param {MiniCall} call
 */
function summaryOf(app, call) {
  const { method, url, person, at, status, durationMs } = call;
  const who = app.people.find(({ id }) => id === person)?.name ?? person;
  const base = app.state?.miniProgram.serverUrl ?? '';
  const path = url.startsWith(base) ? url.slice(base.length) : url;
  const came = durationMs === null ? '…' : `${status ?? '—'} · ${durationMs} ms`;
  return [
    make('span', { class: 'kind' }, `${method} ${shortPath(path)}`),
    make('span', { class: 'who' }, who),
    make('time', {}, new Date(at).toLocaleTimeString(app.language, { hour12: false })),
    make('span', { class: `pill ${verdictOf(call)}` }, came),
  ];
}

/**
 * Without the long names in it.
 * @param {string} path
 */
function shortPath(path) {
  return path.replace(/[^/]{20,}/g, (name) => `${name.slice(0, 4)}…`);
}

/** @param {MiniCall} call */
function verdictOf({ status, durationMs }) {
  if (durationMs === null) return 'pending';
  return status !== null && status < 300 ? 'reply' : 'failed';
}

/**
 * @param {App} app
 * @param {MiniCall} call
 */
function requestOf(app, { method, url, session, body }) {
  const shown = pretty(body);
  const head = [
    `${method} ${new URL(url).pathname}`,
    session === null ? '' : `Authorization: Bearer ${session}`,
  ];
  const lines = head.filter((line) => line !== '').join('\n');
  return [
    make(
      'div',
      { class: 'part' },
      make('h3', {}, app.text.request),
      copyButton(app, () => `${lines}\n\n${shown}`),
    ),
    make('pre', { class: 'line' }, lines),
    shown === '' ? null : make('pre', { tabindex: '0' }, shown),
  ].filter((part) => part !== null);
}

/**
 * @param {App} app
 * @param {MiniCall} call
 */
function responseOf(app, { status, answer, error, durationMs }) {
  const head = make('div', { class: 'part' }, make('h3', {}, app.text.response));
  if (durationMs === null) return [head, make('p', { class: 'verdict' }, app.text.verdicts.pending)];
  const shown = pretty(answer);
  head.append(copyButton(app, () => shown));
  return [
    head,
    make('pre', { class: 'line' }, `${status ?? '—'} · ${durationMs} ms`),
    make('pre', { tabindex: '0' }, shown || (error ? app.text.reason(error) : app.text.noBody)),
  ];
}

/** @param {string} text JSON is laid out, anything else stays as it is */
function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
