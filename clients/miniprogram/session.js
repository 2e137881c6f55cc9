/**
 * Owns the session of a mini program: keeps its token, gets one when there is none, and gets another when the server says that
 * it is over. Whether it stands only the server knows: neither a date kept here nor `wx.checkSession` is asked.
 */
const { SaomaError, call, isOver, loginCode } = require('./calls.js');

/** @typedef {import('./calls.js').Wx} Wx */

/** A code that was used or is no good: its answer was lost on the way, or it waited too long. The next one is new. */
const codeFaults = new Set(['code_used', 'code_invalid']);

class Session {
  /**
   * @param {object} parts
   * @param {Wx} parts.wx
   * @param {string} parts.loginUrl
   * @param {import('./storage.js').Stored} parts.stored
   * @param {import('./endings.js').Endings} parts.endings
   * @param {number} parts.timeout ms
   * @param {import('./connection.js').World} parts.world
   */
  constructor(parts) {
    this.parts = parts;
    /** @type {string} empty: none */
    this.held = parts.stored.read();
    /** @type {Promise<{ token: string, answer: Standing }> | undefined} */
    this.flight = undefined;
    /** How often it was ended here. */
    this.ends = 0;
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
   * Does what needs a session; when the session turns out to be over, once more with a new one; but not when it was ended here
   * meanwhile: whoever logged out is not logged in again by what was under way.
   * @template T
   * @param {(token: string) => Promise<T>} task
   * @returns {Promise<T>}
   */
  async use(task) {
    const { ends } = this;
    const used = await this.token();
    try {
      return await task(used);
    } catch (error) {
      if (!isOver(error) || this.ends !== ends) throw error;
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
    const stored = this.parts.stored.read();
    if (this.held === token) this.held = stored === token ? '' : stored;
    if (stored === token) this.parts.stored.write('');
  }

  /** Here it is over at once; rejected when the server could not be told, which the next `end` or login makes good. */
  async end() {
    this.ends += 1;
    this.letGo();
    if (this.flight) {
      // A login under way would come back after the end.
      await this.flight.catch(ignore);
      this.letGo();
    }
    await this.parts.endings.tellAll();
  }

  /** Of the other one too that another part of the program has got meanwhile. */
  letGo() {
    for (let token = this.held; token; token = this.held) {
      this.forget(token);
      this.parts.endings.add(token);
    }
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
    const { wx, loginUrl, stored, endings, timeout } = this.parts;
    const code = await loginCode(this.parts);
    const answer = await call(wx, { url: loginUrl, method: 'POST', body: { code }, timeout });
    const token = answer && answer.session;
    if (typeof token !== 'string' || !token) throw new SaomaError('unexpected', 'A login without a session.');
    this.held = token;
    stored.write(token);
    // The server is there again: what it could not be told before, it is told now, or the next time.
    endings.tellAll().catch(ignore);
    return { token, answer: { expiresAt: answer.expiresAt, expiresIn: answer.expiresIn } };
  }
}

function ignore() {}

/** @typedef {{ expiresAt: number, expiresIn: number }} Standing when the session ends unless it is used: ms by the server's clock, and seconds from now */

exports.Session = Session;
