/**
 * Saoma's client for WeChat mini programs. Owns what a mini program asks of Saoma: a session, the answer to a scanned code, and
 * messages. Nobody has to log in first: what needs a session gets one, and a session that the server has lost is replaced
 * without a word. Copy the folder into the mini program; it needs nothing else.
 */
const { SaomaError, call, isOver, sealedData } = require('./calls.js');
const { Connection } = require('./connection.js');
const { Endings } = require('./endings.js');
const { Session } = require('./session.js');
const { Stored } = require('./storage.js');

/** @typedef {import('./calls.js').Wx} Wx */
/** @typedef {import('./calls.js').SealedData} SealedData */
/** @typedef {import('./session.js').Standing} Standing */
/** @typedef {import('./connection.js').Handlers} Handlers */

/**
 * @typedef {object} Options
 * @property {string} baseUrl Saoma's `publicUrl`; its https and wss are among the mini program's server domains
 * @property {string} account name of the mini program in Saoma's configuration
 * @property {Wx} [wx] in a mini program it is there by itself
 * @property {string} [storageKey] where the session is kept; beside it, under the same with `:ended`, what has yet to be ended
 * @property {number} [timeout] of a request, ms
 * @property {import('./connection.js').World} [world] time and chance, for tests
 *
 * @typedef {object} Scan what the person sees before answering; all of it is text, never markup
 * @property {string} handle good for one answer, of this person
 * @property {{ id: string, name: string }} site where they are about to log in
 * @property {{ ip: string, userAgent: string, name: string, openedAt: number }} browser which page shows the code
 * @property {number} expiresAt ms since the epoch
 *
 * @typedef {object} Call
 * @property {'GET' | 'POST' | 'PUT' | 'DELETE'} [method]
 * @property {unknown} [body] JSON
 */

