/** Owns how the figures of a workload are printed: a line each, the targets beside each other, then the floor and the goal. */
import { median, spread } from './figures.ts';
import { service } from './workload.ts';
import type { Goal, Row } from './workload.ts';

/** A row with the figures of every repetition. */
export interface Result extends Omit<Row, 'of'> {
  of: Record<string, number[]>;
}

export interface Verdict {
  met: number;
  missed: number;
}

/** The same row of several repetitions, side by side. */
export function gather(repetitions: readonly Row[][]): Result[] {
  const results = new Map<string, Result>();
  for (const row of repetitions.flat()) {
    const result = results.get(row.what) ?? { ...row, of: {} };
    for (const [target, figure] of Object.entries(row.of)) (result.of[target] ??= []).push(figure);
    results.set(row.what, result);
  }
  return [...results.values()];
}

export function tableOf(results: readonly Result[]): string {
  const targets = [...new Set(results.flatMap(({ of }) => Object.keys(of)))];
  const head = ['', '', ...targets, 'ratio to the floor', 'goal'];
  const lines = results.map((result) => [
    result.what,
    result.unit,
    ...targets.map((target) => cellOf(result.of[target] ?? [])),
    ratioCell(result),
    goalCell(result),
  ]);
  return aligned([head, ...lines], new Set([0, 1, head.length - 1]));
}

/** How many of the goals were met. */
export function verdictOn(results: readonly Result[]): Verdict {
  const judged = results.flatMap((result) => (result.goal ? [isMet(result, result.goal)] : []));
  const met = judged.filter(Boolean).length;
  return { met, missed: judged.length - met };
}

function cellOf(figures: readonly number[]): string {
  const known = figures.filter((figure) => !Number.isNaN(figure));
  if (known.length === 0) return '-';
  const [least, most] = spread(known);
  const range = known.length > 1 ? ` (${written(least)}-${written(most)})` : '';
  return written(median(known)) + range;
}

/** Three digits say enough. */
export function written(figure: number): string {
  const size = Math.abs(figure);
  if (Number.isInteger(figure) || size >= 100) return String(Math.round(figure));
  if (size >= 10) return figure.toFixed(1);
  return figure.toFixed(size >= 0.1 ? 2 : 3);
}

function ratioCell(result: Result): string {
  const ratio = ratioOf(result);
  return Number.isFinite(ratio) ? `${ratio.toFixed(2)}x ${result.floor}` : '';
}

/** Of the medians. NaN: there is nothing to compare. */
function ratioOf({ of, floor }: Result): number {
  return floor === undefined ? NaN : median(of[service] ?? []) / median(of[floor] ?? []);
}

function goalCell(result: Result): string {
  const { goal, unit } = result;
  if (!goal) return '';
  const verdict = isMet(result, goal) ? 'met' : 'NOT met';
  if ('below' in goal) return `< ${goal.below} ${unit}: ${written(reached(result, goal))} ${verdict}`;
  return `<= ${goal.ratio}x: ${reached(result, goal).toFixed(2)}x ${verdict}${stretchOf(result, goal)}`;
}

function stretchOf(result: Result, { stretch }: { stretch?: number }): string {
  if (stretch === undefined) return '';
  return `, stretch ${stretch}x ${ratioOf(result) <= stretch ? 'met' : 'not met'}`;
}

/** What was not measured is not met. */
function isMet(result: Result, goal: Goal): boolean {
  const figure = reached(result, goal);
  return 'below' in goal ? figure < goal.below : figure <= goal.ratio;
}

function reached(result: Result, goal: Goal): number {
  return 'below' in goal ? median(result.of[service] ?? []) : ratioOf(result);
}

/** Columns in step; figures to the right, words to the left. */
function aligned(lines: readonly string[][], words: ReadonlySet<number>): string {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const cell = (text: string, column: number): string =>
    words.has(column) ? text.padEnd(widths[column]!) : text.padStart(widths[column]!);
  return lines.map((line) => `  ${line.map(cell).join('  ')}`.trimEnd()).join('\n');
}
