/**
 * Owns a mini program's connection for messages: opens a socket with the session in its first message, comes back by itself
 * after a random wait, logs in again once when the session is over, and stops only when coming back will not help.
 */
const { SaomaError } = require('./calls.js');
const { Inbox } = require('./inbox.js');
const { Outbox } = require('./outbox.js');
const { Socket } = require('./socket.js');

/**
 * @typedef {object} World what a test can replace
 * @property {() => number} now ms
 * @property {() => number} random from 0 to below 1
 * @property {(ms: number, task: () => void) => () => void} after runs a task once; the answer calls it off
 *
 * @typedef {'connecting' | 'open' | 'waiting' | 'closed'} State `waiting`: comes back by itself; `closed`: does not
 *
 * @typedef {object} Handlers
 * @property {(message: import('./inbox.js').Message) => unknown} onMessage a message is acknowledged when this returned, or when
 *   the promise it returned is fulfilled; when it fails, the message comes again at the next hello
 * @property {(state: State, reason?: string) => void} [onState] with a reason when `closed`: `closed` and `logout` (asked for),
 *   `replaced` (beyond the limit of sockets a newer one took this one's place), `too_many`, `refused`, `session_expired`, or the
 *   code of an error in logging in that will not pass
 * @property {(error: unknown) => void} [onError] what a handler threw, or why a message could not be acknowledged
 */

const firstReturn = 5000;
const slowestReturn = 30000;
const away = 30000;
const sessionOver = 4401;
const tooMany = 4429;

/** After these coming back does not help; after any other code it does. @type {Record<number, string>} */
const stops = {
  1003: 'refused',
  1008: 'refused',
  1009: 'refused',
  4409: 'replaced',
  4429: 'too_many',
};
/** Errors in logging in that stay. */
const hopeless = new Set(['unknown_account', 'person_refused', 'invalid_request', 'not_found']);

class Connection {
  /**
   * @param {object} parts
   * @param {import('./calls.js').Wx} parts.wx
   * @param {string} parts.url
   * @param {import('./session.js').Session} parts.session
   * @param {{ account: string, site?: string }} parts.hello
   * @param {World} parts.world
   * @param {Handlers} handlers
   * @param {(connection: Connection) => void} ended it is closed for good
   */
  constructor(parts, handlers, ended) {
    this.parts = parts;
    this.handlers = handlers;
    this.ended = ended;
    /** @type {State | ''} */
    this.state = '';
    this.token = '';
    /** Since the last welcome there was a login because of this connection. */
    this.renewed = false;
    /** The server has welcomed it before. */
    this.known = false;
    /** The present socket was welcomed. */
    this.greeted = false;
    this.returns = 0;
    /** @type {Socket | undefined} */
    this.socket = undefined;
    /** A try that was overtaken by another one learns it from this. */
    this.round = 0;
    this.ids = 0;
    this.callOff = ignore;
    this.outbox = new Outbox({ world: parts.world, silent: () => this.startAnew() });
    this.inbox = new Inbox({
      take: handlers.onMessage,
      failed: (error) => this.report(error),
      acknowledge: ({ id, from }) => this.socket && this.socket.send({ type: 'ack', id, from }),
    });
    this.endWatch = watchAbsence(parts, (suspicious) => this.wake(suspicious));
    this.startAnew();
  }

  /**
   * @param {string} to openid of another user of the site, where the site allows that
   * @param {unknown} body JSON; whatever no message can be is refused here, at once: `invalid_request`, `message_too_large`
   * @param {{ id?: string, within?: number }} [options] `id`: 1 to 64 of `A-Za-z0-9_-`; sent again, it is the same message.
   *   `within`: how long to try, ms
   * @returns {Promise<import('./outbox.js').Sent>}
   */
  send(to, body, { id = this.newId(), within = 120000 } = {}) {
    if (this.state === 'closed')
      return Promise.reject(new SaomaError('closed', 'This connection is closed; open another one.'));
    return this.outbox.add({ type: 'send', to, body, id }, within);
  }

  close(reason = 'closed') {
    if (this.state === 'closed') return;
    this.letGo();
    this.endWatch();
    this.inbox.end();
    this.tell('closed', reason);
    this.ended(this);
    this.outbox.end(new SaomaError('closed', 'The connection was closed; the message may have arrived.'));
  }

  startAnew() {
    if (this.state === 'closed') return;
    this.letGo();
    const { round } = this;
    this.greeted = false;
    this.tell('connecting');
    this.open(round).catch((error) => this.report(error));
  }

