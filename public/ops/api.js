/** Owns the dashboard's HTTP calls, and what their failures mean to it. */

/**
 * @typedef {import('./row-view.js').Row} Row
 * @typedef {import('/protocol/messages.js').SceneState} SceneState
 *
 * @typedef {'view' | 'operate'} Role
 * @typedef {object} Session
 * @property {Role} role
 * @property {string} name
 *
 * @typedef {{ move: string, state: SceneState, at: number }} Step
 *
 * @typedef {object} More what the server tells of one scene beyond its row
 * @property {string | null} reason
 * @property {boolean} followed
 * @property {string | null} openid masked
 * @property {number} strangers
 * @property {number} attachments how often its browser connected
 * @property {string} origin
 * @property {Step[]} history oldest first
 *
 * @typedef {Row & More} Detail
 * @typedef {{ scenes: Row[], nextCursor: string | null, total: number }} ScenePage
 *
 * @typedef {'signedIn' | 'wrong' | 'elsewhere' | 'unreachable' | { wait: number }} SignIn `elsewhere`: the page is not at its own
 *   address; `wait`: seconds until the next try
 */

const answerWithin = 10_000;
let signedOut = () => {};

/**
 * Called when a call finds that the session is over.
 * @param {() => void} task
 */
export function whenSignedOut(task) {
  signedOut = task;
}

/**
 * @param {{ token: string } | { code: string, number: string }} given
 * @returns {Promise<SignIn>}
 */
export async function signIn(given) {
  const answer = await call('POST', '/ops/session', given);
  if (answer?.ok) return 'signedIn';
  if (answer?.status === 429) return { wait: Number(answer.headers.get('retry-after') ?? 60) };
  if (answer?.status === 403) return 'elsewhere';
  return answer?.status === 400 || answer?.status === 401 ? 'wrong' : 'unreachable';
}

/** Whether the server has forgotten us. */
export async function signOut() {
  const answer = await call('DELETE', '/ops/session');
  return answer?.ok === true;
}

/** @returns {Promise<Session | 'signedOut' | 'away' | undefined>} `away`: it cannot tell just now; `undefined`: nobody answers */
export async function readSession() {
  const answer = await call('GET', '/ops/session');
  if (answer?.ok) return /** @type {Promise<Session | undefined>} */ (json(answer));
  if (answer?.status === 401) return 'signedOut';
  return answer?.status === 503 ? 'away' : undefined;
}

/**
 * For whoever shows something of the API.
 * @param {string} path
 * @returns {Promise<Response | undefined>} `undefined` when no answer came in time; of a 401 the page has been told
 */
export async function request(path) {
  const answer = await call('GET', path);
  if (answer?.status === 401) signedOut();
  return answer;
}

/**
 * @param {string} sceneId
 * @returns {Promise<Detail | 'gone' | 'failed'>}
 */
export async function readScene(sceneId) {
  const answer = await request(`/ops/api/scenes/${sceneId}`);
  if (answer?.status === 404) return 'gone';
  const detail = answer?.ok && /** @type {Detail | undefined} */ (await json(answer));
  return detail || 'failed';
}

/**
 * @param {URLSearchParams} query
 * @returns {Promise<ScenePage | undefined>}
 */
export async function readScenes(query) {
  const answer = await request(`/ops/api/scenes?${query}`);
  return answer?.ok ? /** @type {Promise<ScenePage | undefined>} */ (json(answer)) : undefined;
}

/**
 * @param {string} sceneId
 * @returns {Promise<Row | 'over' | 'forbidden' | 'failed'>} the row as it is now; `over`: it had ended before
 */
export async function cancelScene(sceneId) {
  const answer = await call('POST', `/ops/api/scenes/${sceneId}/cancel`);
  if (answer?.ok) return /** @type {Row | undefined} */ (await json(answer)) ?? 'failed';
  if (answer?.status === 401) signedOut();
  if (answer?.status === 403) return 'forbidden';
  return answer?.status === 404 || answer?.status === 409 ? 'over' : 'failed';
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<Response | undefined>} `undefined` when no answer came in time
 */
async function call(method, path, body) {
  /** @type {RequestInit} */
  const init = { method, cache: 'no-store', signal: AbortSignal.timeout(answerWithin) };
  if (body)
    Object.assign(init, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return fetch(path, init).catch(() => undefined);
}

/**
 * @param {Response} answer
 * @returns {Promise<unknown>} `undefined` for what is not ours, a captive portal's page for one, or breaks off
 */
function json(answer) {
  return answer.json().catch(() => undefined);
}
