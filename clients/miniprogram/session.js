/**
 * Owns the session of a mini program: keeps its token, gets one when there is none, and gets another when the server says that
 * it is over. Whether it stands only the server knows: neither a date kept here nor `wx.checkSession` is asked.
 */
const { SaomaError, call, loginCode } = require('./calls.js');

/** @typedef {import('./calls.js').Wx} Wx */

/** A code that was used or is no good: its answer was lost on the way, or it waited too long. The next one is new. */
const codeFaults = new Set(['code_used', 'code_invalid']);

class Session {
  /** @param {{ wx: Wx, loginUrl: string, storageKey: string, timeout: number }} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {string} empty: none */
    this.held = this.stored();
    /** @type {Promise<{ token: string, answer: Standing }> | undefined} */
    this.flight = undefined;
  }

  /** The token, be it after a login. @returns {Promise<string>} */
  async token() {
    return this.held || (await this.login()).token;
  }

  /** Another token than `used`, over which the server has said no. @param {string} used @returns {Promise<string>} */
  renew(used) {
    this.forget(used);
    return this.token();
  }

  /**
   * Logs in, whatever there is; whoever asks meanwhile waits for the same answer.
   * @returns {Promise<{ token: string, answer: Standing }>}
   */
  login() {
    if (!this.flight) {
      const landed = () => {
        this.flight = undefined;
      };
      this.flight = this.tryTwice();
      this.flight.then(landed, landed);
    }
    return this.flight;
  }

  /**
   * Does what needs a session; when the session turns out to be over, once more with a new one.
   * @template T
   * @param {(token: string) => Promise<T>} task
   * @returns {Promise<T>}
   */
  async use(task) {
    const used = await this.token();
    try {
      return await task(used);
    } catch (error) {
      if (!isOver(error)) throw error;
    }
    const token = await this.renew(used);
    try {
      return await task(token);
    } catch (error) {
      // Whoever comes next begins with a login, and not with a token that is known to be no good.
      if (isOver(error)) this.forget(token);
      throw error;
    }
  }

  /** Lets go of this token; another one, got meanwhile, stays. @param {string} token */
  forget(token) {
    const stored = this.stored();
    if (this.held === token) this.held = stored === token ? '' : stored;
    if (stored === token) this.store('');
  }

  async tryTwice() {
    try {
      return await this.tryOnce();
    } catch (error) {
      if (!codeFaults.has(/** @type {SaomaError} */ (error).code)) throw error;
      return this.tryOnce();
    }
  }

  async tryOnce() {
    const { wx, loginUrl, timeout } = this.parts;
    const code = await loginCode(wx, timeout);
    const answer = await call(wx, { url: loginUrl, method: 'POST', body: { code }, timeout });
    const token = answer && answer.session;
    if (typeof token !== 'string' || !token) throw new SaomaError('unexpected', 'A login without a session.');
    this.held = token;
    this.store(token);
    return { token, answer: { expiresAt: answer.expiresAt, expiresIn: answer.expiresIn } };
  }

  /** @returns {string} */
  stored() {
    try {
      const value = this.parts.wx.getStorageSync(this.parts.storageKey);
      return typeof value === 'string' ? value : '';
    } catch {
      return '';
    }
  }

  /** A phone whose storage is full keeps the token until the mini program ends. @param {string} token */
  store(token) {
    const { wx, storageKey } = this.parts;
    try {
      if (token) wx.setStorageSync(storageKey, token);
      else wx.removeStorageSync(storageKey);
    } catch {
      // Then it costs a login the next time.
    }
  }
}

/** @param {unknown} error */
function isOver(error) {
  return error instanceof SaomaError && error.code === 'session_expired';
}

/** @typedef {{ expiresAt: number, expiresIn: number }} Standing when the session ends unless it is used: ms by the server's clock, and seconds from now */

exports.Session = Session;
exports.isOver = isOver;
