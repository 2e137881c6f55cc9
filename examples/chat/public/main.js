/** Owns the page: who sits where, and what is asked of its backend. */
import { element } from './dom.js';
import { Seat } from './seat.js';
import { texts } from './text.js';

/** @typedef {import('./seat.js').Person} Person */
/** @typedef {import('./seat.js').Presence} Presence */
/** @typedef {'left' | 'right'} Name */

const lang = document.documentElement.lang.startsWith('zh') ? 'zh' : 'en';
const text = texts[lang];
const names = /** @type {const} */ (['left', 'right']);
/** A page of its own for one side, as for two people at two screens. */
const alone = names.find((name) => name === new URLSearchParams(location.search).get('side'));
const presenceEvery = 3_000;
const root = /** @type {HTMLElement} */ (document.querySelector('#chat'));
/** @type {Map<Name, Seat>} */
const seats = new Map();

if (alone) {
  document.body.classList.add('alone');
  document.title = `${text.seat[alone]} · ${document.title}`;
}
// The left side opens in a new window, and this one is left to the right side.
document
  .querySelector('#apart')
  ?.addEventListener('click', () => setTimeout(() => location.assign(`?lang=${lang}&side=right`)));
void show();

async function show() {
  try {
    const { socketUrl, people } = await ask('seats');
    root.replaceChildren(
      element(
        'div',
        { class: 'seats' },
        ...(alone ? [alone] : names).map((name) => sideOf(name, people, socketUrl)),
      ),
    );
    if (people.left || people.right) root.append(announcer());
    void watchPresence(people);
  } catch {
    const again = element(
      'button',
      { type: 'button', class: 'primary', click: () => void show() },
      text.again,
    );
    root.replaceChildren(
      element('div', { class: 'notice', role: 'alert' }, element('p', {}, text.failed), again),
    );
  }
  root.removeAttribute('aria-busy');
}

/** @param {Name} name @param {Record<Name, Person | null>} people @param {string} socketUrl */
function sideOf(name, people, socketUrl) {
  const person = people[name];
  if (!person) return emptySeat(name);
  const other = people[name === 'left' ? 'right' : 'left'];
  const seat = new Seat({ name, person, other, socketUrl, signOut: () => void signOut(name) }, text);
  seats.set(name, seat);
  return seat.element;
}

/** @param {Name} name */
function emptySeat(name) {
  const href = `sign-in?${new URLSearchParams({ seat: name, lang, ...(alone && { alone: '1' }) }).toString()}`;
  return element(
    'section',
    { class: 'seat empty-seat', id: name, 'aria-labelledby': `name-${name}` },
    element('h2', { id: `name-${name}` }, text.seat[name]),
    element('p', {}, text.signInHint),
    element('a', { class: 'button', href }, text.signIn),
  );
}

/** @param {Name} name */
async function signOut(name) {
  seats.forEach((seat) => seat.end());
  await ask(`sign-out?seat=${name}`, { method: 'POST' }).catch(() => undefined);
  location.reload();
}

/** The site speaks too, through its backend: a page has no right to. */
function announcer() {
  const input = element('input', {
    'aria-label': text.announcement,
    placeholder: text.announcement,
    maxlength: '500',
  });
  const said = element('p', { role: 'status' });
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!input.value.trim()) return;
    const good = await ask('announce', { method: 'POST', body: input.value }).catch(() => undefined);
    if (good) input.value = '';
    said.textContent = good ? text.announced : text.failed;
  };
  const button = element('button', {}, text.announce);
  return element('form', { class: 'announcer', submit: (event) => void submit(event) }, input, button, said);
}

/** @param {Record<Name, Person | null>} people */
async function watchPresence(people) {
  for (;;) {
    /** @type {Record<Name, Presence | null> | undefined} */
    const told =
      document.visibilityState === 'visible' ? await ask('presence').catch(() => undefined) : undefined;
    // Somebody sat down or stood up in another window.
    if (told && names.some((name) => !told[name] !== !people[name])) return location.reload();
    seats.get('left')?.setPresence(told?.right ?? null);
    seats.get('right')?.setPresence(told?.left ?? null);
    await new Promise((resolve) => setTimeout(resolve, presenceEvery));
  }
}

/** @param {string} path @param {RequestInit} [init] @returns {Promise<any>} */
async function ask(path, init) {
  const answer = await fetch(path, init);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}
