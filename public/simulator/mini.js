import { settleCovers } from './cover.js';
import { byId, make, onChange } from './dom.js';
import { miniAsk, miniEnd } from './mini-parts.js';
import { talkPart } from './mini-talk.js';

/** @import { App } from './app.js' */
/** @import { MiniScreen } from './types.d.ts' */

/**
 * The mini program, open over the chat: who wants to sign in, the answer, and what became of it.
 * @param {App} app
 */
export function mountMini(app) {
  const root = byId('mini');
  const mini = programOf(app);
  const { program } = mini;
  /** @type {Element | null} what opened it, to go back to */
  let opener = null;
  return () => {
    const isOpen = Boolean(app.person?.mini);
    const wasOpen = program.isConnected;
    const focused = root.contains(document.activeElement) ? document.activeElement : null;
    mini.render();
    if (isOpen && !wasOpen) {
      opener = document.activeElement;
      root.replaceChildren(program);
    }
    if (!isOpen && wasOpen) root.replaceChildren();
    if (isOpen !== wasOpen) settleCovers();
    if (isOpen && !wasOpen) program.querySelector('h2')?.focus({ preventScroll: true });
    else if (focused && !focused.isConnected) refocus(isOpen ? root : null, focused.id, opener);
  };
}

/**
 * Keeps the keyboard where it was: on the same button as it is made anew, else on what is new, else where it came from.
 * @param {HTMLElement | null} root
 * @param {string} id
 * @param {Element | null} opener
 */
function refocus(root, id, opener) {
  const target = root ? ((id && document.getElementById(id)) ?? root.querySelector('h2')) : opener;
  if (target instanceof HTMLElement) target.focus({ preventScroll: true });
}

/** @param {App} app */
function programOf(app) {
  const close = () => void app.mini('/close');
  const name = make('strong', { id: 'mini-name' });
  const capsule = make('button', { type: 'button', id: 'mini-close', class: 'capsule', onclick: close });
  const page = make('div', { class: 'mini-page' });
  const talk = talkPart(app);
  const foot = make('div', { class: 'mini-foot' });
  const onkeydown = (/** @type {Event} */ event) =>
    /** @type {KeyboardEvent} */ (event).key === 'Escape' && close();
  const program = make(
    'div',
    { class: 'mini', role: 'dialog', 'aria-labelledby': 'mini-name', onkeydown },
    make('div', { class: 'mini-bar' }, name, capsule),
    page,
    talk.root,
    foot,
  );
  const renderProgram = onChange(
    () => [app.language, app.person?.id, app.person?.mini],
    () => {
      const screen = app.person?.mini;
      if (!screen) return;
      name.textContent = app.text.mini.name;
      capsule.textContent = app.text.mini.close;
      program.setAttribute('aria-busy', String(screen.busy));
      page.replaceChildren(...pageOf(app, screen));
      foot.replaceChildren(...footOf(app, screen));
      talk.root.hidden = screen.step !== 'home';
    },
  );
  return {
    program,
    render() {
      renderProgram();
      talk.render();
    },
  };
}

/**
 * @param {App} app
 * @param {MiniScreen} screen
 */
function pageOf(app, screen) {
  const parts = [...stepOf(app, screen), troubleOf(app, screen), profileOf(app, screen)];
  return parts.filter((part) => part !== null);
}

/**
 * @param {App} app
 * @param {MiniScreen} screen
 * @returns {Node[]}
 */
function stepOf(app, screen) {
  const { mini } = app.text;
  if (screen.step === 'opening') return [make('span', { class: 'turning' }), title(mini.opening)];
  if (screen.step === 'ask' && screen.ask) return miniAsk(app, screen, screen.ask);
  if (screen.step === 'home') return [title(mini.home), make('p', { class: 'hint' }, mini.homeHint)];
  if (screen.step === 'signed_out') return signedOut(app);
  return miniEnd(app, screen);
}

/** @param {App} app */
function signedOut(app) {
  const { signedOut: words, signIn } = app.text.mini;
  const onclick = () => void app.mini('/open');
  return [
    title(words),
    make('button', { type: 'button', id: 'mini-sign-in', class: 'primary', onclick }, signIn),
  ];
}

/** @param {string} words */
function title(words) {
  return make('h2', { tabindex: '-1' }, words);
}

/**
 * @param {App} app
 * @param {MiniScreen} screen
 */
function troubleOf({ text }, { trouble, step }) {
  if (!trouble || step === 'failed') return null;
  const words = text.mini.troubles[trouble.code] ?? trouble.message;
  return make('p', { class: 'mini-trouble', role: 'alert' }, words);
}

/**
 * @param {App} app
 * @param {MiniScreen} screen
 */
function profileOf({ text }, { profile }) {
  const name = profile?.['nickName'];
  if (typeof name !== 'string') return null;
  return make('p', { class: 'mini-profile' }, text.mini.profile(name));
}

/**
 * What can be done on every page of it, and what WeChat may do behind it.
 * @param {App} app
 * @param {MiniScreen} screen
 */
function footOf(app, screen) {
  const { mini } = app.text;
  /** @param {string} id @param {string} words @param {string} hint */
  const button = (id, words, hint) => {
    const onclick = () => void app.mini(`/${id}`);
    return make(
      'button',
      { type: 'button', id: `mini-${id}`, class: 'quiet small', title: hint, onclick },
      words,
    );
  };
  return [
    make(
      'ol',
      { class: 'mini-events', role: 'log', tabindex: '0', 'aria-label': mini.events },
      ...eventsOf(app, screen),
    ),
    make(
      'div',
      { class: 'mini-acts' },
      button('profile', mini.askProfile, mini.askProfileHint),
      button('replace-session-key', mini.replaceKey, mini.replaceKeyHint),
      button('sign-out', mini.signOut, mini.signOutHint),
    ),
  ];
}

/**
 * The newest first, so that it is seen without scrolling.
 * @param {App} app
 * @param {MiniScreen} screen
 */
function eventsOf(app, { events }) {
  return events.toReversed().map(({ at, event }) => {
    const time = new Date(at).toLocaleTimeString(app.language, { hour12: false });
    return make('li', {}, make('time', {}, time), ` ${app.text.mini.happened[event]}`);
  });
}
