/** Owns what the page knows: the state as the stand-in tells it, who holds the phone, and what was just done. */
import { act, findCode, listen, send } from './api.js';
import { chooseLanguage, rememberLanguage, texts } from './text.js';

/** @import { Code, Delivery, Fault, LiveMessage, MiniCall, Person, State } from './types.d.ts' */
/** @import { Language, Texts } from './text.js' */

const personKey = 'saoma-phone-person';
const exchangesKept = 60;

export class App {
  /** @type {Language} */
  language = chooseLanguage();
  /** @type {State | null} */
  state = null;
  /** @type {Person[]} */
  people = [];
  /** @type {Delivery[]} Oldest first. */
  deliveries = [];
  /** @type {MiniCall[]} Oldest first. */
  miniCalls = [];
  /** @type {Code | null} */
  newest = null;
  /** @type {Code | null} The code that brought the person here, by its picture. */
  chosen = null;
  /** @type {Fault[]} */
  faults = [];
  connected = true;
  /** Delay of the next events, ms. */
  delayMs = 0;
  /** What was just done, as a sentence. */
  said = '';
  /** @type {Set<string>} People who wait for a delivery. */
  busy = new Set();
  #personId = localStorage.getItem(personKey) ?? '';
  /** The stand-in's clock less this one's, ms. */
  #ahead = 0;
  #due = false;
  /** @type {(() => void)[]} */
  #renders = [];

  /** @returns {Texts} */
  get text() {
    return texts[this.language];
  }

  /** @returns {Person | undefined} */
  get person() {
    return this.people.find(({ id }) => id === this.#personId) ?? this.people[0];
  }

  /** The stand-in's time, ms. */
  now() {
    return Date.now() + this.#ahead;
  }

  /** @param {() => void} render run after each change, at most once a frame */
  onChange(render) {
    this.#renders.push(render);
  }

  changed() {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      for (const render of this.#renders) render();
    });
  }

  start() {
    listen(
      (message) => this.#take(message),
      (connected) => {
        this.connected = connected;
        this.changed();
      },
    );
    void this.#lookUpCode();
    this.changed();
  }

  /** @param {Language} language */
  speak(language) {
    this.language = language;
    this.said = '';
    rememberLanguage(language);
    this.changed();
  }

  /** @param {string} id */
  hold(id) {
    this.#personId = id;
    this.said = '';
    localStorage.setItem(personKey, id);
    this.changed();
  }

  /**
   * Does something as the person who holds the phone, and says what became of it.
   * @param {string} path
   * @param {object} body
   */
  async act(path, body = {}) {
    const { person, delayMs } = this;
    if (!person || this.busy.has(person.id)) return;
    this.busy.add(person.id);
    this.say(this.text.underWay);
    try {
      const { outcome } = await act(path, { person: person.id, delayMs, ...body });
      this.say(this.text.outcomes[outcome], person);
    } catch (error) {
      this.say(/** @type {Error} */ (error).message, person);
    }
    this.busy.delete(person.id);
    this.changed();
  }

  /**
   * Does something in the mini program of the person who holds the phone; what becomes of it stands there.
   * @param {string} path below `/mini`
   * @param {object} body
   */
  mini(path, body = {}) {
    const { person } = this;
    return person ? this.call(`/mini${path}`, { person: person.id, ...body }) : Promise.resolve(false);
  }

  /**
   * Does something that is nobody's act; a failure is said.
   * @param {string} path
   * @param {object} body
   * @param {string} method
   * @returns {Promise<boolean>} whether it was done
   */
  async call(path, body = {}, method = 'POST') {
    try {
      await send(path, body, method);
      return true;
    } catch (error) {
      this.say(/** @type {Error} */ (error).message);
      return false;
    }
  }

  /**
   * @param {string} sentence
   * @param {Person} about nothing is said when somebody else holds the phone by now
   */
  say(sentence, about = /** @type {Person} */ (this.person)) {
    if (about?.id === this.person?.id) this.said = sentence;
    this.changed();
  }

  /** The code of the picture is done with: what follows is about the newest one. */
  forgetChosen() {
    this.chosen = null;
    history.replaceState(null, '', location.pathname);
    this.changed();
  }

  async #lookUpCode() {
    const ticket = new URLSearchParams(location.search).get('ticket');
    if (!ticket) return;
    this.chosen = await findCode(ticket);
    if (!this.chosen) this.said = this.text.outcomes.unknown_code;
    this.changed();
  }

  /** @param {LiveMessage} message */
  #take(message) {
    if (message.type === 'state') this.#takeState(message);
    if (message.type === 'person') this.#takePerson(message.person);
    if (message.type === 'newest') this.newest = message.newest;
    if (message.type === 'delivery') this.deliveries = withExchange(this.deliveries, message.delivery);
    if (message.type === 'miniCall') this.miniCalls = withExchange(this.miniCalls, message.call);
    if (message.type === 'faults') this.faults = message.faults;
    if (message.type === 'cleared') this.deliveries = this.miniCalls = [];
    this.changed();
  }

  /** @param {State} state */
  #takeState(state) {
    const { people, newest, faults, deliveries, miniCalls } = state;
    this.#ahead = state.now - Date.now();
    Object.assign(this, { state, people, newest, faults, deliveries, miniCalls });
  }

  /** @param {Person} person */
  #takePerson(person) {
    const index = this.people.findIndex(({ id }) => id === person.id);
    if (index < 0) this.people.push(person);
    else this.people[index] = person;
  }
}

/**
 * @template {{ id: number }} T
 * @param {T[]} exchanges
 * @param {T} exchange one more, or one of them as it is now
 */
function withExchange(exchanges, exchange) {
  const index = exchanges.findIndex(({ id }) => id === exchange.id);
  const all = index < 0 ? [...exchanges, exchange] : exchanges.with(index, exchange);
  return all.slice(-exchangesKept);
}
