/** Owns the numbers at the head of the dashboard. */
import { element, say } from './dom.js';

/** @typedef {import('./overviews.js').Overview} Overview */

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
  tile('logins', number.format(rates.minute.consumed), text.started(rates.minute.pending));
  const { push } = latency;
  tile(
    'latency',
    push ? inTime(push.p95) : '–',
    push ? `p50 ${inTime(push.p50)} · p99 ${inTime(push.p99)}` : '',
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
