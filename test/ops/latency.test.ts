import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bucketCount, bucketOf, latencyOf } from '../../src/ops/latency.ts';

function countsOf(times: readonly number[]): number[] {
  const counts = Array.from({ length: bucketCount }, () => 0);
  for (const ms of times) counts[bucketOf(ms)]!++;
  return counts;
}

describe('the bucket of a time', () => {
  test.each([
    { ms: 0, bucket: 0 },
    { ms: 0.3, bucket: 0 },
    { ms: 1, bucket: 0 },
    { ms: 2, bucket: 4 },
    { ms: 4, bucket: 8 },
    { ms: 1024, bucket: 40 },
    { ms: 65_536, bucket: 64 },
    { ms: 10 ** 9, bucket: 64 },
    { ms: Infinity, bucket: 64 },
  ])('$ms ms: $bucket', ({ ms, bucket }) => {
    expect(bucketOf(ms)).toBe(bucket);
  });
});

describe('percentiles', () => {
  test('of nothing there are none', () => {
    expect(latencyOf([])).toBeNull();
    expect(latencyOf(countsOf([]))).toBeNull();
  });

  const times = fc.array(fc.integer({ min: 2, max: 60_000 }), { minLength: 1, maxLength: 500 });

  test('are off by a fifth at most, whatever there was', () => {
    fc.assert(
      fc.property(times, (all) => {
        const sorted = all.toSorted((a, b) => a - b);
        const found = latencyOf(countsOf(all))!;
        for (const [share, seconds] of [
          [0.5, found.p50],
          [0.95, found.p95],
          [0.99, found.p99],
        ] as const) {
          const real = sorted[Math.ceil(share * sorted.length) - 1]!;
          expect(seconds * 1000).toBeGreaterThanOrEqual(real / 1.2 - 0.1);
          expect(seconds * 1000).toBeLessThanOrEqual(real * 1.2 + 0.1);
        }
      }),
    );
  });

  test('of two nodes are those of all that both counted', () => {
    fc.assert(
      fc.property(times, times, (one, other) => {
        const [a, b] = [countsOf(one), countsOf(other)];
        const together = a.map((count, bucket) => count + b[bucket]!);
        expect(latencyOf(together)).toEqual(latencyOf(countsOf([...one, ...other])));
      }),
    );
  });
});
