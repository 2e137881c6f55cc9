/** Owns what is printed of a run with messages. */
import type { History } from '../history.ts';
import { percentile, tally } from '../report.ts';
import type { Row } from '../report.ts';
import type { MailVerdict } from './checker.ts';
import { isMail } from './sights.ts';
import type { MailSighting } from './sights.ts';

const faultsShown = 10;
const sightsShown = 12;

export function mailOf({ sightings }: History): MailSighting[] {
  return sightings.filter(isMail);
}

export function mailRows(history: History, verdict: MailVerdict): Row[] {
  const { latencies } = verdict;
  const mail = mailOf(history);
  const posted = mail.filter((one) => one.kind === 'posted');
  return [
    ['messages taken; of these for all', `${verdict.taken}; ${verdict.broadcasts}`],
    ['  as', tally(posted.map(({ status = 'no answer' }) => status))],
    ['  sent again, for want of an answer', posted.reduce((sum, { attempts }) => sum + attempts - 1, 0)],
    ['messages at clients', verdict.received],
    ['  that their user had already; on one socket', `${verdict.again}; ${verdict.againAtOneSocket}`],
    ...(latencies.length > 0 ? latencyRows(latencies) : []),
    ['message sockets that ended', closesOf(mail)],
    ['violations among messages', verdict.violations.length],
  ];
}

function latencyRows(latencies: readonly number[]): Row[] {
  return [
    ['sent first -> at its user, ms: p50', percentile(latencies, 0.5)],
    ['  p99', percentile(latencies, 0.99)],
    ['  most', percentile(latencies, 1)],
  ];
}

/** The first of them, each with what shows it. */
export function mailFaults(
  violations: readonly { rule: string; where: string; seen: readonly MailSighting[] }[],
): string[] {
  const shown = violations.slice(0, faultsShown).map(({ rule, where, seen }) => {
    const lines = seen.slice(-sightsShown).map((one) => JSON.stringify(one));
    return [`${rule}, ${where}`, ...lines].join('\n  ');
  });
  const left = violations.length - shown.length;
  return left > 0 ? [...shown, `and ${left} more`] : shown;
}

/** Those that were welcome, and those that never were. */
function closesOf(mail: readonly MailSighting[]): string {
  const ends = mail.flatMap((one) => (one.kind === 'gone' && !one.byItself ? [one] : []));
  return tally(ends.map(({ code, welcome }) => (welcome ? `${code}` : `${code} before it was welcome`)));
}
