import { make } from './dom.js';

const token = /<!\[CDATA\[[\s\S]*?\]\]>|<\/?[A-Za-z]+>|[^<]+/g;

/**
 * XML to read: one element a line, its names told apart from its texts. What is not such XML stays as it is.
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export function xmlView(text) {
  const tokens = text.match(token) ?? [];
  if (!text.startsWith('<xml>') || tokens.join('') !== text) return [text];
  return tokens.flatMap((part, index) => [breakBefore(part, tokens[index - 1]), partView(part)]);
}

/**
 * @param {string} part
 * @param {string | undefined} before
 */
function breakBefore(part, before) {
  if (before === undefined || !isTag(part)) return '';
  if (part === '</xml>') return '\n';
  const opens = !part.startsWith('</');
  return opens && isTag(before) ? '\n  ' : '';
}

/** @param {string} part */
function partView(part) {
  return isTag(part) ? make('span', { class: 'tag-name' }, part) : part;
}

/** @param {string} part */
function isTag(part) {
  return part.startsWith('<') && !part.startsWith('<!');
}
