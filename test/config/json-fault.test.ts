import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonFault } from '../../src/config/json-fault.ts';

test.each([
  { what: 'a comma too many', text: '{\n  "a": 1,\n}', at: '3:1' },
  { what: 'a comma too few', text: '{\n  "a": 1\n  "b": 2\n}', at: '3:3' },
  { what: 'a list without a comma', text: '[1 2]', at: '1:4' },
  { what: 'a word without quotes', text: '{ "a": yes }', at: '1:8' },
  { what: 'a name without quotes', text: '{ a: 1 }', at: '1:3' },
  { what: 'a comment', text: '{\r\n  // ours\r\n  "a": 1\r\n}', at: '2:3' },
  { what: 'a text that is not closed', text: '{ "a": "b\n}', at: '1:8' },
  { what: 'the wrong bracket', text: '{ "a": [1}\n', at: '1:10' },
  { what: 'two values', text: '{}\n{}', at: '2:1' },
  { what: 'nothing', text: '', at: '1:1' },
  { what: 'an end that is missing', text: '{ "a": {\n  "b": 1 }\n', at: '3:1' },
])('finds $what', ({ text, at }) => {
  const { line, column } = jsonFault(text)!;
  expect(`${line}:${column}`).toBe(at);
});

const pieces = [
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '"',
  '"a"',
  '\\',
  '\n',
  ' ',
  '-',
  '0',
  '1.5',
  'e',
  'true',
  'null',
  '\0',
  '\x7f',
];
const nearly = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(''));
const cut = fc.tuple(fc.json(), fc.nat(40)).map(([text, length]) => text.slice(0, length));

test.each([
  ['JSON', fc.json()],
  ['JSON that was cut off', cut],
  ['what looks like JSON', nearly],
])('judges %s as the engine does', (_name, texts) => {
  const judgedAlike = fc.property(texts, (text) => (jsonFault(text) === undefined) === isJson(text));
  expect(fc.check(judgedAlike, { numRuns: 1_000 }).counterexample).toBeNull();
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
