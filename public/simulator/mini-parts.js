import { draw, make } from './dom.js';

/** @import { App } from './app.js' */
/** @import { MiniAsk, MiniScreen } from './types.d.ts' */

/**
 * Who wants to sign in, and the two answers.
 * @param {App} app
 * @param {MiniScreen} screen
 * @param {MiniAsk} ask
 */
export function miniAsk(app, screen, { site, browser, address, openedAt }) {
  const { mini } = app.text;
  const time = new Date(openedAt).toLocaleTimeString(app.language, { hour12: false });
  /** @param {string} name @param {string} value */
  const row = (name, value) => [make('dt', {}, name), make('dd', {}, value || mini.unknown)];
  /** @param {'accept' | 'decline'} answer @param {string} words @param {string} look */
  const button = (answer, words, look) =>
    make(
      'button',
      {
        type: 'button',
        id: `mini-${answer}`,
        class: look,
        'aria-busy': String(screen.busy),
        onclick: () => void app.mini('/answer', { answer }),
      },
      words,
    );
  return [
    make('h2', { tabindex: '-1' }, mini.ask(site)),
    make(
      'dl',
      { class: 'mini-facts' },
      ...row(mini.site, site),
      ...row(mini.browser, browser),
      ...row(mini.address, address === 'unknown' ? '' : address),
      ...row(mini.openedAt, time),
    ),
    make('p', { class: 'hint' }, mini.careful),
    button('accept', mini.accept, 'primary'),
    button('decline', mini.decline, 'quiet'),
  ];
}

const marks = {
  confirmed: 'M14 25l7 7 14-15',
  denied: 'M16 16l16 16M32 16L16 32',
  failed: 'M24 13v14M24 34v1',
};

/**
 * How it ended.
 * @param {App} app
 * @param {MiniScreen} screen
 */
export function miniEnd({ text }, { step, trouble, ask }) {
  const { mini } = text;
  const kind = step === 'confirmed' || step === 'denied' ? step : 'failed';
  const why = trouble ? (mini.troubles[trouble.code] ?? trouble.message) : '';
  const words = kind === 'failed' ? why : mini.endHints[kind](ask?.site ?? '');
  return [
    draw(
      'svg',
      { viewBox: '0 0 48 48', 'aria-hidden': 'true', class: `mini-mark ${kind}` },
      draw('circle', { cx: '24', cy: '24', r: '23' }),
      draw('path', { d: marks[kind] }),
    ),
    make('h2', { tabindex: '-1' }, mini.ends[kind]),
    make('p', { class: 'hint' }, words),
  ];
}
