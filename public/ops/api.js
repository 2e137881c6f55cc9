/** Owns the dashboard's HTTP calls, and what their failures mean to it. */

const answerWithin = 10_000;

/**
 * @param {string} token
 * @returns {Promise<'signedIn' | 'wrong' | 'unreachable' | { wait: number }>} `wait`: seconds until the next try
 */
export async function signIn(token) {
  const answer = await call('POST', '/ops/session', { token });
  if (answer?.ok) return 'signedIn';
  if (answer?.status === 429) return { wait: Number(answer.headers.get('retry-after') ?? 60) };
  return answer?.status === 401 ? 'wrong' : 'unreachable';
}

/** Whether the server has forgotten us. */
export async function signOut() {
  const answer = await call('DELETE', '/ops/session');
  return answer?.ok === true;
}

/** @returns {Promise<boolean | undefined>} `undefined`: nobody answers */
export async function isSignedIn() {
  const answer = await call('GET', '/ops/api/overview');
  if (answer?.ok) return true;
  return answer?.status === 401 ? false : undefined;
}

/**
 * @typedef {import('./row-view.js').Row} Row
 *
 * @param {string} sceneId
 * @returns {Promise<Row | 'over' | 'signedOut' | 'failed'>} the row as it is now; `over`: it had ended before
 */
export async function cancelScene(sceneId) {
  const answer = await call('POST', `/ops/api/scenes/${sceneId}/cancel`);
  if (answer?.ok) return /** @type {Promise<Row>} */ (answer.json());
  if (answer?.status === 401) return 'signedOut';
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
