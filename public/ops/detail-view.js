/** Owns how one scene is drawn in full: a sentence on how it stands, its course, and what is known of it. Text, never markup. */
import { isFinal } from '/protocol/messages.js';
import { browserName } from './browser-name.js';
import { make, say } from './dom.js';
import { plain } from './plain.js';
import { Timeline } from './timeline.js';

/**
 * @typedef {import('./row-view.js').Row} Row
 * @typedef {import('./api.js').Step} Step
 * @typedef {Row & Partial<import('./api.js').More>} Known a row, and more once the server has told it
 *
 * @typedef {object} DetailParts
 * @property {import('./text.js').Texts} text
 * @property {import('./times.js').Times} times
 * @property {() => number} now by the server's clock
 * @property {(state: string) => string} stateName
 */

const unknown = '–';

export class DetailView {
  element = make('div', { class: 'detail' });
  #parts;
  #badge = make('span', { class: 'badge' });
  #now = make('p', { class: 'how', role: 'status' });
  #timeline;
  /** @type {Record<string, HTMLElement>} */
  #facts = {};

  /** @param {DetailParts} parts */
  constructor(parts) {
    const { text, times } = parts;
    this.#parts = parts;
    this.#timeline = new Timeline(parts);
    this.element.append(
      make('p', { class: 'standing' }, this.#badge),
      this.#now,
      make('h3', {}, text.detail.timeline),
      this.#timeline.element,
      make('p', { class: 'zone' }, text.zone(times.zone)),
      make('h3', {}, text.detail.facts),
      this.#list(text.detail.names),
    );
  }

  /** @param {Known} known */
  update(known) {
    const history = known.history ?? historyOf(known);
    say(this.#badge, this.#parts.stateName(known.state));
    this.#badge.dataset['state'] = known.state;
    say(this.#now, this.#sentence(known, history));
    this.#timeline.update(known, history);
    for (const [name, value] of Object.entries(this.#values(known))) {
      const fact = this.#facts[name];
      if (fact) say(fact, value || unknown);
    }
  }

  tick() {
    this.#timeline.tick();
  }

  /** @param {Record<string, string>} names */
  #list(names) {
    const list = make('dl', { class: 'facts' });
    for (const [name, words] of Object.entries(names)) {
      const value = make('bdi');
      this.#facts[name] = value;
      list.append(make('div', {}, make('dt', {}, words), make('dd', { class: `fact-${name}` }, value)));
    }
    return list;
  }

  /** @param {Known} known @returns {Record<string, string>} */
  #values(known) {
    const { kinds, detail } = this.#parts.text;
    const { approvals } = detail;
    const kind = Object.entries(kinds).find(([name]) => name === known.accountKind);
    const userAgent = plain(known.browser.userAgent);
    return {
      id: known.sceneId,
      site: plain(known.site),
      account: [plain(known.account), ...(kind ? [kind[1]] : [])].join(' · '),
      approval: Object.hasOwn(approvals, known.approval) ? (approvals[known.approval] ?? '') : known.approval,
      browser: [browserName(userAgent), userAgent].filter(Boolean).join('\n'),
      address: plain(known.browser.ip),
      origin: plain(known.origin),
      connection: this.#connection(known),
      person: this.#person(known),
      strangers: this.#strangers(known),
    };
  }

  /** @param {Known} known */
  #connection({ state, connected, node, attachments }) {
    const { row, detail } = this.#parts.text;
    return [
      isFinal(state) ? '' : connected ? row.online : row.offline,
      node === null ? '' : detail.connectedTo(plain(node)),
      attachments === undefined || attachments === 0 ? '' : detail.connections(attachments),
    ]
      .filter(Boolean)
      .join(' · ');
  }

  /** @param {Known} known */
  #person({ openid, followed, scannedAt, accountKind }) {
    const { nobody, newFollower, returning } = this.#parts.text.detail.person;
    if (scannedAt === null) return nobody;
    if (!openid) return '';
    // Nobody follows a mini program.
    if (accountKind === 'mini-program') return plain(openid);
    return `${plain(openid)} · ${followed ? newFollower : returning}`;
  }

  /** @param {Known} known */
  #strangers({ strangers }) {
    const { detail } = this.#parts.text;
    if (strangers === undefined) return '';
    return strangers === 0 ? detail.person.noStrangers : detail.strangers(strangers);
  }

  /**
   * The most telling sentence there is for how it stands.
   * @param {Known} known
   * @param {readonly Step[]} history
   */
  #sentence(known, history) {
    const { now } = this.#parts.text.detail;
    const keys = [`${known.state}_${turnOf(known, history)}`, known.state];
    const key = keys.find((each) => Object.hasOwn(now, each));
    return key === undefined ? '' : (now[key] ?? '');
  }
}

/**
 * @param {Known} known
 * @param {readonly Step[]} history
 */
function turnOf({ state, reason, approval, attachments, scannedAt }, history) {
  const isUnseen = attachments === 0 && scannedAt === null;
  if (state === 'pending') return isUnseen ? 'unseen' : '';
  if (state === 'scanned') return approval;
  if (state === 'expired') return isUnseen ? 'unseen' : (history.at(-2)?.state ?? '');
  return reason ?? '';
}

/**
 * What a row alone tells of its course.
 * @param {Row} row
 * @returns {Step[]}
 */
function historyOf({ createdAt, scannedAt }) {
  /** @type {Step[]} */
  const steps = [{ move: 'open', state: 'pending', at: createdAt }];
  if (scannedAt !== null) steps.push({ move: 'scan', state: 'scanned', at: scannedAt });
  return steps;
}
