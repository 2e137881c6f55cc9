/**
 * Tells where a text stops being JSON. The engine's own message does not always say, and quotes the text, in which there may
 * be secrets.
 */

type Expected = 'value' | 'first' | 'name' | 'firstName' | 'colon' | 'afterItem' | 'afterField' | 'end';

/** What a token does: it opens or closes an object or a list, completes a value, or lets something else be expected. */
type Move = Expected | 'opens' | 'closes' | 'completes';

const value: Record<string, Move> = { text: 'completes', plain: 'completes', '{': 'opens', '[': 'opens' };

const moves: Record<Expected, Record<string, Move>> = {
  value,
  first: { ...value, ']': 'closes' },
  name: { text: 'colon' },
  firstName: { text: 'colon', '}': 'closes' },
  colon: { ':': 'value' },
  afterItem: { ',': 'value', ']': 'closes' },
  afterField: { ',': 'name', '}': 'closes' },
  end: {},
};

const space = /[\t\n\r ]*/y;
const token =
  /(?<text>"(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(?<plain>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|(?<sign>[{}[\]:,])/uy;

/** Line and column, from 1, of what does not belong there: the end of the text, if something is missing. `undefined`: it is JSON. */
export function jsonFault(text: string): { line: number; column: number } | undefined {
  const at = faultAt(text);
  if (at === undefined) return undefined;
  const lines = text.slice(0, at).split(/\r\n|\r|\n/);
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

function faultAt(text: string): number | undefined {
  const open: string[] = [];
  let expected: Expected = 'value';
  for (let at = match(space, text, 0).end; at < text.length;) {
    const { groups, end } = match(token, text, at);
    const kind = groups?.['sign'] ?? (groups?.['text'] === undefined ? 'plain' : 'text');
    const move = groups && moves[expected][kind];
    if (!move) return at;
    if (move === 'opens') open.push(kind);
    if (move === 'closes') open.pop();
    expected = next(move, open.at(-1));
    at = match(space, text, end).end;
  }
  return expected === 'end' ? undefined : text.length;
}

/** @param around the innermost `{` or `[` that is open */
function next(move: Move, around: string | undefined): Expected {
  if (move === 'opens') return around === '{' ? 'firstName' : 'first';
  if (move !== 'closes' && move !== 'completes') return move;
  if (around === undefined) return 'end';
  return around === '{' ? 'afterField' : 'afterItem';
}

function match(sticky: RegExp, text: string, at: number) {
  sticky.lastIndex = at;
  return { groups: sticky.exec(text)?.groups, end: sticky.lastIndex };
}
