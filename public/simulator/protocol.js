import { callCard } from './call-card.js';
import { deliveryCard } from './delivery.js';
import { byId, make, onChange } from './dom.js';

/** @import { App } from './app.js' */
/** @import { ExchangeCard } from './delivery.js' */
/** @import { Delivery, MiniCall } from './types.d.ts' */

/**
 * What went over the wire, to the webhook and from the mini program, the newest first.
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
  const isEmpty = () => app.deliveries.length + app.miniCalls.length === 0;
  const renderCards = cardsIn(list, app);

  const renderWords = onChange(
    () => [app.language, app.state?.webhookUrl, app.state?.account.mode, isEmpty()],
    () => {
      const { text, state } = app;
      title.textContent = text.protocol;
      hint.textContent = text.protocolHint;
      clear.textContent = text.clear;
      clear.hidden = isEmpty();
      empty.textContent = text.noDeliveries;
      empty.hidden = !isEmpty();
      address.textContent = state
        ? `POST ${state.webhookUrl} · ${state.account.mode}\n${state.miniProgram.serverUrl}/…`
        : '';
    },
  );
  return () => {
    renderWords();
    renderCards();
  };
}

/**
 * @param {HTMLElement} list
 * @param {App} app
 */
function cardsIn(list, app) {
  const add = (/** @type {HTMLElement} */ card) => {
    for (const kind of [deliveries, calls]) kind.fold();
    list.prepend(card);
  };
  const deliveries = cardsOf((/** @type {Delivery} */ delivery) => deliveryCard(app, delivery), add);
  const calls = cardsOf((/** @type {MiniCall} */ call) => callCard(app, call), add);
  return () => {
    deliveries.keep(app.deliveries);
    calls.keep(app.miniCalls);
    const shows = [
      ...app.deliveries.map((one) => ({ at: one.at, show: () => deliveries.show(one) })),
      ...app.miniCalls.map((one) => ({ at: one.at, show: () => calls.show(one) })),
    ];
    for (const { show } of shows.toSorted((a, b) => a.at - b.at)) show();
  };
}

/**
 * The cards of one kind of exchange.
 * @template {{ id: number }} T
 * @param {(exchange: T) => ExchangeCard<T>} makeCard
 * @param {(card: HTMLElement) => void} add
 */
function cardsOf(makeCard, add) {
  /** @type {Map<number, ExchangeCard<T>>} by the exchange's id */
  const cards = new Map();
  return {
    fold() {
      for (const card of cards.values()) card.fold();
    },
    /** @param {T[]} present */
    keep(present) {
      const ids = new Set(present.map(({ id }) => id));
      for (const [id, card] of cards)
        if (!ids.has(id)) {
          card.root.remove();
          cards.delete(id);
        }
    },
    /** @param {T} exchange */
    show(exchange) {
      const card = cards.get(exchange.id) ?? makeCard(exchange);
      if (!cards.has(exchange.id)) {
        add(card.root);
        cards.set(exchange.id, card);
      }
      card.render(exchange);
    },
  };
}
