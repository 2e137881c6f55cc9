/**
 * Owns the markup of the dashboard: a pure function to a document without inline script or style; the script fills it.
 * The views have files of their own.
 */
import { html } from '../http/html.ts';
import type { Html } from '../http/html.ts';
import { settings } from '../kit/settings.ts';
import { scenesView } from './page-scenes.ts';
import { signInCard } from './page-sign-in.ts';
import { words } from './page-text.ts';
import type { Lang, Words } from './page-text.ts';

export interface OpsPage {
  lang: Lang;
  /** Else the card to sign in is shown first. */
  signedIn: boolean;
  /** Whether there is a token to sign in with. */
  byToken: boolean;
  /** The site whose code is scanned to sign in; `null`: only the token lets in. */
  scan: string | null;
  /** The dashboard's own: a page at another may not sign in. */
  origin: string;
}

/** Everything `page.js` imports, so that the browser loads it in one go and not import by import. */
const modules = [
  '/ops/address.js',
  '/ops/api.js',
  '/ops/board.js',
  '/ops/browser-name.js',
  '/ops/cancel-step.js',
  '/ops/detail-view.js',
  '/ops/dom.js',
  '/ops/drawer.js',
  '/ops/filters.js',
  '/ops/find.js',
  '/ops/hold.js',
  '/ops/link-state.js',
  '/ops/live-socket.js',
  '/ops/numbers.js',
  '/ops/older.js',
  '/ops/overviews.js',
  '/ops/own-address.js',
  '/ops/plain.js',
  '/ops/row-view.js',
  '/ops/session.js',
  '/ops/sign-in.js',
  '/ops/text.js',
  '/ops/text-en.js',
  '/ops/text-zh.js',
  '/ops/ticker.js',
  '/ops/timeline.js',
  '/ops/times.js',
  '/ops/views.js',
  '/protocol/messages.js',
];

const styles = [
  '/theme.css',
  ...['ops', 'top', 'board', 'scenes', 'badges', 'cards', 'drawer', 'sign-in'].map(styleOf),
];

/** Those that are loaded when somebody looks at them. */
const laterViews = ['insight', 'audit'] as const;

export function opsPage({ lang, signedIn, byToken, scan, origin }: OpsPage): string {
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
      <body
        data-lang="${lang}"
        data-signed-in="${signedIn ? 'yes' : 'no'}"
        data-by-token="${byToken ? 'yes' : 'no'}"
        data-scan="${scan ?? ''}"
        data-tries="${settings.ops.numberTries}"
        data-origin="${origin}"
      >
        <a class="skip signed-in" href="#main">${text.skip}</a>
        ${topBar(text)} ${signInCard(text, byToken)} ${views(text)} ${foot(text)} ${drawer()}
        <p class="visually-hidden" id="announcement" role="status"></p>
      </body>
    </html> `.toString();
}

function styleOf(name: string): string {
  return `/ops/${name}.css`;
}

function topBar({ title, views: names, viewsLabel, signOut, switchTo }: Words): Html {
  const links = Object.entries(names).map(
    ([view, name]) => html`<a href="?view=${view}" data-view="${view}">${name}</a>`,
  );
  return html`<header class="top">
    <img src="/login/icon.svg" alt="" width="28" height="28" />
    <h1>Saoma <span class="signed-out">${title}</span></h1>
    <nav class="views signed-in" id="views" aria-label="${viewsLabel}">${links}</nav>
    <p class="link" id="link" role="status" data-link="none"></p>
    <p class="who signed-in" id="who" hidden><bdi id="who-name"></bdi> <span id="who-role"></span></p>
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

/** Which of them is shown, the address tells: until the script has read it, none is seen. */
function views(text: Words): Html {
  return html`<main class="main signed-in" id="main" tabindex="-1">
    <section class="view" id="view-scenes" aria-label="${text.views.scenes}">${scenesView(text)}</section>
    ${laterViews.map(
      (view) =>
        html`<section class="view" id="view-${view}" aria-label="${text.views[view]}" hidden></section>`,
    )}
  </main>`;
}

/** What is said of the age of the rows lies over the page, at its lower edge: nothing moves for it. */
function foot({ footer }: Words): Html {
  return html`<div class="stale signed-in" id="stale" hidden>
      <span id="stale-says"></span> <button class="quiet" id="reconnect" type="button"></button>
    </div>
    <footer class="foot signed-in" aria-label="${footer}"><span id="zone"></span></footer>`;
}

function drawer(): Html {
  return html`<dialog class="drawer" id="drawer" aria-labelledby="drawer-title"></dialog>`;
}
