import { avatar } from './avatar.js';
import { make, onChange } from './dom.js';

/** @import { App } from './app.js' */
/** @import { Person, TalkLine } from './types.d.ts' */

/**
 * The mini program's chat: with whom, what was said, and whether the socket is open.
 * @param {App} app
 */
export function talkPart(app) {
  const people = make('select', { id: 'talk-with' });
  const label = make('label', { for: 'talk-with' });
  const line = make('button', { type: 'button', id: 'talk-online', class: 'quiet small' });
  const lines = make('div', { class: 'talk-lines', role: 'log', tabindex: '0' });
  const input = make('input', { type: 'text', id: 'talk-text', maxlength: '600', autocomplete: 'off' });
  const inputLabel = make('label', { for: 'talk-text', class: 'hidden' });
  const send = make('button', { type: 'submit', class: 'quiet' });
  const form = make('form', { class: 'talk-form' }, inputLabel, input, send);
  const root = make(
    'div',
    { class: 'talk' },
    make('div', { class: 'row' }, label, people, line),
    lines,
    form,
  );
  line.addEventListener('click', () => void app.mini('/online', { online: !isOnline(app) }));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text === '' || people.value === '') return;
    input.value = '';
    void app.mini('/talk', { to: people.value, text });
  });
  const renderWords = onChange(
    () => [
      app.language,
      app.person?.id,
      app.people.map(({ id, name }) => [id, name]),
      app.person?.talk.state,
    ],
    () => {
      const { talk } = app.text.mini;
      const chosen = people.value;
      label.textContent = talk.with;
      people.replaceChildren(...choicesOf(app, chosen));
      line.textContent = isOnline(app) ? talk.goOffline : talk.goOnline;
      lines.setAttribute('aria-label', talk.lines);
      inputLabel.textContent = input.placeholder = talk.text;
      send.textContent = app.text.send;
    },
  );
  const renderLines = onChange(
    () => [app.language, app.person?.id, app.person?.talk],
    () => {
      lines.replaceChildren(...linesOf(app));
      lines.scrollTop = lines.scrollHeight;
    },
  );
  return {
    root,
    render() {
      renderWords();
      renderLines();
    },
  };
}

/** @param {App} app */
function isOnline({ person }) {
  return person?.talk.state === 'online' || person?.talk.state === 'connecting';
}

/**
 * @param {App} app
 * @param {string} chosen
 */
function choicesOf({ people, person }, chosen) {
  const others = people.filter(({ id }) => id !== person?.id);
  return others.map(({ id, name }) => make('option', { value: id, selected: id === chosen }, name));
}

/** @param {App} app */
function linesOf(app) {
  const { person, text } = app;
  if (!person) return [];
  const state = make('p', { class: 'notice' }, text.mini.talk.states[person.talk.state]);
  return [...person.talk.lines.map((line) => lineOf(app, person, line)), state];
}

/**
 * @param {App} app
 * @param {Person} person
 * @param {TalkLine} line
 */
function lineOf(app, person, line) {
  const other = app.people.find(({ id }) => id === line.with);
  const name = other?.name ?? line.with ?? app.text.site;
  const became = app.text.mini.talk.became[line.status];
  const about = line.own ? `${name} · ${became}${line.why && `: ${line.why}`}` : name;
  return make(
    'div',
    { class: line.own ? 'line own' : 'line' },
    avatar(line.own ? person.id : (other?.id ?? name)),
    make('p', { class: 'bubble' }, line.text, make('span', { class: 'about' }, about)),
  );
}
