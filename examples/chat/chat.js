// The backend of an example chat: two people log in by a scan, side by side in one browser, and their page gets what it needs to
// open a socket at Saoma. The messages themselves never pass here. No dependency.
//
//   /           the page, or one side of it                           ?side=left|right
//   /sign-in    sends one seat's visitor to Saoma's login page        ?seat=left|right, &alone=1: comes back to that side's page
//   /callback   where Saoma sends them back with a one-time code, which only this backend can redeem
//   /seats      who sits where, each with a message token
//   /presence   who of them is online
//   /announce   a message of the site to everybody who is online; here anybody who is signed in may, at your site only you
//   /sign-out   empties a seat, and ends its message tokens           ?seat=left|right
import { chatPage, messagePage, policyOf, readAsset } from './pages.js';
import { random, Refusal, Saoma } from './saoma.js';

const sessionSeconds = 24 * 3600;
const sessionsAtMost = 10_000;
const bytesAtMost = 2_048;
const seatNames = /** @type {const} */ (['left', 'right']);

/**
 * @typedef {import('./saoma.js').Options & { publicUrl: string }} Options `publicUrl`: where browsers reach this chat, be it below
 *   a path; `{publicUrl}/callback` is registered with Saoma
 *
 * @typedef {'left' | 'right'} SeatName
 * @typedef {{ openid: string, nickname: string | null, token: string | null }} Person `token`: opens the socket, for a day
 * @typedef {{ people: { [Name in SeatName]?: Person }, endsAt: number }} Session
 * @typedef {{ status: number, headers: Record<string, string | string[]>, body: string | Buffer }} Answer
 * @typedef {{ req: import('node:http').IncomingMessage, query: URLSearchParams, cookies: Map<string, string>, lang: 'zh' | 'en' }} Asked
 */

