/** Owns one side of the page: who sits there, their connection, and their conversation with the other side. */
import { element } from './dom.js';
import { History } from './history.js';
import { LogView, timeOf } from './log-view.js';
import { MailSocket } from './mail-socket.js';

/** @typedef {import('./mail-socket.js').Message} Message */
/** @typedef {import('./mail-socket.js').State} State */
/** @typedef {import('./text.js').Texts} Texts */

/**
 * @typedef {{ openid: string, nickname: string | null, token: string | null }} Person
 * @typedef {{ online: boolean, lastSeenAt: number | null }} Presence
 *
 * @typedef {object} Place
 * @property {'left' | 'right'} name
 * @property {Person} person
 * @property {Person | null} other
 * @property {string} socketUrl
 * @property {() => void} signOut
 */

const lettersAtMost = 1_000;

export class Seat {
  #place;
  #text;
  #history;
  #log;
  /** @type {MailSocket | null} */
  #socket = null;
  #link = element('p', { class: 'link', role: 'status' });
  #other = element('p', { class: 'other', role: 'status' });
  #toggle = element('button', { type: 'button', click: () => this.#turn() });
  #input;

  /** @param {Place} place @param {Texts} text */
  constructor(place, text) {
    const { person, name } = place;
    this.#place = place;
    this.#text = text;
    this.#history = new History(person.openid);
    this.#log = new LogView(text, {
      nameOf: (openid) => nameOf(this.#knownAs(openid), text),
      sendAgain: (entry) => this.#sendAgain(entry),
      label: `${text.log}, ${text.seat[name]}`,
    });
    this.#input = this.#makeInput();
    this.element = this.#build();
    this.#say(text.otherMissing);
    if (place.other) this.#say(place.other.openid === person.openid ? text.samePerson : '');
    for (const entry of this.#history.entries) this.#log.add(entry);
    if (person.token === null) this.#link.textContent = text.noToken;
    else this.#turn();
  }

  /** Closes its socket, when the seat is left. */
  end() {
    this.#socket?.close();
  }

  /** What Saoma says of the person on the other side. @param {Presence | null} presence */
  setPresence(presence) {
    const { other, person } = this.#place;
    if (!other || !presence || other.openid === person.openid) return;
    const name = nameOf(other, this.#text);
    const since = presence.lastSeenAt === null ? null : timeOf(presence.lastSeenAt);
    this.#other.classList.toggle('online', presence.online);
    this.#say(presence.online ? this.#text.otherOnline(name) : this.#text.otherOffline(name, since));
  }

  /** Goes online, or offline. */
  #turn() {
    const { socketUrl, person } = this.#place;
    if (this.#socket) return this.#socket.close();
    this.#socket = new MailSocket(socketUrl, person.token ?? '', {
      changed: (state, why) => this.#changed(state, why),
      heard: (message) => this.#heard(message),
      answered: (id, outcome) => {
        const entry = this.#history.settle(id, outcome);
        if (entry) this.#log.update(entry);
      },
    });
    // What a reload has cut off goes out again; its ids keep it from arriving twice.
    for (const { id, to, text, status } of this.#history.entries)
      if (to !== null && status === 'sending') this.#socket.send({ to, body: { text }, id });
  }

  /** @param {State} state @param {string} [why] */
  #changed(state, why) {
    const { link, closed, goOffline, goOnline } = this.#text;
    this.element.dataset['state'] = state;
    this.#link.textContent = (why && closed[why]) ?? link[state];
    this.#toggle.textContent = state === 'closed' ? goOnline : goOffline;
    if (state === 'closed') this.#socket = null;
    this.#toggle.hidden = why === 'over';
  }

  /** Kept first, acknowledged then: what is not acknowledged comes again. @param {Message} message */
  #heard(message) {
    const { id, from, body, sentAt, to } = message;
    const entry = { id, from, to: null, text: textOf(body), at: sentAt, all: to === 'all' };
    if (this.#history.add(entry)) this.#log.add(entry);
    this.#socket?.ack(message);
  }

  #submit() {
    const text = this.#input.value.trim();
    if (!text) return;
    this.#input.value = '';
    this.#send(text);
  }

  /** As a new message: meanwhile others were written. @param {import('./history.js').Entry} entry */
  #sendAgain({ id, text }) {
    if (!this.#place.other) return;
    this.#history.remove(id);
    this.#log.remove(id);
    this.#send(text);
    // The button is gone with its line.
    this.#input.focus();
  }

  /** @param {string} text */
  #send(text) {
    const { other, person } = this.#place;
    if (!other) return;
    const id = newId();
    const entry = { id, from: person.openid, to: other.openid, text, at: Date.now(), status: 'sending' };
    this.#history.add(entry);
    this.#log.add(entry);
    this.#socket?.send({ to: other.openid, body: { text }, id });
  }

  /** @param {string} text */
  #say(text) {
    // A status that is written anew is read aloud anew.
    if (this.#other.textContent !== text) this.#other.textContent = text;
  }

  /** @param {string} openid */
  #knownAs(openid) {
    const { other } = this.#place;
    return other?.openid === openid ? other : { openid, nickname: null };
  }

  #build() {
    const { name, person, signOut } = this.#place;
    const title = element('h2', { id: `name-${name}` }, nameOf(person, this.#text));
    const leave = element('button', { type: 'button', click: signOut }, this.#text.signOut);
    const head = element(
      'header',
      {},
      title,
      element('div', { class: 'acts' }, this.#toggle, leave),
      this.#link,
    );
    return element(
      'section',
      { class: 'seat', id: name, 'aria-labelledby': `name-${name}` },
      head,
      this.#other,
      this.#log.element,
      this.#composer(),
    );
  }

  #composer() {
    const disabled = !this.#place.other;
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#submit();
    };
    const button = element('button', { class: 'primary', disabled }, this.#text.send);
    return element('form', { class: 'composer', submit }, this.#input, button);
  }

  #makeInput() {
    return element('input', {
      'aria-label': `${this.#text.write}, ${this.#text.seat[this.#place.name]}`,
      placeholder: this.#text.write,
      maxlength: String(lettersAtMost),
      autocomplete: 'off',
      enterkeyhint: 'send',
      disabled: !this.#place.other,
    });
  }
}

/** WeChat has told nobody's name since 2021: then the end of the openid tells people apart. @param {Pick<Person, 'openid' | 'nickname'>} person @param {Texts} text */
function nameOf({ openid, nickname }, text) {
  return nickname || text.person(openid.slice(-4));
}

/** @param {unknown} body whatever JSON somebody sent */
function textOf(body) {
  const { text } = /** @type {{ text?: unknown }} */ (body ?? {});
  return typeof text === 'string' ? text : JSON.stringify(body);
}

/** `randomUUID` is there on https only. */
function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
