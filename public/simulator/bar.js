import { byId, make, onChange } from './dom.js';

/** @import { App } from './app.js' */

/**
 * The chat's head: the account, and what else can be done with it.
 * @param {App} app
 */
export function mountBar(app) {
  const name = make('strong');
  const tag = make('span');
  const again = make('button', { type: 'button', class: 'quiet', onclick: () => void app.act('/repeat') });
  const follow = make('button', { type: 'button', class: 'quiet', onclick: () => void toggle(app) });
  byId('bar').replaceChildren(
    make('div', { class: 'account' }, name, tag),
    make('div', { class: 'row' }, again, follow),
  );
  return onChange(
    () => [app.language, app.person?.id, app.person?.follows, app.person?.lastEvent],
    () => {
      const { text, person } = app;
      const follows = person?.follows ?? false;
      name.textContent = text.account;
      tag.className = follows ? 'tag on' : 'tag';
      tag.textContent = follows ? text.follows : text.followsNot;
      again.textContent = text.again;
      again.title = text.againHint;
      again.disabled = !person?.lastEvent;
      follow.textContent = follows ? text.unfollow : text.follow;
    },
  );
}

/** @param {App} app */
export function isBusy(app) {
  return app.person !== undefined && app.busy.has(app.person.id);
}

/** @param {App} app */
function toggle(app) {
  return app.person?.follows ? app.act('/unfollow') : app.act('/follow', { withoutCode: true });
}
