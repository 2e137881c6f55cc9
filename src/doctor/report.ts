/** Owns how findings are shown: a line or two each for people, JSON for machines. */
import type { Facts, Finding, Verdict } from './check.ts';
import { sentences, titles } from './words.ts';
import type { CheckName, Key, Lang } from './words.ts';

export const marks: Readonly<Record<Verdict, string>> = { ok: '✔', failed: '✘', warning: '!', skipped: '–' };

export type Counts = Record<Verdict, number>;

const longestFact = 200;

export function lineOf({ check, about, verdict, says, mend, facts }: Finding, lang: Lang): string {
  const title = about ? `${titles[check][lang]} [${about}]` : titles[check][lang];
  const colon = lang === 'zh' ? '：' : ': ';
  const seen = `${marks[verdict]} ${title}${colon}${say(says, lang, facts)}`;
  return mend === undefined ? seen : `${seen}\n    → ${say(mend, lang, facts)}`;
}

/** What `--json` tells of a finding; `code` is stable, the sentences are not. */
export function entryOf({ check, about, verdict, says, mend, facts }: Finding, lang: Lang): object {
  return {
    check,
    account: about || null,
    verdict,
    code: says,
    says: say(says, lang, facts),
    mend: mend === undefined ? null : say(mend, lang, facts),
    facts,
  };
}

export function countOf(findings: readonly Finding[]): Counts {
  const counts: Counts = { ok: 0, failed: 0, warning: 0, skipped: 0 };
  for (const { verdict } of findings) counts[verdict] += 1;
  return counts;
}

export function summaryOf({ ok, failed, warning, skipped }: Counts, lang: Lang): string {
  if (lang === 'zh') return `正常 ${ok}，失败 ${failed}，警告 ${warning}，未检查 ${skipped}`;
  return `${ok} good, ${failed} failed, warnings: ${warning}, not tried: ${skipped}`;
}

function say(key: Key, lang: Lang, facts: Facts): string {
  const told = (name: string): string | undefined => factText(name, facts, lang);
  return sentences[key][lang]
    .replaceAll(/\[([^\]{]*\{[^\]]*)\]/g, (_, part: string) => (namesIn(part).every(told) ? part : ''))
    .replaceAll(/\{(\w+)\}/g, (_, name: string) => told(name) ?? '?');
}

/** What others wrote may come with anything: it stays on its line. */
function factText(name: string, facts: Facts, lang: Lang): string | undefined {
  const fact = facts[name];
  if (fact === undefined) return undefined;
  if (name === 'needs') return titles[fact as CheckName][lang];
  return String(fact)
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '')
    .slice(0, longestFact);
}

function namesIn(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
}
