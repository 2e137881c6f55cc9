/**
 * Owns the socket of one person: says hello with the message token, hands messages on, sends again what was not answered, and
 * comes back by itself. A message that is handed on is acknowledged by whoever has kept it, with `ack`.
 */

/**
 * @typedef {'connecting' | 'open' | 'waiting' | 'closed'} State
 * @typedef {{ id: string, from: string | null, body: unknown, sentAt: number, to?: 'all' }} Message
 * @typedef {{ to: string, body: unknown, id: string }} Draft
 *
 * @typedef {object} Handlers
 * @property {(state: State, why?: string) => void} changed `why`: it will not come back by itself
 * @property {(message: Message) => void} heard
 * @property {(id: string, outcome: { status?: string, error?: string }) => void} answered of what was sent
 */

const firstReturn = 5_000;
const slowestReturn = 30_000;
const welcomeWithin = 10_000;
/** The server hears 20 frames in 10 s, the hello among them: ten at once, and then one after the other. */
const pace = 1_250;
const sendAtOnce = 10;
const tryAgainAfter = 3_000;
const tooMany = 4429;

/** After these, coming back does not help; after any other code it does. @type {Record<number, string>} */
const stops = {
  1003: 'refused',
  1008: 'refused',
  1009: 'refused',
  4401: 'over',
  4409: 'replaced',
  4429: 'tooMany',
};

export class MailSocket {
  #url;
  #token;
  #handlers;
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {Map<string, Draft>} in order */
  #unanswered = new Map();
  /** @type {Draft[]} not written yet on this socket */
  #toWrite = [];
  #returns = 0;
  #writtenAtOnce = 0;
  #timer = 0;
  #paceTimer = 0;
  #welcome = false;

  /** @param {string} url @param {string} token @param {Handlers} handlers */
  constructor(url, token, handlers) {
    this.#url = url;
    this.#token = token;
    this.#handlers = handlers;
    window.addEventListener('online', this.#wake);
    this.#connect();
  }

  /** Goes out now or on the next socket; its id makes it safe to send it twice. @param {Draft} draft */
  send(draft) {
    this.#unanswered.set(draft.id, draft);
    this.#toWrite.push(draft);
    this.#write();
  }

  /** @param {Message} message */
  ack({ id, from }) {
    this.#say({ type: 'ack', id, from });
  }

  /** @param {string} [why] */
  close(why) {
    window.removeEventListener('online', this.#wake);
    this.#drop();
    this.#handlers.changed('closed', why);
  }

  #wake = () => this.#connect();

  #connect() {
    this.#drop();
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#handlers.changed('connecting');
    this.#timer = window.setTimeout(() => this.#closed(socket, 1006), welcomeWithin);
    socket.addEventListener('open', () => socket.send(JSON.stringify({ type: 'hello', token: this.#token })));
    socket.addEventListener('message', ({ data }) => this.#hear(socket, String(data)));
    socket.addEventListener('close', ({ code }) => this.#closed(socket, code));
  }

  #drop() {
    clearTimeout(this.#timer);
    clearInterval(this.#paceTimer);
    const socket = this.#socket;
    this.#socket = null;
    this.#welcome = false;
    socket?.close();
  }

  /** @param {WebSocket} socket @param {string} text */
  #hear(socket, text) {
    if (socket !== this.#socket) return;
    const frame = JSON.parse(text);
    if (frame.type === 'welcome') this.#welcomed();
    else if (frame.type === 'message') this.#handlers.heard(frame);
    else if (frame.type === 'sent') this.#answer(frame.id, { status: frame.status });
    else if (frame.error === 'store_unavailable') this.#putOff(frame.id);
    else if (frame.type === 'refused') this.#answer(frame.id, { error: frame.error });
  }

  #welcomed() {
    clearTimeout(this.#timer);
    this.#welcome = true;
    this.#returns = 0;
    this.#writtenAtOnce = 0;
    this.#toWrite = [...this.#unanswered.values()];
    this.#paceTimer = window.setInterval(() => this.#inPace(), pace);
    this.#handlers.changed('open');
    this.#write();
  }

  #inPace() {
    this.#writtenAtOnce = Math.max(0, this.#writtenAtOnce - 1);
    this.#write();
  }

  #write() {
    while (this.#welcome && this.#toWrite.length > 0 && this.#writtenAtOnce < sendAtOnce) {
      this.#writtenAtOnce += 1;
      this.#say({ type: 'send', ...this.#toWrite.shift() });
    }
  }

  /** @param {string} id @param {{ status?: string, error?: string }} outcome */
  #answer(id, outcome) {
    if (this.#unanswered.delete(id)) this.#handlers.answered(id, outcome);
  }

  /** The server could not keep it just now. @param {string} id */
  #putOff(id) {
    setTimeout(() => {
      const draft = this.#unanswered.get(id);
      if (draft && !this.#toWrite.includes(draft)) this.#toWrite.push(draft);
      this.#write();
    }, tryAgainAfter);
  }

  /** @param {object} frame */
  #say(frame) {
    if (this.#welcome) this.#socket?.send(JSON.stringify(frame));
  }

  /** @param {WebSocket} socket @param {number} code */
  #closed(socket, code) {
    if (socket !== this.#socket) return;
    // A good token is welcome however many others fail behind the same address.
    const why = code === tooMany && !this.#welcome ? 'over' : stops[code];
    if (why) return this.close(why);
    this.#drop();
    // Not all at the same moment: whoever restarts a server has everybody's sockets coming back.
    const longest = Math.min(firstReturn * 2 ** this.#returns, slowestReturn);
    this.#returns += 1;
    this.#handlers.changed('waiting');
    this.#timer = window.setTimeout(() => this.#connect(), Math.random() * longest);
  }
}
