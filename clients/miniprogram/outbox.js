/**
 * Owns the messages that were sent and not answered: they go out in order, no faster than the server takes them, and again on
 * the next socket, under the same ids.
 */
const { SaomaError } = require('./calls.js');

/** @typedef {import('./connection.js').World} World */

/**
 * @typedef {{ id: string, status: string }} Sent `delivered`: shown to a socket at once; `queued`: kept until the person is back; `dropped`: not kept
 *
 * @typedef {object} Entry
 * @property {{ type: 'send', to: string, body: unknown, id: string }} frame
 * @property {(sent: Sent) => void} resolve
 * @property {(error: SaomaError) => void} reject
 * @property {number} writtenAt on the present socket; 0: not yet
 * @property {() => void} callOff
 */

const waitingAtMost = 100;
/** The server hears 20 frames in 10 s, the hello among them. */
const framesAtMost = 15;
const stretch = 10000;
const answerWithin = 15000;
const tryAgainAfter = 3000;
/** The server closes the connection for good over whatever else is sent: MESSAGES.md. */
const frameBytes = 4096;
const nameShape = /^[A-Za-z0-9_-]{1,64}$/;

class Outbox {
  /** @param {{ world: World, silent: () => void }} parts `silent`: an answer is long overdue, the socket must be dead */
  constructor({ world, silent }) {
    this.world = world;
    this.silent = silent;
    /** @type {Map<string, Entry>} by id, in order */
    this.entries = new Map();
    /** @type {((frame: object) => void) | undefined} */
    this.write = undefined;
    /** @type {number[]} */
    this.written = [];
    /** When the socket began to throw at whatever is written, ms; 0: it does not. */
    this.throwsSince = 0;
    this.pause = nothing;
    this.watch = nothing;
  }

  /**
   * @param {Entry['frame']} given as it is now: whoever changes the body later changes no message
   * @param {number} within how long it may wait for its answer, ms
   * @returns {Promise<Sent>}
   */
  add(given, within) {
    const text = textOf(given);
    if (text === undefined) return fail('invalid_request', faultIn(given));
    if (utf8Length(text) > frameBytes) return fail('message_too_large', 'Over 4 KiB, its envelope included.');
    /** @type {Entry['frame']} */
    const frame = JSON.parse(text);
    if (this.entries.size >= waitingAtMost) return fail('too_many', 'Too many messages wait already.');
    if (this.entries.has(frame.id)) return fail('invalid_request', 'A message of this id waits already.');
    return new Promise((resolve, reject) => {
      const late = () => this.settle(frame.id, () => reject(unanswered()));
      const callOff = this.world.after(within, late);
      this.entries.set(frame.id, { frame, resolve, reject, writtenAt: 0, callOff });
      this.flush();
    });
  }

  /** There is a socket again: all that is unanswered goes out, the oldest first. @param {(frame: object) => void} write */
  opened(write) {
    this.write = write;
    this.flush();
  }

  /** Nothing can go out for now. */
  lost() {
    this.write = undefined;
    this.throwsSince = 0;
    this.pause();
    this.watch();
    for (const entry of this.entries.values()) entry.writtenAt = 0;
  }

  /** @param {import('./socket.js').Frame} frame `sent` or `refused` */
  answer(frame) {
    const id = String(frame.id);
    const { error, message, status } = frame;
    if (error === 'store_unavailable') return this.putOff(id);
    this.settle(id, (entry) =>
      frame.type === 'sent'
        ? entry.resolve({ id, status: String(status) })
        : entry.reject(new SaomaError(String(error), String(message))),
    );
    this.watchOldest();
  }

  /** The server could not keep it just now. @param {string} id */
  putOff(id) {
    const entry = this.entries.get(id);
    if (!entry) return;
    entry.writtenAt = 0;
    this.pause();
    this.pause = this.world.after(tryAgainAfter, () => this.flush());
    this.watchOldest();
  }

  /** None of them will be answered any more. @param {SaomaError} error */
  end(error) {
    this.lost();
    for (const id of this.entries.keys()) this.settle(id, ({ reject }) => reject(error));
  }

  /** @param {string} id @param {(entry: Entry) => void} how */
  settle(id, how) {
    const entry = this.entries.get(id);
    if (!entry) return;
    this.entries.delete(id);
    entry.callOff();
    how(entry);
  }

  flush() {
    this.pause();
    for (const entry of this.entries.values()) {
      if (!this.write || entry.writtenAt) continue;
      const wait = this.waitFor();
      if (wait > 0) {
        this.pause = this.world.after(wait, () => this.flush());
        break;
      }
      if (!this.goesOut(entry, this.write)) break;
    }
    this.watchOldest();
  }

  /**
   * Some phones throw where a socket is about to close. Then it waits, and those after it too, for their order.
   * @param {Entry} entry
   * @param {(frame: object) => void} write
   */
  goesOut(entry, write) {
    const now = this.world.now();
    try {
      write(entry.frame);
    } catch {
      this.tryLater(now);
      return false;
    }
    this.throwsSince = 0;
    entry.writtenAt = now;
    this.written.push(now);
    return true;
  }

  /** @param {number} now */
  tryLater(now) {
    this.throwsSince = this.throwsSince || now;
    if (now - this.throwsSince >= answerWithin) this.silent();
    else this.pause = this.world.after(tryAgainAfter, () => this.flush());
  }

  /** How long until one more frame is welcome, ms. */
  waitFor() {
    const now = this.world.now();
    this.written = this.written.filter((at) => at > now - stretch && at <= now);
    const [first = now] = this.written;
    return this.written.length < framesAtMost ? 0 : first + stretch - now;
  }

  watchOldest() {
    this.watch();
    const oldest = [...this.entries.values()].find(({ writtenAt }) => writtenAt > 0);
    if (!oldest || !this.write) return;
    const left = oldest.writtenAt + answerWithin - this.world.now();
    this.watch = this.world.after(Math.max(0, left), this.silent);
  }
}

function nothing() {}

/** @param {string} code @param {string} message @returns {Promise<never>} */
function fail(code, message) {
  return Promise.reject(new SaomaError(code, message));
}

function unanswered() {
  return new SaomaError('unanswered', 'No answer in time; the message may have arrived.');
}

/** @param {Entry['frame']} frame @returns {string | undefined} nothing when the server would take it for no frame */
function textOf({ type, to, body, id }) {
  const text = isName(to) && isName(id) ? jsonOf(body) : undefined;
  return text === undefined ? undefined : JSON.stringify({ type, to, body: JSON.parse(text), id });
}

/** @param {Entry['frame']} frame */
function faultIn({ to, id }) {
  if (!isName(to)) return '`to` must be the openid of one other user.';
  return isName(id) ? '`body` must be JSON.' : '`id` must be 1 to 64 of A-Z, a-z, 0-9, - and _.';
}

/** @param {unknown} name */
function isName(name) {
  return typeof name === 'string' && nameShape.test(name);
}

/** @param {unknown} body @returns {string | undefined} nothing for what JSON cannot say */
function jsonOf(body) {
  try {
    return JSON.stringify(body);
  } catch {
    return undefined;
  }
}

/** How many bytes a text has on the wire: mini programs have no TextEncoder. @param {string} text */
function utf8Length(text) {
  let bytes = 0;
  for (const letter of text) {
    const point = /** @type {number} */ (letter.codePointAt(0));
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}

exports.Outbox = Outbox;
