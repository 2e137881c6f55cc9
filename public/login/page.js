/** Joins the hosted login page: reads what the server wrote into it, starts the login, and goes back to the site at its end. */
import { browser } from './browser.js';
import { LoginFlow } from './login-flow.js';
import { openSession } from './session.js';
import { LoginView } from './view.js';

const page = /** @type {HTMLElement} */ (document.getElementById('login')).dataset;
const site = page['site'] ?? '';
const state = page['state'] ?? '';
const redirectUri = page['redirectUri'] ?? '';
const codeChallenge = page['codeChallenge'];
const account = page['account'] ?? '';
const lang = page['lang'] === 'en' ? 'en' : 'zh';
let left = false;

const view = new LoginView({ lang, site: page['siteName'] ?? site }, browser, () => flow.act());
const flow = new LoginFlow({
  request: {
    site,
    state,
    account,
    ...(codeChallenge !== undefined && { codeChallenge }),
  },
  session: openSession([site, redirectUri, state, codeChallenge, account], reloaded),
  world: browser,
  show: (next) => view.show(next),
  leave,
});

// Back from the site to this very page, asleep in the browser's cache: its scene is spent.
browser.on('restored', () => {
  if (!left) return;
  flow.forget();
  location.reload();
});

document.querySelector('a[hreflang]')?.addEventListener('click', (event) => {
  const chosen = /** @type {HTMLAnchorElement} */ (event.currentTarget).hreflang === 'en' ? 'en' : 'zh';
  document.cookie = `saoma_lang=${chosen}; path=/login; max-age=31536000; samesite=lax`;
});

flow.start();

/** @param {string} code */
function leave(code) {
  left = true;
  const target = new URL(redirectUri);
  target.searchParams.set('code', code);
  target.searchParams.set('state', state);
  location.replace(target);
}

function reloaded() {
  const [navigation] = performance.getEntriesByType('navigation');
  return /** @type {PerformanceNavigationTiming | undefined} */ (navigation)?.type === 'reload';
}
