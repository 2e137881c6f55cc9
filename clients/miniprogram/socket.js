/** Owns one socket, from its opening to its end: says hello, reads frames, and never waits for the welcome without a limit. */

/** @typedef {import('./calls.js').SocketTask} SocketTask */
/** @typedef {import('./connection.js').World} World */

/**
 * @typedef {{ type: string, [field: string]: unknown }} Frame
 *
 * @typedef {object} SocketHandlers neither is called after `drop`, nor anything after `closed`
 * @property {(frame: Frame) => void} heard
 * @property {(code: number) => void} closed 1006: the connection is lost, or never was
 */

const welcomeWithin = 10000;
const lost = 1006;

class Socket {
  /**
   * @param {{ wx: import('./calls.js').Wx, url: string, hello: object, world: World }} parts
   * @param {SocketHandlers} handlers
   */
  constructor({ wx, url, hello, world }, handlers) {
    this.handlers = handlers;
    /** It was welcomed, and is not over. */
    this.good = false;
    this.over = false;
    /** @type {SocketTask | undefined} */
    this.task = undefined;
    this.stopWaiting = world.after(welcomeWithin, () => this.end(lost));
    try {
      this.open(wx, url, hello);
    } catch {
      // WeChat has no room for one more socket.
      this.end(lost);
    }
  }

  /** @param {object} frame */
  send(frame) {
    // Should it fail, the end of the socket tells.
    if (this.good) this.write(frame);
  }

  /** Lets go of it: what it still says is no longer heard. */
  drop() {
    this.over = true;
    this.good = false;
    this.stopWaiting();
    if (this.task) this.task.close({ code: 1000, fail: ignore });
  }

  /**
   * @param {import('./calls.js').Wx} wx
   * @param {string} url
   * @param {object} hello
   */
  open(wx, url, hello) {
    const task = wx.connectSocket({ url, timeout: welcomeWithin, fail: () => this.end(lost) });
    this.task = task;
    // What was let go of while it opened could not be closed then.
    task.onOpen(() => (this.over ? task.close({ code: 1000, fail: ignore }) : this.greet(hello)));
    task.onMessage(({ data }) => this.hear(data));
    task.onClose(({ code }) => this.end(code));
    // Some phones tell of a failure here alone, others of its close too.
    task.onError(() => this.end(lost));
  }

  /** @param {object} hello */
  greet(hello) {
    try {
      this.write(hello);
    } catch {
      // It is closing already.
      this.end(lost);
    }
  }

  /** @param {object} frame some phones throw when the socket is closing */
  write(frame) {
    if (this.task) this.task.send({ data: JSON.stringify(frame), fail: ignore });
  }

  /** @param {unknown} data */
  hear(data) {
    const frame = this.over ? undefined : frameIn(data);
    if (!frame) return;
    if (frame.type === 'welcome') {
      this.stopWaiting();
      this.good = true;
    }
    if (this.good) this.handlers.heard(frame);
  }

  /** @param {number} code */
  end(code) {
    if (this.over) return;
    this.drop();
    this.handlers.closed(code);
  }
}

function ignore() {}

/** @param {unknown} data @returns {Frame | undefined} nothing for what is not a frame of ours */
function frameIn(data) {
  try {
    const frame = typeof data === 'string' ? JSON.parse(data) : undefined;
    return frame && typeof frame.type === 'string' ? frame : undefined;
  } catch {
    return undefined;
  }
}

exports.Socket = Socket;
