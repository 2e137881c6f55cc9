import { accountAvatar, avatar } from './avatar.js';
import { byId, make, onChange } from './dom.js';
import { shortScene } from './scene.js';

/** @import { App } from './app.js' */
/** @import { ChatLine, Person } from './types.d.ts' */

/**
 * The chat with the account.
 * @param {App} app
 */
export function mountChat(app) {
  const root = byId('chat');
  const toEnd = () => (root.scrollTop = root.scrollHeight);
  new ResizeObserver(toEnd).observe(root);
  return onChange(
    () => [
      app.language,
      app.person?.id,
      app.person?.follows,
      app.person?.chat.length,
      app.person?.chat.at(-1),
    ],
    () => {
      const { text, person } = app;
      root.setAttribute('aria-label', text.chat);
      const lines = person?.chat.map((line) => lineOf(app, person, line)) ?? [];
      const empty = make('p', { class: 'empty' }, person?.follows ? text.empty : text.emptyNot);
      root.replaceChildren(...(lines.length > 0 ? lines : [empty]));
      toEnd();
    },
  );
}

/**
 * @param {App} app
 * @param {Person} person
 * @param {ChatLine} line
 */
function lineOf(app, person, { from, text, notice }) {
  if (from === 'notice') {
    const words = notice ? app.text.notices[notice](shortScene(text)) : text;
    return make('p', { class: notice === 'fault' ? 'notice fault' : 'notice' }, words);
  }
  const bubble = make('p', { class: 'bubble' }, ...(from === 'account' ? withLinks(app, text) : [text]));
  const picture = from === 'account' ? accountAvatar() : avatar(person.id);
  return make('div', { class: from === 'account' ? 'line' : 'line own' }, picture, bubble);
}

const link = /<a href="([^"]*)">([^<]*)<\/a>/g;

/**
 * A reply's text; of its links those live that a chat knows: an answer to send, and a page to open.
 * @param {App} app
 * @param {string} text
 */
function withLinks(app, text) {
  /** @type {(Node | string)[]} */
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(link)) {
    const [whole, address = '', label = ''] = match;
    parts.push(text.slice(end, match.index), linkOf(app, address, label) ?? whole);
    end = match.index + whole.length;
  }
  parts.push(text.slice(end));
  return parts;
}

/**
 * @param {App} app
 * @param {string} address
 * @param {string} label
 */
function linkOf(app, address, label) {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol === 'weixin:' && address.startsWith('weixin://bizmsgmenu?'))
    return answerLink(app, url, label);
  if (!/^https?:$/.test(url.protocol)) return undefined;
  return make('a', { href: url.href, target: '_blank', rel: 'noopener noreferrer' }, label);
}

/**
 * @param {App} app
 * @param {URL} url
 * @param {string} label
 */
function answerLink(app, { searchParams }, label) {
  const text = searchParams.get('msgmenucontent') ?? label;
  const menuId = searchParams.get('msgmenuid') ?? '';
  return make(
    'button',
    { type: 'button', class: 'link', onclick: () => void app.act('/message', { text, menuId }) },
    label,
  );
}
