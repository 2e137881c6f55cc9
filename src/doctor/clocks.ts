/** Owns the comparison of clocks. */
import { settings } from '../kit/settings.ts';
import { failed, ok, skipped } from './check.ts';
import type { Outcome } from './check.ts';
import type { Answer } from './visit.ts';
import type { Key } from './words.ts';

const { clockOff } = settings.doctor;

/**
 * How far the clock of whoever has just answered is ahead of ours, whole seconds; `undefined` when it does not tell.
 * @param now ms since the epoch
 */
export function secondsAhead({ headers, ms }: Answer, now: number): number | undefined {
  const said = Date.parse(headers.date ?? '');
  // The header was written somewhere in the middle, and leaves out the fraction.
  return Number.isNaN(said) ? undefined : Math.round((said + 500 - (now - ms / 2)) / 1000);
}

/** @param ahead how far WeChat's clock is ahead of ours, seconds */
export function clockOfWechat(ahead: number | undefined): Outcome {
  return ahead === undefined ? skipped('clock_untold') : compared(ahead, 'clock_right', 'clock_off');
}

/** @param ahead how far Redis's clock is ahead of ours, ms */
export function clockOfRedis(ahead: number): Outcome {
  return compared(Math.round(ahead / 1000), 'redis_clock_right', 'redis_clock_off');
}

function compared(ahead: number, right: Key, off: Key): Outcome {
  const seconds = Math.abs(ahead);
  if (seconds * 1000 <= clockOff) return ok(right, { seconds });
  return failed(off, ahead > 0 ? 'mend_clock_behind' : 'mend_clock_ahead', { seconds });
}
