import { byId, make, onChange } from './dom.js';

/** @import { App } from './app.js' */
/** @import { Language } from './text.js' */

/** @type {[Language, string][]} */
const languages = [
  ['zh-CN', '中文'],
  ['en', 'English'],
];

/**
 * The page's head: its name, the way back to the demo site, and the language.
 * @param {App} app
 */
export function mountTop(app) {
  const root = byId('top');
  return onChange(
    () => [app.language, app.state?.siteUrl, app.connected],
    () => {
      const { text, language } = app;
      document.documentElement.lang = language;
      document.title = `${text.title} · Saoma`;
      root.replaceChildren(
        make(
          'div',
          { class: 'brand' },
          make('img', { src: '/simulator/icon.svg', alt: '', width: '32', height: '32' }),
          make('div', {}, make('h1', {}, text.brand), make('p', {}, text.subtitle)),
        ),
        make('nav', {}, siteLink(app), languageSwitch(app)),
        make('p', { class: 'lost', role: 'status', hidden: app.connected }, text.lost),
      );
    },
  );
}

/** @param {App} app */
function siteLink({ state, text }) {
  return state?.siteUrl ? make('a', { href: state.siteUrl, rel: 'noopener' }, text.site) : null;
}

/** @param {App} app */
function languageSwitch(app) {
  const buttons = languages.map(([language, name]) =>
    make(
      'button',
      {
        type: 'button',
        id: `language-${language}`,
        lang: language,
        'aria-pressed': String(app.language === language),
        onclick: () => {
          app.speak(language);
          // The head is made anew: keep the focus where it was.
          requestAnimationFrame(() => document.getElementById(`language-${language}`)?.focus());
        },
      },
      name,
    ),
  );
  return make('div', { class: 'switch', role: 'group', 'aria-label': app.text.language }, ...buttons);
}
