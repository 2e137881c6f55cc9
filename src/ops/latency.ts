/** Seconds within which half, 19 in 20, and 99 in 100 were done. */
export interface Latency {
  p50: number;
  p95: number;
  p99: number;
}

/** Four buckets while the time doubles: what is read from them is wrong by a tenth at most, and they can be added up. */
const perDoubling = 4;
/** The first is up to a millisecond, the last a minute and more. */
export const bucketCount = 65;

/** @param ms 0 or more */
export function bucketOf(ms: number): number {
  return ms <= 1 ? 0 : Math.min(bucketCount - 1, Math.ceil(perDoubling * Math.log2(ms)));
}

/** @param counts how many there were in each bucket, fractions too. `null`: none */
export function latencyOf(counts: readonly number[]): Latency | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total <= 0) return null;
  const at = (share: number): number => within(counts, share * total);
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

/** Seconds within which so many were done: in their bucket they are taken to lie side by side. */
function within(counts: readonly number[], rank: number): number {
  let before = 0;
  for (const [bucket, count] of counts.entries()) {
    if (count > 0 && before + count >= rank) {
      const [from, to] = [bucket === 0 ? 0 : endOf(bucket - 1), endOf(bucket)];
      return rounded((from + ((to - from) * (rank - before)) / count) / 1000);
    }
    before += count;
  }
  return rounded(endOf(counts.length - 1) / 1000);
}

/** ms */
function endOf(bucket: number): number {
  return 2 ** (bucket / perDoubling);
}

/** To a tenth of a millisecond: the rest would be noise. */
function rounded(seconds: number): number {
  return Math.round(seconds * 10_000) / 10_000;
}
