/** Owns the markup of the dashboard: a pure function to a document without inline script or style; the script fills it. */
import { html } from '../http/html.ts';
import type { Html } from '../http/html.ts';
import { sceneStates } from '../protocol/messages.ts';
import { words } from './page-text.ts';
import type { Lang, Words } from './page-text.ts';

export interface OpsPage {
  lang: Lang;
  /** Else the form that asks for the token is shown first. */
  signedIn: boolean;
}

/** Everything `page.js` imports, so that the browser loads it in one go and not import by import. */
const modules = [
  '/ops/api.js',
  '/ops/board.js',
  '/ops/browser-name.js',
  '/ops/cancel-step.js',
  '/ops/dom.js',
  '/ops/filters.js',
  '/ops/hold.js',
  '/ops/live-socket.js',
  '/ops/numbers.js',
  '/ops/row-view.js',
  '/ops/sign-in.js',
  '/ops/text.js',
  '/protocol/messages.js',
];

const styles = ['/theme.css', '/ops/ops.css', '/ops/board.css', '/ops/scenes.css', '/ops/cards.css'];

export function opsPage({ lang, signedIn }: OpsPage): string {
  const text = words[lang];
  return html`<!doctype html>
    <html lang="${text.htmlLang}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${text.title} · Saoma</title>
        <link rel="icon" href="/login/icon.svg" type="image/svg+xml" />
        ${styles.map((style) => html`<link rel="stylesheet" href="${style}" />`)}
        <script type="module" src="/ops/page.js"></script>
        ${modules.map((module) => html`<link rel="modulepreload" href="${module}" />`)}
      </head>
      <body data-lang="${lang}" data-signed-in="${signedIn ? 'yes' : 'no'}">
        ${topBar(text)} ${signInCard(text)} ${board(text)}
        <p class="visually-hidden" id="announcement" role="status"></p>
      </body>
    </html> `.toString();
}

function topBar({ title, signOut, switchTo }: Words): Html {
  return html`<header class="top">
    <img src="/login/icon.svg" alt="" width="28" height="28" />
    <h1>Saoma <span>${title}</span></h1>
    <p class="link" id="link" role="status" data-link="none"></p>
    <a
      id="language"
      href="?lang=${switchTo.lang}"
      hreflang="${switchTo.htmlLang}"
      lang="${switchTo.htmlLang}"
      data-other="${switchTo.lang}"
      >${switchTo.name}</a
    >
    <button class="quiet signed-in" id="sign-out" type="button">${signOut}</button>
  </header>`;
}

/**
 * The field has no name: without the script the form sends nothing, and no token gets into an address. The hidden one is for
 * password managers, which keep nothing without a name for it.
 */
function signInCard({ signIn, noscript }: Words): Html {
  return html`<main class="card sign-in signed-out">
    <h2>${signIn.intro}</h2>
    <noscript><p class="fault">${noscript}</p></noscript>
    <form id="sign-in">
      <input autocomplete="username" value="operator" hidden readonly />
      <label for="token">${signIn.token}</label>
      <input
        id="token"
        type="password"
        autocomplete="current-password"
        spellcheck="false"
        aria-describedby="sign-in-fault"
        required
      />
      <p class="fault" id="sign-in-fault" role="alert"></p>
      <button class="button" type="submit">${signIn.submit}</button>
    </form>
  </main>`;
}

function board(text: Words): Html {
  return html`<main class="board signed-in" id="board" tabindex="-1">
    ${numbers(text)} ${filters(text)} ${table(text)}
    <p class="empty" id="empty">${text.loading}</p>
  </main>`;
}

function numbers({ overview, numbers: names }: Words): Html {
  const tiles = Object.entries(names).map(
    ([id, name]) =>
      html`<div>
        <dt>${name}</dt>
        <dd><b id="number-${id}">–</b> <span id="detail-${id}"></span></dd>
      </div>`,
  );
  return html`<dl class="numbers" aria-label="${overview}">${tiles}</dl>`;
}

function filters({ filters: names, states }: Words): Html {
  return html`<form class="filters" id="filters" role="search" aria-label="${names.label}">
    <label>
      ${names.state}
      <select id="filter-state">
        <option value="">${names.living}</option>
        ${sceneStates.map((state) => html`<option value="${state}">${states[state]}</option>`)}
      </select>
    </label>
    ${nameField('site', names.site)} ${nameField('account', names.account)}
    <button class="quiet" id="filter-clear" type="button" hidden>${names.clear}</button>
    <span class="count" id="count"></span>
    <button class="quiet fresh" id="fresh" type="button" hidden></button>
  </form>`;
}

function nameField(field: 'site' | 'account', name: string): Html {
  return html`<label>
      ${name}
      <input
        id="filter-${field}"
        list="known-${field}"
        maxlength="32"
        pattern="[a-z0-9\\-]*"
        autocapitalize="none"
        autocomplete="off"
        spellcheck="false"
      />
    </label>
    <datalist id="known-${field}"></datalist>`;
}

/** The roles are said once more: on a phone the rows are drawn as cards, and a browser would no longer see a table. */
function table({ title, columns }: Words): Html {
  return html`<table class="scenes" id="scenes" role="table" aria-label="${title}" hidden>
    <thead role="rowgroup">
      <tr role="row">
        ${Object.entries(columns).map(
          ([column, name]) => html`<th role="columnheader" scope="col" class="${column}">${name}</th>`,
        )}
      </tr>
    </thead>
    <tbody id="rows" role="rowgroup"></tbody>
  </table>`;
}
