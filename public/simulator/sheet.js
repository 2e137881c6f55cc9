import { accountAvatar } from './avatar.js';
import { settleCovers } from './cover.js';
import { byId, make, onChange } from './dom.js';
import { shortScene } from './scene.js';

/** @import { App } from './app.js' */
/** @import { Person } from './types.d.ts' */

/**
 * The page of the account that opens when somebody scans who does not follow.
 * @param {App} app
 */
export function mountSheet(app) {
  const root = byId('sheet');
  return onChange(
    () => [app.language, app.person?.id, app.person?.offered?.ticket],
    () => {
      const { person } = app;
      const wasOpen = root.childElementCount > 0;
      root.replaceChildren(...(person?.offered ? [sheetOf(app, person, person.offered.scene)] : []));
      settleCovers();
      if (person?.offered && !wasOpen) root.querySelector('button')?.focus();
    },
  );
}

/**
 * @param {App} app
 * @param {Person} person
 * @param {string} scene
 */
function sheetOf(app, person, scene) {
  const { text } = app;
  const close = () => void app.call('/dismiss', { person: person.id });
  return make(
    'div',
    {
      class: 'sheet',
      role: 'dialog',
      'aria-labelledby': 'sheet-title',
      onkeydown: (event) => /** @type {KeyboardEvent} */ (event).key === 'Escape' && close(),
    },
    accountAvatar(),
    make('h2', { id: 'sheet-title' }, text.sheetTitle),
    make('p', {}, text.sheetText),
    make('p', { class: 'scene' }, shortScene(scene)),
    make('button', { type: 'button', class: 'primary', onclick: () => void app.act('/follow') }, text.follow),
    make('button', { type: 'button', class: 'quiet', onclick: close }, text.notNow),
  );
}
