import { expect, test } from 'vitest';
import { afterClose, closeCodes } from '../../src/protocol/close-codes.ts';

const ours = Object.entries(closeCodes).map(([name, { code, then }]) => ({ name, code, then }));

test.each(ours)('after $code ($name) a browser does this: $then', ({ code, then }) => {
  expect(afterClose(code)).toBe(then);
});

test('no number stands for two things', () => {
  expect(new Set(ours.map(({ code }) => code)).size).toBe(ours.length);
});

test.each([1002, 1005, 1006, 1007, 1014, 1015, 3000, 4400, 4500, 0, NaN])(
  'after %d, which is not ours, it comes back',
  (code) => {
    expect(afterClose(code)).toBe('return');
  },
);
