/** The name that was probably meant: the one with the fewest letters added, removed or changed, if these are few. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((candidate) => ({ candidate, away: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.away - b.away);
  const [best] = ranked;
  return best && best.away <= Math.min(2, Math.ceil(name.length / 3)) ? best.candidate : undefined;
}

/** Levenshtein's distance, row by row. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++)
      next.push(Math.min(at(row, j) + (a[i] === b[j] ? 0 : 1), at(row, j + 1) + 1, at(next, j) + 1));
    row = next;
  }
  return at(row, b.length);
}

function at(row: number[], index: number): number {
  return row[index] ?? Infinity;
}
