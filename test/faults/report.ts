/** Owns what a run prints: one table of figures, and every violation with what was seen of its scene. */
import type { Verdict } from './checker.ts';
import type { History, Sighting } from './history.ts';

export type Row = readonly [what: string, figure: string | number];

export interface Report {
  rows: Row[];
  /** Why the run failed, a line each; none: it did not. */
  faults: string[];
}

const faultsShown = 10;

/** The figures that every run with logins has. */
export function reportOn(history: History, verdict: Verdict, more: Row[] = []): Report {
  const { latencies } = verdict;
  const scans = history.sightings.filter((one) => one.kind === 'scanned');
  const failures = history.sightings.flatMap((one) => (one.kind === 'failed' ? `${one.who} ${one.why}` : []));
  const rows: Row[] = [
    ['pages', verdict.pages],
    ['logged in', verdict.loggedIn],
    ['scan posted -> code at the page, ms: p50', percentile(latencies, 0.5)],
    ['  p90', percentile(latencies, 0.9)],
    ['  p99', percentile(latencies, 0.99)],
    ['  most', percentile(latencies, 1)],
    ['events sent again', scans.reduce((sum, { attempts }) => sum + attempts - 1, 0)],
    ['scans without an answer at last', scans.filter(({ answer }) => answer === 'unanswered').length],
    ['scenes asked for in vain', history.sightings.filter(({ kind }) => kind === 'notOpened').length],
    ['sockets closed by the service or lost', closesOf(history)],
    ['sockets that never opened', history.sightings.filter(isRefusedSocket).length],
    ['requests that failed', tally(failures)],
    ['QR codes beyond the first of a page', verdict.newQrCodes],
    ['scans that had to be repeated with a new QR code', verdict.scannedAgain],
    ...more,
    ['violations', verdict.violations.length],
  ];
  return { rows, faults: explained(history, verdict) };
}

export function print({ rows, faults }: Report): void {
  const width = Math.max(...rows.map(([what]) => what.length));
  for (const [what, figure] of rows) process.stdout.write(`${what.padEnd(width)}  ${figure}\n`);
  for (const fault of faults) process.stdout.write(`FAULT: ${fault}\n`);
}

/** Of a sorted list; `share` from 0 to 1. */
export function percentile(sorted: readonly number[], share: number): number {
  return Math.round(sorted[Math.max(Math.ceil(sorted.length * share) - 1, 0)] ?? NaN);
}

function explained(history: History, { violations }: Verdict): string[] {
  const shown = violations
    .slice(0, faultsShown)
    .map(({ rule, where, says }) => [`${rule}, ${where}: ${says}`, ...history.of(where)].join('\n  '));
  const left = violations.length - shown.length;
  return left > 0 ? [...shown, `and ${left} more`] : shown;
}

function closesOf({ sightings }: History): string {
  const closes = sightings.flatMap((one) => (one.kind === 'closed' && one.opened ? one.code : []));
  return tally(closes.filter((code) => !isOurOwn(code)).map(String));
}

/** How often each of them is there. */
export function tally(list: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const one of list) counts.set(one, (counts.get(one) ?? 0) + 1);
  const told = [...counts].sort(([a], [b]) => a.localeCompare(b)).map(([one, count]) => `${one}: ${count}`);
  return told.join(', ') || 'none';
}

function isRefusedSocket(sighting: Sighting): boolean {
  return sighting.kind === 'closed' && !sighting.opened;
}

/** A page that lets go of its socket, which the service answers in kind, or with the end of the scene. */
function isOurOwn(code: number): boolean {
  return code === 1005 || code === 1000;
}