/** @param {Options} options @returns {(req: import('node:http').IncomingMessage, res: import('node:http').ServerResponse) => Promise<void>} */
export function createChat({ publicUrl, ...options }) {
  const saoma = new Saoma(options);
  const { host, origin, pathname, protocol } = new URL(publicUrl);
  const base = pathname.replace(/\/$/, '');
  const secure = protocol === 'https:' ? '; Secure' : '';
  const policy = policyOf(new URL(saoma.socketUrl).origin);
  /** @type {Map<string, Session>} */
  const sessions = new Map();

  /** @param {string} name @param {string} value @param {number} seconds */
  const cookie = (name, value, seconds) =>
    `${name}=${value}; Path=${base || '/'}; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure}`;

  /** `state` proves later that this browser began the login, for this seat; the verifier, that this backend did (PKCE). @param {Asked} asked */
  function signIn({ query, lang }) {
    const seat = seatIn(query, 'seat');
    if (!seat) return page(404, messagePage('missing', lang));
    const [state, verifier] = [random(), random()];
    const url = saoma.loginUrl({ redirectUri: `${origin}${base}/callback`, state, verifier, lang });
    const kept = [state, verifier, seat, query.has('alone') ? 'alone' : 'beside'].join('.');
    return redirect(url, [cookie(cookieOf(state), kept, 600)]);
  }

  /** @param {Asked} asked */
  async function callback({ query, cookies, lang }) {
    const name = cookieOf(query.get('state') ?? '');
    const [state, verifier = '', seat, how] = (cookies.get(name) ?? '').split('.');
    if (!state || query.get('state') !== state) return page(400, messagePage('stale', lang));
    const login = await saoma.exchange(query.get('code') ?? '', verifier);
    if (!login) return page(400, messagePage('refused', lang));
    const id = seated(cookies, /** @type {SeatName} */ (seat), login);
    const side = how === 'alone' ? `&side=${seat}` : '';
    return redirect(`${base}/?lang=${lang}${side}`, [
      cookie('chat', id, sessionSeconds),
      cookie(name, '', 0),
    ]);
  }

  /** @param {Map<string, string>} cookies @param {SeatName} seat @param {import('./saoma.js').Login} login */
  function seated(cookies, seat, { openid, user, messageToken }) {
    const before = sessionOf(cookies);
    const id = (before && cookies.get('chat')) || random();
    const person = { openid, nickname: user?.nickname ?? null, token: messageToken ?? null };
    const people = { ...before?.people, [seat]: person };
    sessions.set(id, { people, endsAt: Date.now() + sessionSeconds * 1000 });
    const [oldest] = sessions.keys();
    if (sessions.size > sessionsAtMost && oldest) sessions.delete(oldest);
    return id;
  }

  /** @param {Map<string, string>} cookies */
  function sessionOf(cookies) {
    const session = sessions.get(cookies.get('chat') ?? '');
    return session && session.endsAt > Date.now() ? session : undefined;
  }

  /** The page is its people's own: their openids and tokens go to it, and nowhere else. @param {Asked} asked */
  function seats({ cookies }) {
    const { left = null, right = null } = sessionOf(cookies)?.people ?? {};
    return json(200, { socketUrl: saoma.socketUrl, people: { left, right } });
  }

  /** @param {Asked} asked */
  async function presence({ cookies }) {
    const people = sessionOf(cookies)?.people ?? {};
    const told = seatNames.map(async (name) => [name, await presenceOf(people[name])]);
    return json(200, Object.fromEntries(await Promise.all(told)));
  }

  /** @param {Person | undefined} person */
  const presenceOf = (person) => (person ? saoma.presence(person.openid) : null);

  /** @param {Asked} asked */
  async function announce({ req, cookies }) {
    if (!sessionOf(cookies)) return json(403, {});
    const text = await readText(req);
    return text ? json(202, await saoma.post({ all: true }, { text })) : json(400, {});
  }

  /** Here at once; then at Saoma, of which a copy of the token would else be good for the rest of the day. @param {Asked} asked */
  async function signOut({ query, cookies }) {
    const session = sessionOf(cookies);
    const seat = seatIn(query, 'seat');
    const person = seat && session?.people[seat];
    if (!person) return json(200, {});
    delete session.people[seat];
    await saoma.endTokens(person.openid);
    return json(200, {});
  }

  /** @type {Record<string, (asked: Asked) => Answer | Promise<Answer>>} */
  const routes = {
    'GET /': ({ query, lang }) => page(200, chatPage(lang, seatIn(query, 'side'))),
    'GET /sign-in': signIn,
    'GET /callback': callback,
    'GET /seats': seats,
    'GET /presence': presence,
    'POST /announce': announce,
    'POST /sign-out': signOut,
  };

  /** @param {import('node:http').IncomingMessage} req */
  async function answer(req) {
    const url = new URL(req.url ?? '/', origin);
    // Opened by another name of this machine, the cookies would not come back with the visitor.
    if (req.headers.host !== host && req.method === 'GET') return redirect(publicUrl, []);
    // A form of another website may post here too; thanks to SameSite it brings no session, and so it does nothing.
    const path = url.pathname.startsWith(`${base}/`) ? url.pathname.slice(base.length) : '';
    // What the page loads is named relative to it.
    if (url.pathname === base) return redirect(`${base}/`, []);
    const lang = languageOf(url.searchParams, req);
    const route = routes[`${req.method} ${path}`];
    if (route) return route({ req, query: url.searchParams, cookies: readCookies(req), lang });
    const asset = req.method === 'GET' ? await readAsset(path) : undefined;
    return asset ? { status: 200, ...asset } : page(404, messagePage('missing', lang));
  }

  /** @param {number} status @param {string} body @returns {Answer} */
  function page(status, body) {
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      vary: 'Accept-Language',
    };
    return { status, headers, body };
  }

  return async (req, res) => {
    const { status, headers, body } = await answer(req).catch((error) => {
      console.error(String(error));
      const isOurs = error instanceof Refusal && error.error === 'invalid_client';
      const what = isOurs ? 'unregistered' : 'unreachable';
      return page(502, messagePage(what, languageOf(new URLSearchParams(), req)));
    });
    const always = {
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    };
    res.writeHead(status, { ...always, ...headers }).end(body);
  };
}

/** Each login has a cookie of its own, so that two tabs do not undo each other. @param {string} state */
function cookieOf(state) {
  return `sign-in-${state.slice(0, 8)}`;
}

/** @param {URLSearchParams} query @param {'seat' | 'side'} key @returns {SeatName | undefined} */
function seatIn(query, key) {
  return seatNames.find((name) => name === query.get(key));
}

/** @param {URLSearchParams} query @param {import('node:http').IncomingMessage} req @returns {'zh' | 'en'} */
function languageOf(query, req) {
  const asked = query.get('lang') ?? req.headers['accept-language'] ?? '';
  return /^zh/i.test(asked) ? 'zh' : 'en';
}

/** @param {string} location @param {string[]} cookies @returns {Answer} */
function redirect(location, cookies) {
  return { status: 302, headers: { location, 'set-cookie': cookies }, body: '' };
}

/** @param {number} status @param {unknown} content @returns {Answer} */
function json(status, content) {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(content) };
}

/** @param {import('node:http').IncomingMessage} req @returns {Promise<string>} empty for what is too long, or no text */
async function readText(req) {
  /** @type {Buffer[]} */
  const parts = [];
  let bytes = 0;
  for await (const part of req) {
    bytes += part.length;
    if (bytes > bytesAtMost) return '';
    parts.push(part);
  }
  return Buffer.concat(parts).toString().trim();
}

/** @param {import('node:http').IncomingMessage} req @returns {Map<string, string>} */
function readCookies(req) {
  const pairs = (req.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('=', 2));
  return new Map(pairs.map(([name = '', value = '']) => [name, value]));
}
