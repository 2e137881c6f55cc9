/** Owns the numbers at the head of the dashboard. */
import { element, say } from './dom.js';

/**
 * @typedef {import('/protocol/messages.js').SceneState} SceneState
 *
 * @typedef {object} Overview
 * @property {Record<SceneState, number>} counts
 * @property {Record<SceneState, number>} rates how many reached the state in the last minute
 * @property {{ p50: number, p95: number, p99: number } | null} latency seconds
 * @property {{ node: string, sockets: number, version: string, uptimeSeconds: number }[]} nodes
 */

/**
 * @param {Overview} overview
 * @param {import('./text.js').Texts} text
 */
export function showNumbers({ counts, rates, latency, nodes }, text) {
  const sockets = nodes.reduce((sum, node) => sum + node.sockets, 0);
  const number = new Intl.NumberFormat(document.documentElement.lang);
  tile('pending', number.format(counts.pending));
  tile('scanned', number.format(counts.scanned));
  tile('confirmed', number.format(counts.confirmed));
  tile('logins', number.format(rates.consumed), text.started(rates.pending));
  tile(
    'latency',
    latency ? inTime(latency.p95) : '–',
    latency ? `p50 ${inTime(latency.p50)} · p99 ${inTime(latency.p99)}` : '',
  );
  tile('sockets', number.format(sockets), aboutNodes(nodes, text));
}

/**
 * @param {string} name
 * @param {string} value
 */
function tile(name, value, detail = '') {
  say(element(`number-${name}`), value);
  say(element(`detail-${name}`), detail);
}

/**
 * @param {Overview['nodes']} nodes
 * @param {import('./text.js').Texts} text
 */
function aboutNodes(nodes, text) {
  const [first] = nodes;
  if (!first) return '';
  return nodes.length > 1
    ? text.nodes(nodes.length)
    : `v${first.version} · ${text.uptime(first.uptimeSeconds)}`;
}

/** @param {number} seconds */
function inTime(seconds) {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
}