  /** @param {number} round */
  async open(round) {
    const { wx, url, session, hello, world } = this.parts;
    try {
      const token = await session.token();
      if (round !== this.round) return;
      this.token = token;
      const first = Object.assign({ type: 'hello', token }, hello);
      const handlers = {
        heard: this.hear.bind(this),
        closed: this.closed.bind(this),
      };
      this.socket = new Socket({ wx, url, hello: first, world }, handlers);
    } catch (error) {
      if (round === this.round) this.failed(error);
    }
  }

  /** @param {import('./socket.js').Frame} frame */
  hear(frame) {
    if (frame.type === 'welcome') this.welcomed();
    else if (frame.type === 'sent' || frame.type === 'refused') this.outbox.answer(frame);
    else if (frame.type === 'message') {
      const { id, from, body, sentAt, to } = /** @type {any} */ (frame);
      this.inbox.hear(Object.assign({ id, from, body, sentAt }, to === undefined ? {} : { to }));
    }
  }

  welcomed() {
    this.renewed = false;
    this.known = true;
    this.greeted = true;
    this.returns = 0;
    this.tell('open');
    if (this.state === 'open') this.outbox.opened((frame) => this.socket && this.socket.send(frame));
  }

  /** @param {number} code */
  closed(code) {
    // Where many behind one address say hello with a session that is lost, they are told so; a good one is welcome all the same.
    const lostAmongMany = code === tooMany && !this.greeted && !this.renewed;
    if (code === sessionOver || lostAmongMany) this.sessionIsOver();
    else if (stops[code]) this.close(stops[code]);
    else this.comeBack();
  }

  /** The server's word counts, and not what this phone believes; but a session that is new cannot be over. */
  sessionIsOver() {
    if (this.renewed) return this.close('session_expired');
    this.renewed = true;
    this.parts.session.forget(this.token);
    // A server that has lost its sessions has lost everybody's: they shall not all log in at the same moment.
    if (this.known) this.comeBack();
    else this.startAnew();
  }

  /** @param {unknown} error */
  failed(error) {
    const { code, retryAfter = 0 } = /** @type {SaomaError} */ (error);
    if (hopeless.has(code)) this.close(code);
    else this.comeBack(retryAfter * 1000);
  }

  comeBack(atLeast = 0) {
    const { random, after } = this.parts.world;
    this.letGo();
    const longest = Math.min(firstReturn * 2 ** this.returns, slowestReturn);
    this.returns += 1;
    this.tell('waiting');
    if (this.state === 'waiting') this.callOff = after(atLeast + random() * longest, () => this.startAnew());
  }

  /** @param {boolean} suspicious a connection that looks open may well be dead */
  wake(suspicious) {
    if (this.state === 'waiting' || suspicious) this.startAnew();
  }

  /** Of the present try nothing is heard any more. */
  letGo() {
    this.round += 1;
    this.callOff();
    if (this.socket) this.socket.drop();
    this.socket = undefined;
    this.outbox.lost();
  }

  /** @param {State} state @param {string} [reason] */
  tell(state, reason) {
    if (this.state === state || this.state === 'closed') return;
    this.state = state;
    try {
      if (this.handlers.onState) this.handlers.onState(state, reason);
    } catch (error) {
      this.report(error);
    }
  }

  /** @param {unknown} error */
  report(error) {
    try {
      if (this.handlers.onError) this.handlers.onError(error);
    } catch {
      // Whoever cannot even be told.
    }
  }

  /** Not a secret: it must only differ from the person's other messages, those of other phones too. */
  newId() {
    const { now, random } = this.parts.world;
    const part = () => Math.floor(random() * 2 ** 48).toString(36);
    this.ids += 1;
    return `${now().toString(36)}-${this.ids.toString(36)}-${part()}${part()}`;
  }
}

function ignore() {}

/**
 * Calls `back` when the mini program is shown again, or has a network again.
 * @param {{ wx: import('./calls.js').Wx, world: World }} parts
 * @param {(suspicious: boolean) => void} back
 * @returns {() => void} ends it
 */
function watchAbsence({ wx, world }, back) {
  let hiddenAt = world.now();
  const hide = () => {
    hiddenAt = world.now();
  };
  const show = () => back(world.now() - hiddenAt > away);
  /** @param {{ isConnected: boolean }} status told of every change, from Wi-Fi to mobile too */
  const network = (status) => {
    if (status.isConnected) back(true);
  };
  if (wx.onAppHide) wx.onAppHide(hide);
  if (wx.onAppShow) wx.onAppShow(show);
  if (wx.onNetworkStatusChange) wx.onNetworkStatusChange(network);
  return () => {
    if (wx.offAppHide) wx.offAppHide(hide);
    if (wx.offAppShow) wx.offAppShow(show);
    if (wx.offNetworkStatusChange) wx.offNetworkStatusChange(network);
  };
}

exports.Connection = Connection;