/** @type {import('./connection.js').World} */
const phone = {
  now: () => Date.now(),
  random: () => Math.random(),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * One for the whole mini program, made in app.js. Every promise it gives may be rejected with a `SaomaError`.
 * @param {Options} options
 */
function createSaoma({ baseUrl, account, wx: given, storageKey: key, timeout = 10000, world = phone }) {
  const wx = given || hostWx();
  if (!wx || !/^https?:\/\/[^/]/.test(baseUrl) || !account)
    throw new TypeError('createSaoma needs { baseUrl, account }, and wx outside a mini program.');
  const base = baseUrl.replace(/\/+$/, '');
  const door = `${base}/miniprogram/${account}`;
  const storageKey = key || `saoma:${account}@${base}`;
  const endings = new Endings({
    stored: new Stored(wx, `${storageKey}:ended`),
    tell: (token) => call(wx, { url: `${door}/logout`, method: 'POST', token, timeout }),
  });
  const stored = new Stored(wx, storageKey);
  const session = new Session({ wx, loginUrl: `${door}/login`, stored, endings, timeout, world });
  /** @type {Set<Connection>} */
  const connections = new Set();

  /** @param {string} url @param {Call} [options] @returns {Promise<any>} */
  const ask = (url, { method = 'GET', body } = {}) =>
    session.use((token) => call(wx, { url, method, body, token, timeout }));

  /** @param {string} handle @param {'accept' | 'decline'} answer @returns {Promise<{ state: 'confirmed' | 'denied' }>} */
  const answerTo = (handle, answer) =>
    ask(`${door}/approvals/${encodeURIComponent(handle)}`, { method: 'POST', body: { answer } });

  return {
    /**
     * Begins a new session. Seldom needed: everything below does it when there is none. Many calls at once are one login.
     * @returns {Promise<Standing>}
     */
    login: async () => (await session.login()).answer,

    /**
     * A request to Saoma with the session. If the answer says that the session is over, logs in and asks once more.
     * @param {string} path from the root of `baseUrl`: the session goes nowhere else
     * @param {Call} [options]
     * @returns {Promise<any>} the body of the answer, undefined when there is none
     */
    async request(path, options) {
      if (!/^\/(?!\/)/.test(path)) throw new TypeError('A path of Saoma begins with one slash.');
      return ask(base + path, options);
    },

    /**
     * Whether there is a session and the server still knows it. To ask is to use it.
     * @returns {Promise<Standing | null>} null: what comes next begins with a login
     */
    async session() {
      const token = session.held;
      if (!token) return null;
      try {
        return await call(wx, { url: `${door}/session`, token, timeout });
      } catch (error) {
        if (!isOver(error)) throw error;
        session.forget(token);
        return null;
      }
    },

    /**
     * What WeChat sealed about this person, verified by Saoma.
     * @param {SealedData | (() => SealedData | Promise<SealedData>)} [source] a function is asked again after a new login, as
     *   WeChat may have sealed with another key since; missing, `wx.getUserInfo` is asked
     * @returns {Promise<any>}
     */
    async profile(source = () => sealedData(wx)) {
      let tries = 0;
      const { profile } = await session.use(async (token) => {
        tries += 1;
        const { rawData, signature, encryptedData, iv } =
          typeof source === 'function' ? await source() : source;
        const body = { rawData, signature, encryptedData, iv };
        const sent = call(wx, { url: `${door}/profile`, method: 'POST', body, token, timeout });
        return sent.catch((/** @type {SaomaError} */ error) => {
          throw tries > 1 ? outdated(error) : error;
        });
      });
      return profile;
    },

    /**
     * Tells Saoma that this person scanned the code. Again for the same person it answers the same.
     * @param {string | null} sceneId of `sceneFromLaunch`
     * @returns {Promise<Scan>}
     */
    async scan(sceneId) {
      if (!isScene(sceneId))
        throw new SaomaError('scene_not_found', 'Not a code of Saoma’s.', { status: 404 });
      return ask(`${door}/scenes/${sceneId}/scan`, { method: 'POST' });
    },

    /** @param {string} handle of `scan` */
    approve: (handle) => answerTo(handle, 'accept'),

    /** @param {string} handle of `scan` */
    decline: (handle) => answerTo(handle, 'decline'),

    /**
     * Ends the session here at once and then at the server, and closes the connections. What comes next begins with a login.
     * Rejected when the server could not be told: here it is over all the same, and the token is kept to tell it at the next
     * `logout` or after the next login, be it after a restart.
     */
    async logout() {
      for (const connection of connections) connection.close('logout');
      await session.end();
    },

    sceneFromLaunch,

    /**
     * Opens the connection for messages, and keeps it until it is closed or coming back would not help.
     * @param {Handlers & { site?: string }} options `site`: where this mini program belongs to several
     */
    connect({ site, ...handlers }) {
      const hello = site === undefined ? { account } : { account, site };
      const url = `${base.replace(/^http/, 'ws')}/ws/messages`;
      const parts = { wx, url, session, hello, world };
      const connection = new Connection(parts, handlers, (ended) => connections.delete(ended));
      if (connection.state !== 'closed') connections.add(connection);
      return {
        /** @type {Connection['send']} */
        send: (to, body, more) => connection.send(to, body, more),
        close: () => connection.close(),
        get state() {
          return connection.state;
        },
      };
    },
  };
}

/**
 * The scene that a scanned code brings.
 * @param {{ scene?: unknown, query?: { scene?: unknown } }} launch what `onLoad` of a page gets, or `wx.getEnterOptionsSync()`
 * @returns {string | null} null: the mini program was not opened by a code of Saoma's
 */
function sceneFromLaunch(launch) {
  const { scene } = (launch && launch.query) || launch || {};
  const text = typeof scene === 'string' ? decoded(scene) : '';
  return isScene(text) ? text : null;
}

/** @param {string} text WeChat hands it over percent-encoded */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

/** @param {unknown} text @returns {text is string} */
function isScene(text) {
  return typeof text === 'string' && /^[A-Za-z0-9_-]{22}$/.test(text);
}

/** Data that were sealed before the login under way do not fit its key. @param {SaomaError} error */
function outdated(error) {
  const misfits = ['invalid_signature', 'encrypted_data_invalid'].includes(error.code);
  return misfits
    ? new SaomaError('session_expired', 'Logged in anew; ask WeChat for the data again.', error)
    : error;
}

/** @returns {Wx | undefined} */
function hostWx() {
  return typeof wx === 'undefined' ? undefined : wx;
}

exports.createSaoma = createSaoma;
exports.sceneFromLaunch = sceneFromLaunch;
exports.SaomaError = SaomaError;
