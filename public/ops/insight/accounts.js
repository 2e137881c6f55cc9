/** Owns the accounts: whether WeChat gives a token, how much of the day's QR codes is used, and what it last complained of. */
import { make, say } from '../dom.js';
import { plain } from '../plain.js';
import { texts } from '../text.js';
import { explain } from './faults.js';
import { Meter } from './meter.js';
import { panel } from './panel.js';

/** @typedef {import('../overviews.js').Overview} Overview */
/** @typedef {import('../overviews.js').AccountRow} AccountRow */

export class Accounts {
  element;
  #parts;
  #lead;
  #list = make('ul', { class: 'cards' });
  /** @type {Map<string, AccountCard>} */
  #cards = new Map();

  /** @param {import('./insight.js').Parts} parts */
  constructor(parts) {
    this.#parts = parts;
    const { title, none } = parts.text.accounts;
    const whole = panel('accounts', title, none, this.#list);
    this.element = whole.element;
    this.#lead = whole.lead;
  }

  /** @param {Overview} overview */
  update(overview) {
    const accounts = overview.accounts ?? [];
    const { none, qr } = this.#parts.text.accounts;
    const note = accounts.some((row) => row.qr) ? qr.midnight : '';
    say(this.#lead, accounts.length === 0 ? none : note);
    const named = new Set(accounts.map(({ account }) => account));
    for (const [name, card] of this.#cards) if (!named.has(name)) this.#drop(name, card);
    for (const row of accounts) this.#card(row).update(row);
  }

  tick() {
    for (const card of this.#cards.values()) card.tick();
  }

  /**
   * @param {string} name
   * @param {AccountCard} card
   */
  #drop(name, card) {
    card.element.remove();
    this.#cards.delete(name);
  }

  /** @param {AccountRow} row */
  #card(row) {
    const found = this.#cards.get(row.account);
    if (found) return found;
    const card = new AccountCard(row, this.#parts);
    this.#cards.set(row.account, card);
    this.#list.append(card.element);
    return card;
  }
}

class AccountCard {
  element = make('li', { class: 'account' });
  #parts;
  #row;
  #token = make('dd', { class: 'token' });
  #meter;
  #fault;

  /**
   * @param {AccountRow} row
   * @param {import('./insight.js').Parts} parts
   */
  constructor(row, parts) {
    this.#parts = parts;
    this.#row = row;
    this.#meter = new Meter(row.account, parts);
    this.#fault = new FaultNote(parts);
    const { token, qr } = parts.text.accounts;
    const [, kind] = Object.entries(texts[parts.world.lang].kinds).find(([name]) => name === row.kind) ?? [];
    const name = make(
      'h3',
      {},
      make('bdi', {}, plain(row.account)),
      ' ',
      make('small', {}, kind ?? row.kind),
    );
    const state = make('dl', { class: 'token-state' }, pair(token.name, this.#token));
    if (row.qr === null) state.append(pair(qr.codes, make('dd', {}, qr.unlimited)));
    const meter = row.qr === null ? [] : [this.#meter.element];
    this.element.append(name, state, ...meter, this.#fault.element);
  }

  /** @param {AccountRow} row */
  update(row) {
    this.#row = row;
    if (row.qr) this.#meter.update(row.qr);
    this.tick();
  }

  tick() {
    const { text } = this.#parts;
    const { token, fault } = this.#row;
    this.#token.dataset['token'] = token.state;
    say(
      this.#token,
      token.state === 'valid' ? this.#validity(token.expiresAt) : text.accounts.token[token.state],
    );
    this.#fault.show(fault);
  }

  /** @param {number | null} expiresAt */
  #validity(expiresAt) {
    const { format, text, world } = this.#parts;
    if (expiresAt === null) return '✓';
    return text.accounts.token.valid(format.distance(expiresAt, world.now()), format.clock(expiresAt));
  }
}

class FaultNote {
  element = make('div', { class: 'fault-note' });
  #parts;
  #cells = {
    when: make('time'),
    what: make('p', { class: 'what' }),
    remedy: make('p', { class: 'remedy' }),
    source: make('small'),
  };
  #none;
  #said;

  /** @param {import('./insight.js').Parts} parts */
  constructor(parts) {
    this.#parts = parts;
    const { title, none, remedy } = parts.text.accounts.fault;
    const { when, what, remedy: cure, source } = this.#cells;
    const label = make('strong', {}, remedy);
    this.#none = make('p', { class: 'none' }, none);
    this.#said = make('div', {}, make('h4', {}, title, ' · ', when), what, label, cure, source);
    this.element.append(this.#none, this.#said);
  }

  /** @param {AccountRow['fault']} fault */
  show(fault) {
    this.#none.hidden = fault !== null;
    this.#said.hidden = fault === null;
    this.element.classList.toggle('faulty', fault !== null);
    if (!fault) return;
    const { text, format, world } = this.#parts;
    const words = text.accounts.fault;
    const { what, remedy } = explain(fault, world.lang);
    this.#cells.when.dateTime = new Date(fault.at).toISOString();
    this.#cells.when.title = format.stamp(fault.at);
    say(this.#cells.when, format.distance(fault.at, world.now()));
    say(this.#cells.what, what ?? words.unknown(fault.errcode));
    say(this.#cells.remedy, remedy ?? words.noRemedy);
    say(this.#cells.source, words.source(fault.errcode, plain(fault.node)));
  }
}

/**
 * @param {string} name
 * @param {HTMLElement} value
 */
function pair(name, value) {
  return make('div', {}, make('dt', {}, name), value);
}
