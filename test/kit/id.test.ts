import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equalSecrets, randomId, sha256 } from '../../src/kit/id.ts';

describe('randomId', () => {
  test.each([
    { bytes: 9, characters: 12 },
    { bytes: 16, characters: 22 },
    { bytes: 32, characters: 43 },
  ])('$bytes bytes are $characters characters', ({ bytes, characters }) => {
    expect(randomId(bytes)).toMatch(new RegExp(`^[A-Za-z0-9_-]{${characters}}$`));
  });

  test('is another each time, in every place', () => {
    const ids = Array.from({ length: 1000 }, () => randomId(16));
    expect(new Set(ids).size).toBe(1000);
    const varied = Array.from({ length: 21 }, (_, place) => new Set(ids.map((id) => id[place])).size);
    expect(Math.min(...varied)).toBeGreaterThan(40);
  });
});

test('no two ids share bytes, whatever their lengths', () => {
  const lengths = Array.from({ length: 2000 }, (_, i) => [9, 16, 32, 6][i % 4]!);
  const ids = lengths.map((bytes) => randomId(bytes));
  const heads = ids.map((id) => id.slice(0, 8));
  const tails = ids.map((id) => id.slice(-8));
  expect(new Set(heads).size).toBe(ids.length);
  expect(new Set(tails).size).toBe(ids.length);
  expect(ids.filter((id) => id.includes('AAAAAA'))).toStrictEqual([]);
});

describe('sha256', () => {
  test('is the digest as base64url', () => {
    expect(sha256('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
    expect(sha256('')).toBe('47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU');
  });

  test.each(['小扫', '\u0000', 'é'])('of "%s" it is that of its UTF-8', (text) => {
    const digest = createHash('sha256').update(Buffer.from(text, 'utf8')).digest('base64url');
    expect(sha256(text)).toBe(digest);
    expect(sha256(Buffer.from(text))).toBe(digest);
  });
});

describe('equalSecrets', () => {
  test.each([
    { a: '', b: '', verdict: true },
    { a: 'secret', b: 'secret', verdict: true },
    { a: 'secret', b: 'Secret', verdict: false },
    { a: 'secret', b: 'secret ', verdict: false },
    { a: 'secret', b: '', verdict: false },
    { a: 'é', b: 'e\u0301', verdict: false },
    { a: 'x'.repeat(10_000), b: 'x'.repeat(9999), verdict: false },
  ])('"$a" and "$b": $verdict', ({ a, b, verdict }) => {
    expect(equalSecrets(a, b)).toBe(verdict);
    expect(equalSecrets(b, a)).toBe(verdict);
  });

  test('agrees with === on any two texts', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(equalSecrets(a, b)).toBe(a === b);
        expect(equalSecrets(a, a)).toBe(true);
      }),
    );
  });
});
