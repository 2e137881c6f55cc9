// The shortest example of a website that lets Saoma log its visitors in: three routes and a cookie, no dependency.
//
//   /           members only; everybody else is sent to /sign-in
//   /sign-in    sends the visitor to Saoma's login page
//   /callback   where Saoma sends them back with a one-time code, which only this backend can redeem
//   /sign-out   ends the session, and leads to /signed-out
import { createHash, randomBytes } from 'node:crypto';
import { homePage, messagePage } from './pages.js';

const sessionSeconds = 3600;
/** An exchange, while Saoma is busy or does not answer; the code lives for a minute. */
const triesAtMost = 4;
const tryAgainAfter = 1500;
const sessionsAtMost = 10_000;

/**
 * @typedef {object} Options
 * @property {string} saomaUrl where browsers reach Saoma
 * @property {string} [exchangeUrl] where this backend reaches Saoma, if elsewhere
 * @property {string} publicUrl where browsers reach this website; `{publicUrl}/callback` is registered with Saoma
 * @property {string} siteId
 * @property {string} siteSecret
 *
 * @typedef {{ openid: string, [field: string]: unknown }} Login what the exchange answers
 */

/** @param {Options} options @returns {(req: import('node:http').IncomingMessage, res: import('node:http').ServerResponse) => Promise<void>} */
export function createWebsite({ saomaUrl, exchangeUrl = saomaUrl, publicUrl, siteId, siteSecret }) {
  /** @type {Map<string, { login: Login, endsAt: number }>} */
  const sessions = new Map();
  const secure = publicUrl.startsWith('https:') ? '; Secure' : '';

  /** @param {string} name @param {string} value @param {number} seconds */
  const cookie = (name, value, seconds) =>
    `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure}`;

  /** `state` proves later that this browser began the login; the verifier, that this backend did (PKCE). */
  function signIn() {
    const state = random();
    const verifier = random();
    const login = new URL('/login', saomaUrl);
    login.search = new URLSearchParams({
      site: siteId,
      redirect_uri: `${publicUrl}/callback`,
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    }).toString();
    return redirect(login.href, [cookie(cookieOf(state), `${state}.${verifier}`, 600)]);
  }

  /** @param {URLSearchParams} query @param {Map<string, string>} cookies */
  async function callback(query, cookies) {
    const name = cookieOf(query.get('state') ?? '');
    const [state, verifier = ''] = (cookies.get(name) ?? '').split('.');
    if (!state || query.get('state') !== state) return page(400, messagePage('stale'));
    const login = await exchange(query.get('code') ?? '', verifier);
    if (!login) return page(400, messagePage('refused'));
    return redirect('/', [cookie('session', newSession(login), sessionSeconds), cookie(name, '', 0)]);
  }

  /** The key makes it safe to ask again: should an answer be lost, the next is the same. @param {string} code @param {string} codeVerifier @returns {Promise<Login | undefined>} */
  async function exchange(code, codeVerifier) {
    const key = random();
    for (let tries = 1; ; tries++) {
      const response = await askFor(code, codeVerifier, key).catch((/** @type {Error} */ fault) => fault);
      const passes = response instanceof Error || response.status === 503;
      if (passes && tries < triesAtMost) await new Promise((resolve) => setTimeout(resolve, tryAgainAfter));
      else if (response instanceof Error) throw response;
      else return loginIn(response);
    }
  }

  /** @param {string} code @param {string} codeVerifier @param {string} key */
  function askFor(code, codeVerifier, key) {
    return fetch(new URL('/api/exchange', exchangeUrl), {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${siteId}:${siteSecret}`).toString('base64')}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify({ code, codeVerifier }),
      signal: AbortSignal.timeout(5000),
    });
  }

  /** @param {Login} login */
  function newSession(login) {
    const id = random();
    sessions.set(id, { login, endsAt: Date.now() + sessionSeconds * 1000 });
    const [oldest] = sessions.keys();
    if (sessions.size > sessionsAtMost && oldest) sessions.delete(oldest);
    return id;
  }

  /** @param {string} id */
  function loginOf(id) {
    const session = sessions.get(id);
    return session && session.endsAt > Date.now() ? session.login : undefined;
  }

  /** @param {string} id */
  function signOut(id) {
    const ended = sessions.delete(id);
    return redirect('/signed-out', ended ? [cookie('session', '', 0)] : []);
  }

  /** @param {import('node:http').IncomingMessage} req */
  async function answer(req) {
    const url = new URL(req.url ?? '/', publicUrl);
    const cookies = readCookies(req);
    const asked = `${req.method} ${url.pathname}`;
    if (asked === 'GET /sign-in') return signIn();
    if (asked === 'GET /callback') return callback(url.searchParams, cookies);
    // A form of another website may post here too; thanks to SameSite it brings no session, and so it ends none.
    if (asked === 'POST /sign-out') return signOut(cookies.get('session') ?? '');
    if (asked === 'GET /signed-out') return page(200, messagePage('out'));
    if (asked !== 'GET /') return page(404, messagePage('missing'));
    // Opened by another name of this machine, the cookies would not come back with the visitor.
    if (req.headers.host !== new URL(publicUrl).host) return redirect(publicUrl, []);
    const login = loginOf(cookies.get('session') ?? '');
    return login
      ? page(200, homePage(login, req.headers['accept-language'] ?? ''))
      : redirect('/sign-in', []);
  }

  return async (req, res) => {
    const { status, headers, body } = await answer(req).catch((error) => {
      console.error(String(error));
      return page(502, messagePage('unreachable'));
    });
    res.writeHead(status, { 'cache-control': 'no-store', ...headers }).end(body);
  };
}

/** Each login has a cookie of its own, so that two tabs do not undo each other. @param {string} state */
function cookieOf(state) {
  return `sign-in-${state.slice(0, 8)}`;
}

function random() {
  return randomBytes(32).toString('base64url');
}

/** @param {string} location @param {string[]} cookies @returns {Answer} */
function redirect(location, cookies) {
  return { status: 302, headers: { location, 'set-cookie': cookies }, body: '' };
}

/** @param {number} status @param {{ html: string, policy: string }} content @returns {Answer} */
function page(status, { html, policy }) {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy },
    body: html,
  };
}

/** @param {import('node:http').IncomingMessage} req @returns {Map<string, string>} */
function readCookies(req) {
  const pairs = (req.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('=', 2));
  return new Map(pairs.map(([name = '', value = '']) => [name, value]));
}

/** @typedef {{ status: number, headers: Record<string, string | string[]>, body: string }} Answer */

/** @param {Response} response @returns {Promise<Login | undefined>} */
async function loginIn(response) {
  const said = /** @type {Login & { error?: string }} */ (await response.json());
  if (response.ok) return said;
  if (said.error === 'invalid_grant') return undefined;
  throw new Error(`Saoma refused the exchange: ${response.status} ${said.error}`);
}
