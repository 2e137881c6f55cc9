import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { RecurringTexts } from '../../src/store/memory/recurring-texts.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

test('every text comes back as it was given', () => {
  const texts = new RecurringTexts(3);
  const given = ['', 'a', '__proto__', '节点 😀', 'x'.repeat(512), 'a', ''];
  expect(given.map((text) => texts.once(text))).toEqual(given);
});

/** Bytes that so many texts take together. */
function kept(count: number, textOf: (index: number) => string): number {
  const texts = new RecurringTexts(10);
  const before = heap();
  const all = Array.from({ length: count }, (_, index) => texts.once(textOf(index)));
  const after = heap();
  expect(all).toHaveLength(count);
  return after - before;
}

test('what comes again takes no memory', () => {
  expect(kept(20_000, (index) => Buffer.alloc(1_000, `${index % 5}`).toString())).toBeLessThan(2_000_000);
});

test('and what was forgotten is not kept', () => {
  const texts = new RecurringTexts(10);
  const before = heap();
  for (let index = 0; index < 20_000; index++) texts.once(Buffer.alloc(1_000, `${index} `).toString());
  expect(heap() - before).toBeLessThan(2_000_000);
  expect(texts.once('a')).toBe('a');
});
