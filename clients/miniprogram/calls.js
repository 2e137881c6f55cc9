/** Owns the requests of a mini program: what is used of `wx`, as promises, and the errors in which they may end. */

/**
 * @typedef {{ errMsg?: string }} Failure
 * @typedef {{ statusCode: number, data: unknown, header: Record<string, string> }} Answer
 * @typedef {{ rawData: string, signature: string, encryptedData: string, iv: string }} SealedData as WeChat hands it out
 *
 * @typedef {object} SocketTask
 * @property {(options: { data: string, fail?: (failure: Failure) => void }) => void} send
 * @property {(options: { code?: number, reason?: string, fail?: (failure: Failure) => void }) => void} close
 * @property {(listener: () => void) => void} onOpen
 * @property {(listener: (event: { data: unknown }) => void) => void} onMessage
 * @property {(listener: (event: { code: number, reason?: string }) => void) => void} onClose
 * @property {(listener: (failure: Failure) => void) => void} onError
 *
 * @typedef {object} RequestOptions
 * @property {string} url
 * @property {string} method
 * @property {Record<string, string>} header
 * @property {string} [data]
 * @property {number} timeout
 * @property {(answer: Answer) => void} success
 * @property {(failure: Failure) => void} fail
 *
 * @typedef {object} Wx what is used of `wx`; what is optional here, old versions of WeChat do not have
 * @property {(options: { timeout: number, success: (answer: { code: string }) => void, fail: (failure: Failure) => void }) => void} login
 * @property {(options: RequestOptions) => unknown} request
 * @property {(options: { url: string, timeout: number, fail: (failure: Failure) => void }) => SocketTask} connectSocket
 * @property {(key: string) => unknown} getStorageSync
 * @property {(key: string, value: string) => void} setStorageSync
 * @property {(key: string) => void} removeStorageSync
 * @property {(options: { withCredentials: boolean, success: (data: SealedData) => void, fail: (failure: Failure) => void }) => void} [getUserInfo]
 * @property {(listener: () => void) => void} [onAppShow]
 * @property {(listener: () => void) => void} [offAppShow]
 * @property {(listener: () => void) => void} [onAppHide]
 * @property {(listener: () => void) => void} [offAppHide]
 * @property {(listener: (status: { isConnected: boolean }) => void) => void} [onNetworkStatusChange]
 * @property {(listener: (status: { isConnected: boolean }) => void) => void} [offNetworkStatusChange]
 */

/** How long WeChat may be silent beyond the timeout it was given, ms: its own failure tells more than ours. */
const loginGrace = 5000;

/**
 * Every error of this client. `code` is one of Saoma's (its list is in PROTOCOL.md) or of these: `unreachable` (no answer came),
 * `unexpected` (an answer, but not Saoma's), `wechat_failed` (WeChat's own call failed), `closed` and `unanswered` (of a message: it
 * may have arrived), `too_many` (more messages wait than may).
 */
class SaomaError extends Error {
  /**
   * @param {string} code
   * @param {string} message for developers
   * @param {{ status?: number | undefined, retryAfter?: number | undefined }} [more]
   */
  constructor(code, message, more = {}) {
    super(message);
    this.name = 'SaomaError';
    this.code = code;
    /** Of HTTP; 0 where there was no answer. */
    this.status = more.status || 0;
    /** When to ask again, seconds; undefined where nobody said so. */
    this.retryAfter = more.retryAfter;
  }
}

/**
 * One request and what was answered to it.
 * @param {Wx} wx
 * @param {{ url: string, method?: string, body?: unknown, token?: string, timeout: number }} options
 * @returns {Promise<any>} the body; undefined when there is none
 */
function call(wx, { url, method = 'GET', body, token, timeout }) {
  /** @type {Record<string, string>} */
  const header = { 'content-type': 'application/json' };
  if (token !== undefined) header.authorization = `Bearer ${token}`;
  const data = body === undefined ? {} : { data: JSON.stringify(body) };
  return new Promise((resolve, reject) => {
    /** @param {Answer} answer */
    const success = (answer) => {
      const error = errorIn(answer);
      if (error) reject(error);
      else resolve(answer.data === '' ? undefined : answer.data);
    };
    /** @param {Failure} failure */
    const fail = (failure) => reject(failureOf('unreachable', failure));
    wx.request(Object.assign({ url, method, header, timeout, success, fail }, data));
  });
}

/** @param {Answer} answer @returns {SaomaError | undefined} */
function errorIn({ statusCode: status, data, header }) {
  const good = status >= 200 && status < 300;
  // What could not be read as JSON comes as text: the page of some proxy or of a hotel's network.
  if (good && (typeof data === 'object' || data === undefined || data === '')) return undefined;
  const { error, message } = /** @type {{ error?: unknown, message?: unknown }} */ (data || {});
  if (good || typeof error !== 'string')
    return new SaomaError('unexpected', `Not an answer of Saoma's (${status}).`, { status });
  return new SaomaError(error, String(message), { status, retryAfter: retryAfterOf(header || {}) });
}

/** @param {Record<string, string>} header whose names are written as the phone likes */
function retryAfterOf(header) {
  const name = Object.keys(header).find((key) => key.toLowerCase() === 'retry-after');
  const seconds = name === undefined ? NaN : Number(header[name]);
  return seconds >= 0 ? seconds : undefined;
}

/**
 * A code that only Saoma can turn into a session, once. All who need a session wait for it: it never takes for ever.
 * @param {{ wx: Wx, timeout: number, world: import('./connection.js').World }} parts
 * @returns {Promise<string>}
 */
function loginCode({ wx, timeout, world }) {
  return new Promise((resolve, reject) => {
    const code = freshCode(wx, timeout);
    const silent = () => reject(new SaomaError('unreachable', 'wx.login does not call back.'));
    const callOff = world.after(timeout + loginGrace, silent);
    code.then(callOff, callOff);
    code.then(resolve, reject);
  });
}

/** @param {Wx} wx @param {number} timeout @returns {Promise<string>} for ever pending where WeChat does not call back */
function freshCode(wx, timeout) {
  return new Promise((resolve, reject) => {
    wx.login({
      timeout,
      success: ({ code }) =>
        code ? resolve(code) : reject(new SaomaError('wechat_failed', 'wx.login gave no code.')),
      fail: (failure) => reject(failureOf('wechat_failed', failure)),
    });
  });
}

/** What WeChat seals about the person, fresh. @param {Wx} wx @returns {Promise<SealedData>} */
function sealedData(wx) {
  return new Promise((resolve, reject) => {
    if (!wx.getUserInfo) return reject(new SaomaError('wechat_failed', 'This WeChat has no wx.getUserInfo.'));
    wx.getUserInfo({
      withCredentials: true,
      success: resolve,
      fail: (failure) => reject(failureOf('wechat_failed', failure)),
    });
  });
}

/** @param {unknown} error */
function isOver(error) {
  return error instanceof SaomaError && error.code === 'session_expired';
}

/** @param {string} code @param {Failure} [failure] */
function failureOf(code, failure) {
  return new SaomaError(code, (failure && failure.errMsg) || code);
}

exports.SaomaError = SaomaError;
exports.call = call;
exports.isOver = isOver;
exports.loginCode = loginCode;
exports.sealedData = sealedData;
