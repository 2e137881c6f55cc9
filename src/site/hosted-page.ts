/**
 * Owns the markup of the hosted login page and of its error page: pure functions from data to a document.
 * Everything the script needs stands in data attributes, so that the page runs under a CSP without inline script or style.
 */
import { html } from '../http/html.ts';
import type { Html, Piece } from '../http/html.ts';
import { words } from './hosted-text.ts';
import type { Lang, PageFault, Way } from './hosted-text.ts';

export type { Lang, PageFault, Way } from './hosted-text.ts';

/** The login as the server has validated it; the page believes these values, not its own address. */
export interface LoginPage {
  lang: Lang;
  siteId: string;
  siteName: string;
  redirectUri: string;
  state: string;
  codeChallenge: string | null;
  /** Whose code it shows. */
  account: string;
  /** What is scanned. */
  way: Way;
  /** An account of the site where something else is; `null`: it has none. */
  otherAccount: string | null;
  /** The query of this request as it came, for the links to this page as it may be otherwise. */
  query: string;
  userAgent: string;
  /** Where the sandbox's phone is; `null` with a real WeChat. */
  sandboxPhoneUrl: string | null;
}

export interface ErrorPage {
  lang: Lang;
  status: number;
  faults: readonly PageFault[];
  query: string;
}

/** Everything `page.js` imports, so that the browser loads it in one go and not import by import. */
const modules = [
  '/login/browser.js',
  '/login/countdown.js',
  '/login/login-flow.js',
  '/login/poller.js',
  '/login/qr-picture.js',
  '/login/scene-api.js',
  '/login/scene-client.js',
  '/login/scene-maker.js',
  '/login/scene-socket.js',
  '/login/session.js',
  '/login/text.js',
  '/login/view.js',
  '/login/wake.js',
  '/protocol/close-codes.js',
  '/protocol/messages.js',
];

export function loginPage(login: LoginPage): string {
  const text = words[login.lang];
  const head = html`<link rel="stylesheet" href="/login/login.css" />
    <link rel="stylesheet" href="/login/progress.css" />
    <script type="module" src="/login/page.js"></script>
    ${modules.map((module) => html`<link rel="modulepreload" href="${module}" />`)}`;
  const body = html`${sandboxBanner(login)}
    <main
      class="card login"
      id="login"
      data-phase="preparing"
      data-lang="${login.lang}"
      data-site="${login.siteId}"
      data-site-name="${login.siteName}"
      data-account="${login.account}"
      data-redirect-uri="${login.redirectUri}"
      data-state="${login.state}"
      ${login.codeChallenge !== null && html`data-code-challenge="${login.codeChallenge}"`}
    >
      <h1><bdi>${login.siteName}</bdi></h1>
      <p class="instruction">${text.instruction}</p>
      <noscript><p class="noscript">${text.noscript}</p></noscript>
      ${codeBox(text.preparing)} ${steps(text.stepsLabel, text.steps)} ${hints(login)} ${otherWay(login)}
      <p class="visually-hidden" id="announcement" role="status"></p>
    </main>`;
  return page(login, text.title(login.siteName), head, body);
}

/** Never leads anywhere: an address that was not registered is not to be trusted with a visitor. */
export function errorPage(error: ErrorPage): string {
  const text = words[error.lang].error;
  const faults = error.faults.map(
    (fault) =>
      html`<li>
        <code>${fault}</code>
        <p>${text.faults[fault]}</p>
      </li>`,
  );
  const body = html`<main class="card">
    <svg class="icon warning" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M12 3.5 22 20.5H2Z M12 10v4.5 M12 17.4v.1" />
    </svg>
    <h1>${text.title}</h1>
    <p class="instruction">${text.visitor}</p>
    <section class="details">
      <h2>${text.developer} <span>HTTP ${error.status}</span></h2>
      <ul>
        ${faults}
      </ul>
    </section>
  </main>`;
  return page(error, text.title, null, body);
}

function page(to: { lang: Lang; query: string }, title: string, head: Piece, body: Html): string {
  const text = words[to.lang];
  return html`<!doctype html>
    <html lang="${text.htmlLang}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <link rel="icon" href="/login/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/theme.css" />
        ${head}
      </head>
      <body>
        ${body}
        <footer class="footer">
          <span>Saoma</span>
          ${languageLink(text.switchTo, to.query)}
        </footer>
      </body>
    </html> `.toString();
}

function languageLink(other: { lang: Lang; htmlLang: string; name: string }, query: string): Html {
  return html`<a
    href="${queryWith(query, 'lang', other.lang)}"
    hreflang="${other.htmlLang}"
    lang="${other.htmlLang}"
    >${other.name}</a
  >`;
}

/** Relative, so that it keeps whatever path the page has; the other parameters stay as they are. */
function queryWith(query: string, name: string, value: string): string {
  const parameters = new URLSearchParams(query);
  parameters.set(name, value);
  return `?${parameters.toString()}`;
}

function hints({ lang, way, userAgent }: LoginPage): Html {
  const lines = words[lang].hints[way][deviceOf(userAgent)];
  return html`<div class="hints">${lines.map((hint) => html`<p>${hint}</p>`)}</div>`;
}

function otherWay({ lang, way, otherAccount, query }: LoginPage): Html | null {
  if (otherAccount === null) return null;
  const { use } = words[lang];
  const other = way === 'miniProgram' ? use.officialAccount : use.miniProgram;
  return html`<p class="way"><a href="${queryWith(query, 'account', otherAccount)}">${other}</a></p>`;
}

function sandboxBanner({ lang, sandboxPhoneUrl }: LoginPage): Html | null {
  if (sandboxPhoneUrl === null) return null;
  return html`<p class="banner">
    ${words[lang].sandbox}
    <a href="${sandboxPhoneUrl}" target="_blank" rel="noopener">${words[lang].sandboxPhone}</a>
  </p>`;
}

/** The box has its size before the code is there, and keeps it whatever is shown on it. */
function codeBox(preparing: string): Html {
  return html`<div class="code" id="code" tabindex="-1">
      <div class="pictures" id="pictures"></div>
      <div class="overlay" id="overlay">
        <span class="badge">
          <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path id="overlay-icon" d="" /></svg>
        </span>
        <p class="overlay-title" id="overlay-title">${preparing}</p>
        <p class="overlay-text" id="overlay-text"></p>
        <button class="button" id="overlay-button" type="button" hidden></button>
      </div>
    </div>
    <p class="line" id="line">
      <svg class="ring" viewBox="0 0 20 20" aria-hidden="true">
        <circle cx="10" cy="10" r="8" />
        <circle class="ring-left" id="ring" cx="10" cy="10" r="8" pathLength="100" />
      </svg>
      <span id="line-text"></span>
    </p>`;
}

function steps(label: string, names: readonly string[]): Html {
  return html`<ol class="steps" id="steps" aria-label="${label}">
    ${names.map((name) => html`<li>${name}</li>`)}
  </ol>`;
}

/** Who opens the page on the phone that would have to scan it needs another way in. */
function deviceOf(userAgent: string): 'computer' | 'phone' | 'wechat' {
  const onPhone = /Android|iPhone|iPod|Mobile|HarmonyOS/i.test(userAgent);
  if (!onPhone) return 'computer';
  return /MicroMessenger/i.test(userAgent) ? 'wechat' : 'phone';
}
