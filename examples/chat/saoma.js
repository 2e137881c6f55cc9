// What a website's backend asks of Saoma: where to log in, who came, who is there, and to deliver a message.
import { createHash, randomBytes } from 'node:crypto';

/** An exchange, while Saoma is busy or does not answer; the code lives for a minute. */
const triesAtMost = 4;
const tryAgainAfter = 1500;
const answerWithin = 5000;

/**
 * @typedef {object} Options
 * @property {string} saomaUrl where browsers reach Saoma
 * @property {string} [exchangeUrl] where this backend reaches Saoma, if elsewhere
 * @property {string} siteId
 * @property {string} siteSecret
 *
 * @typedef {{ openid: string, messageToken?: string, user?: { nickname?: string | null } }} Login what the exchange answers
 * @typedef {{ online: boolean, connections: number, lastSeenAt: number | null }} Presence
 */

export class Saoma {
  #site;
  #base;
  #pages;
  #authorization;

  /** @param {Options} options */
  constructor({ saomaUrl, exchangeUrl = saomaUrl, siteId, siteSecret }) {
    this.#site = siteId;
    this.#base = exchangeUrl;
    this.#pages = saomaUrl;
    this.#authorization = `Basic ${Buffer.from(`${siteId}:${siteSecret}`).toString('base64')}`;
  }

  /** Where the page opens its socket for messages. */
  get socketUrl() {
    return new URL('/ws/messages', this.#pages).href.replace(/^http/, 'ws');
  }

  /** @param {{ redirectUri: string, state: string, verifier: string, lang: string }} login */
  loginUrl({ redirectUri, state, verifier, lang }) {
    const url = new URL('/login', this.#pages);
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const site = this.#site;
    const query = { site, redirect_uri: redirectUri, state, code_challenge: challenge, lang };
    url.search = new URLSearchParams(query).toString();
    return url.href;
  }

  /**
   * The key makes it safe to ask again: should an answer be lost, the next is the same.
   * @param {string} code @param {string} codeVerifier
   * @returns {Promise<Login | undefined>} nothing for a code that is no good
   */
  async exchange(code, codeVerifier) {
    const headers = { 'idempotency-key': random() };
    for (let tries = 1; ; tries++) {
      const answer = await this.#ask('POST', '/api/exchange', { code, codeVerifier }, headers).catch(
        (/** @type {Refusal} */ refusal) => refusal,
      );
      if (!(answer instanceof Refusal)) return answer;
      if (answer.error === 'invalid_grant') return undefined;
      if (!answer.passes || tries === triesAtMost) throw answer;
      await new Promise((resolve) => setTimeout(resolve, tryAgainAfter));
    }
  }

  /** @param {string} openid @returns {Promise<Presence>} */
  presence(openid) {
    return this.#ask('GET', `/api/users/${encodeURIComponent(openid)}/presence`);
  }

  /**
   * @param {string | { all: true }} to one person's openid, or everybody who is online
   * @param {unknown} body JSON
   * @returns {Promise<{ id: string, status: string }>}
   */
  post(to, body) {
    return this.#ask('POST', '/api/messages', { to, body });
  }

  /** They signed out: whoever still has a message token of theirs can do nothing with it. @param {string} openid */
  async endTokens(openid) {
    await this.#ask('DELETE', `/api/users/${encodeURIComponent(openid)}/message-tokens`);
  }

  /**
   * @param {string} method @param {string} path @param {object} [body] @param {Record<string, string>} [headers]
   * @returns {Promise<any>}
   */
  async #ask(method, path, body, headers = {}) {
    const response = await fetch(new URL(path, this.#base), {
      method,
      headers: { authorization: this.#authorization, 'content-type': 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(answerWithin),
    }).catch((/** @type {Error} */ fault) => Promise.reject(new Refusal(0, 'unreachable', fault)));
    const said = /** @type {{ error?: string }} */ (await response.json().catch(() => ({})));
    if (!response.ok) throw new Refusal(response.status, said.error ?? 'unknown');
    return said;
  }
}

export class Refusal extends Error {
  /** @param {number} status @param {string} error Saoma's code @param {unknown} [cause] */
  constructor(status, error, cause) {
    super(`Saoma refused: ${status} ${error}`, { cause });
    this.error = error;
    /** Whether asking again may help. */
    this.passes = status === 0 || status === 503;
  }
}

export function random() {
  return randomBytes(32).toString('base64url');
}
