import { send } from './api.js';
import { avatar } from './avatar.js';
import { byId, make, onChange } from './dom.js';

/** @import { App } from './app.js' */
/** @import { Person } from './types.d.ts' */

/**
 * The people, one of whom holds the phone.
 * @param {App} app
 */
export function mountPeople(app) {
  const root = byId('people');
  const list = make('fieldset');
  const dialog = make('dialog');
  root.replaceChildren(list, dialog);

  const renderDialog = onChange(
    () => app.language,
    () => {
      dialog.setAttribute('aria-label', app.text.add);
      dialog.replaceChildren(addForm(app, dialog));
    },
  );
  const renderList = onChange(
    () => [app.language, app.person?.id, app.people.map(({ id, name, follows }) => [id, name, follows])],
    () => {
      const focused = list.contains(document.activeElement);
      const choices = app.people.map((person) => choice(app, person));
      list.replaceChildren(
        make('legend', {}, app.text.people),
        make('div', { class: 'people' }, ...choices, addButton(app, dialog)),
      );
      if (focused) document.getElementById(`person-${app.person?.id}`)?.focus();
    },
  );
  return () => {
    renderDialog();
    renderList();
  };
}

/**
 * @param {App} app
 * @param {Person} person
 */
function choice(app, { id, name, follows }) {
  const checked = app.person?.id === id;
  return make(
    'label',
    { class: follows ? 'person follows' : 'person', title: follows ? app.text.follows : app.text.followsNot },
    make('input', {
      type: 'radio',
      id: `person-${id}`,
      name: 'person',
      value: id,
      checked,
      onchange: () => app.hold(id),
    }),
    avatar(id),
    make('span', { class: 'name' }, name),
    make('span', { class: 'hidden' }, follows ? app.text.follows : app.text.followsNot),
  );
}

/**
 * @param {App} app
 * @param {HTMLDialogElement} dialog
 */
function addButton(app, dialog) {
  return make(
    'button',
    { type: 'button', class: 'person add', onclick: () => dialog.showModal() },
    make('span', { class: 'plus', 'aria-hidden': 'true' }, '+'),
    make('span', { class: 'hidden' }, app.text.add),
  );
}

/**
 * @param {App} app
 * @param {HTMLDialogElement} dialog
 */
function addForm(app, dialog) {
  const { text } = app;
  const name = make('input', { type: 'text', id: 'new-name', maxlength: '40', autocomplete: 'off' });
  const follows = make('input', { type: 'checkbox' });
  const save = async () => {
    dialog.close();
    const person = await send('/people', { name: name.value, follows: follows.checked });
    app.hold(person.id);
    form.reset();
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    save().catch((error) => app.say(error.message));
  };
  const form = make(
    'form',
    { onsubmit: submit },
    make('h2', {}, text.add),
    make('label', { for: 'new-name' }, text.name),
    name,
    make('label', { class: 'check' }, follows, text.followsAlready),
    make(
      'div',
      { class: 'row end' },
      make('button', { type: 'button', onclick: () => dialog.close() }, text.cancel),
      make('button', { type: 'submit', class: 'primary' }, text.save),
    ),
  );
  return form;
}
