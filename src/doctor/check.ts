/** What a check is and what it finds; and how checks are run: one after the other, each within its time. */
import type { Clock } from '../kit/clock.ts';
import { settings } from '../kit/settings.ts';
import type { CheckName, Key } from './words.ts';

/** A `warning` is nothing that keeps anybody from logging in. */
export type Verdict = 'ok' | 'failed' | 'warning' | 'skipped';

/** What a sentence's `{…}` stand for. No secret, and no address with a query, is ever among them. */
export type Facts = Readonly<Record<string, string | number>>;

export interface Outcome {
  verdict: Verdict;
  /** What was seen. */
  says: Key;
  /** What to do about it. */
  mend?: Key | undefined;
  facts: Facts;
}

export interface Finding extends Outcome {
  check: CheckName;
  /** Which account it is about; empty when it is about none. */
  about: string;
}

export interface Check {
  name: CheckName;
  about?: string;
  /** Checks, as `keyOf` calls them, without whose good end this one says nothing. */
  needs?: readonly string[];
  examine: () => Promise<Outcome> | Outcome;
}

export function keyOf({ name, about = '' }: Pick<Check, 'name' | 'about'>): string {
  return about ? `${name}:${about}` : name;
}

export function ok(says: Key, facts: Facts = {}): Outcome {
  return { verdict: 'ok', says, facts };
}

export function failed(says: Key, mend?: Key, facts: Facts = {}): Outcome {
  return { verdict: 'failed', says, mend, facts };
}

export function warning(says: Key, mend?: Key, facts: Facts = {}): Outcome {
  return { verdict: 'warning', says, mend, facts };
}

export function skipped(says: Key, facts: Facts = {}): Outcome {
  return { verdict: 'skipped', says, facts };
}

/** Never throws: a check that does has failed. */
export async function* runChecks(checks: readonly Check[], clock: Clock): AsyncGenerator<Finding> {
  const unmet = new Map<string, CheckName>();
  for (const check of checks) {
    const { name, about = '', needs = [] } = check;
    const missing = needs.find((need) => unmet.has(need));
    const outcome =
      missing === undefined ? await inTime(check, clock) : skipped('needs', { needs: unmet.get(missing)! });
    if (outcome.verdict === 'failed' || outcome.verdict === 'skipped') unmet.set(keyOf(check), name);
    yield { check: name, about, ...outcome };
  }
}

async function inTime({ examine }: Check, clock: Clock): Promise<Outcome> {
  const { checkWithin } = settings.doctor;
  const callOff: (() => void)[] = [];
  const late = new Promise<Outcome>((resolve) => {
    const giveUp = (): void => resolve(failed('check_late', undefined, { seconds: checkWithin / 1000 }));
    callOff.push(clock.after(checkWithin, giveUp));
  });
  try {
    return await Promise.race([examine(), late]);
  } catch (error) {
    // Its message may hold anything.
    return failed('check_broken', 'mend_report', {
      error: error instanceof Error ? error.name : typeof error,
    });
  } finally {
    callOff.forEach((end) => end());
  }
}
