/**
 * Owns the short way through the documents that WeChat usually sends: one level of elements, each with one CDATA section or a
 * number. Every document that is anything else is left to the whole reader (`xml`), which takes ten times as long.
 */
const opening = '<xml>';
const closing = '</xml>';
const element = /[ \t\n]*<([A-Za-z]{1,64})>(?:<!\[CDATA\[([^\]]*)\]\]>|(\d{1,19}))<\/\1>/y;
const most = 50;

/** The texts by element, as the whole reader gives them; `undefined`: not of that kind, which says nothing of its worth. */
export function readUsual(text: string): Record<string, string> | undefined {
  const document = text.replace(/[ \t\n]{1,9}$/, '');
  if (!document.startsWith(opening) || !document.endsWith(closing)) return undefined;
  const fields = Object.create(null) as Record<string, string>;
  const end = document.length - closing.length;
  element.lastIndex = opening.length;
  for (let count = 0; count < most; count++) {
    const place = element.lastIndex;
    const [, name = '', data, number = ''] = element.exec(document) ?? [];
    // The last one may have gone past the end: then the root has none.
    if (name === '') return place <= end && isBlank(document.slice(place, end)) ? fields : undefined;
    // Repeated, or a name that no document may have: not for us to judge.
    if (name in fields || name in Object.prototype || name === 'prototype') return undefined;
    fields[name] = data ?? number;
  }
  return undefined;
}

function isBlank(text: string): boolean {
  return /^[ \t\n]*$/.test(text);
}
