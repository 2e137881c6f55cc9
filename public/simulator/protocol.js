import { deliveryCard } from './delivery.js';
import { byId, make, onChange } from './dom.js';

/** @import { App } from './app.js' */
/** @import { DeliveryCard } from './delivery.js' */

/**
 * What was posted to the webhook and what came back, the newest first.
 * @param {App} app
 */
export function mountProtocol(app) {
  const title = make('h2');
  const hint = make('p', { class: 'hint' });
  const address = make('code', { class: 'address' });
  const clear = make('button', {
    type: 'button',
    class: 'quiet small',
    onclick: () => void app.call('/history', {}, 'DELETE'),
  });
  const empty = make('p', { class: 'empty' });
  const list = make('ol', { class: 'deliveries' });
  byId('protocol').replaceChildren(
    make('div', { class: 'head' }, make('div', {}, title, hint), clear),
    address,
    empty,
    list,
  );
  /** @type {Map<number, DeliveryCard>} */
  const cards = new Map();

  const renderWords = onChange(
    () => [app.language, app.state?.webhookUrl, app.state?.account.mode, app.deliveries.length === 0],
    () => {
      const { text, state } = app;
      title.textContent = text.protocol;
      hint.textContent = text.protocolHint;
      clear.textContent = text.clear;
      clear.hidden = app.deliveries.length === 0;
      empty.textContent = text.noDeliveries;
      empty.hidden = app.deliveries.length > 0;
      address.textContent = state ? `POST ${state.webhookUrl} · ${state.account.mode}` : '';
    },
  );
  return () => {
    renderWords();
    renderCards(app, cards, list);
  };
}

/**
 * @param {App} app
 * @param {Map<number, DeliveryCard>} cards by the delivery's id
 * @param {HTMLElement} list
 */
function renderCards(app, cards, list) {
  const present = new Set(app.deliveries.map(({ id }) => id));
  for (const [id, card] of cards)
    if (!present.has(id)) {
      card.root.remove();
      cards.delete(id);
    }
  for (const delivery of app.deliveries) {
    const known = cards.get(delivery.id);
    const card = known ?? deliveryCard(app, delivery);
    if (!known) {
      for (const other of cards.values()) other.fold();
      cards.set(delivery.id, card);
      list.prepend(card.root);
    }
    card.render(delivery);
  }
}
