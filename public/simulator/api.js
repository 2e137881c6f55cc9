/** @import { Act, Code, LiveMessage } from './types.d.ts' */

const base = '/phone/api';

/**
 * @param {string} path
 * @param {object} body
 * @param {string} method
 * @returns {Promise<any>} what was answered; `undefined` for an empty answer
 */
export async function send(path, body = {}, method = 'POST') {
  const headers = { 'Content-Type': 'application/json' };
  const content = method === 'DELETE' ? {} : { headers, body: JSON.stringify(body) };
  const response = await fetch(base + path, { method, ...content });
  if (response.status === 204) return undefined;
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.message);
  return answer;
}

/**
 * @param {string} path
 * @param {object} body
 * @returns {Promise<Act>}
 */
export function act(path, body) {
  return send(path, body);
}

/**
 * @param {string} text
 * @returns {Promise<Code | null>}
 */
export async function findCode(text) {
  const response = await fetch(`${base}/code?text=${encodeURIComponent(text)}`);
  return response.ok ? response.json() : null;
}

/**
 * @param {(message: LiveMessage) => void} take
 * @param {(connected: boolean) => void} connection
 */
export function listen(take, connection) {
  const source = new EventSource(`${base}/live`);
  source.addEventListener('open', () => connection(true));
  source.addEventListener('error', () => connection(false));
  source.addEventListener('message', (event) => take(JSON.parse(event.data)));
}
