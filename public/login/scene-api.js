/** Owns the HTTP calls about a scene, and what their failures mean to a browser. */
import { decodeServerMessage } from '/protocol/messages.js';

/** @typedef {import('./browser.js').World} World */
/** @typedef {import('../../src/protocol/messages.ts').SceneSnapshot} SceneSnapshot */

/**
 * @typedef {object} SceneRequest
 * @property {string} site
 * @property {string} [account] whose code, if not the site's first
 * @property {string} [state] handed to the site at the exchange
 * @property {string} [codeChallenge]
 *
 * @typedef {object} Scene what the browser keeps of a scene
 * @property {string} sceneId
 * @property {string} claim the secret that opens the result; never in a URL
 * @property {string} socketUrl
 * @property {string} picture the code, as a `data:` URL
 * @property {boolean} isMiniProgram the code is a mini program's, and no QR code
 * @property {number} expiresAt by this machine's clock, as is everything but the snapshots
 * @property {number} lifetime ms from the making to the end, for the countdown
 * @property {number} skew what to take from a time of the server to have it by this machine's clock
 *
 * @typedef {{ kind: 'unreachable' } | { kind: 'busy', retryAfter: number } | { kind: 'refused', status: number }} Fault
 *   `refused`: asking again will not help.
 */

const answerWithin = 10_000;
const usualWait = 5_000;

/**
 * @param {SceneRequest} request
 * @param {World} world
 * @param {string} base origin of Saoma; empty on its own pages
 * @returns {Promise<Scene | Fault>}
 */
export async function createScene(request, world, base = '') {
  const answer = await call(world, `${base}/api/scenes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  if (!answer) return { kind: 'unreachable' };
  return (answer.ok && sceneOf(answer, world.now())) || faultOf(answer);
}

/**
 * Asks once for the scene as it stands; `gone` when the server no longer knows it for this claim.
 * @param {{ sceneId: string, claim: string }} scene
 * @param {World} world
 * @returns {Promise<SceneSnapshot | 'gone' | Fault>}
 */
export async function readScene({ sceneId, claim }, world, base = '') {
  const answer = await call(world, `${base}/api/scenes/${sceneId}`, {
    headers: { authorization: `Bearer ${claim}` },
  });
  if (!answer) return { kind: 'unreachable' };
  if (answer.status === 404) return 'gone';
  return (answer.ok && decodeServerMessage(answer.text)) || faultOf(answer);
}

/**
 * @typedef {{ ok: boolean, status: number, headers: Headers, text: string }} Answer
 *
 * @param {World} world
 * @param {string} url
 * @param {RequestInit} init
 * @returns {Promise<Answer | undefined>} `undefined` when no whole answer came in time
 */
async function call(world, url, init) {
  const abort = new AbortController();
  const calledOff = world.after(answerWithin, () => abort.abort());
  try {
    const answer = await world.fetch(url, {
      ...init,
      cache: 'no-store',
      credentials: 'omit',
      signal: abort.signal,
    });
    const { ok, status, headers } = answer;
    return { ok, status, headers, text: await answer.text() };
  } catch {
    return undefined;
  } finally {
    calledOff();
  }
}

/**
 * @param {Answer} answer
 * @param {number} now
 * @returns {Scene | undefined} `undefined` for what is not our answer, a captive portal's page for one
 */
function sceneOf({ text, headers }, now) {
  try {
    const { sceneId, claim, socketUrl, qr, expiresAt } = JSON.parse(text);
    const picture = pictureOf(qr);
    const words = [sceneId, claim, socketUrl];
    const isWhole = words.every((word) => typeof word === 'string') && typeof expiresAt === 'number';
    if (!isWhole || picture === undefined) return undefined;
    const skew = skewOf(headers, now);
    const lifetime = expiresAt - skew - now;
    const isMiniProgram = qr.svg === null;
    return { sceneId, claim, socketUrl, picture, isMiniProgram, expiresAt: now + lifetime, lifetime, skew };
  } catch {
    return undefined;
  }
}

/**
 * Drawn by the server, or by WeChat: only that is taken which can be nothing but a picture.
 * @param {{ svg: unknown, image?: unknown }} qr
 */
function pictureOf({ svg, image }) {
  if (typeof svg === 'string') return `data:image/svg+xml,${encodeURIComponent(svg)}`;
  return /^data:image\/(?:jpeg|png);base64,/.test(String(image)) ? String(image) : undefined;
}

/**
 * @param {Answer} answer an answer that cannot be used, whatever its status
 * @returns {Fault}
 */
function faultOf({ status, headers }) {
  if (status >= 400 && status < 500 && status !== 429) return { kind: 'refused', status };
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return { kind: 'busy', retryAfter: seconds >= 0 ? seconds * 1000 : usualWait };
}

/**
 * The server's clock may not be ours: its Date header, whole seconds, tells how far apart they are.
 * @param {Headers} headers
 * @param {number} now
 */
function skewOf(headers, now) {
  const date = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(date) ? 0 : date + 500 - now;
}
