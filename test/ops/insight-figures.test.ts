import { describe, expect, test } from 'vitest';
import { causes } from '../../src/ops/statistics.ts';
import { auditKinds } from '../../src/telemetry/audit.ts';
import { faultRules } from '../../src/wechat/errors.ts';

// The folder is the browser's; the modules know nothing of it.

interface Minute {
  minute: number;
  opened: number;
}
interface Point {
  minute: number;
  told: Minute | null;
  running: boolean;
}
type Words = Record<'zh' | 'en', Record<string, unknown>>;
type Load = <Module>(path: string) => Promise<Module>;

const load: Load = async (path) => {
  const { href } = new URL(`../../public/ops/${path}`, import.meta.url);
  return import(href);
};
const { lastHour, highest } = await load<{
  lastHour: (series: Minute[], now: number) => Point[];
  highest: (points: Point[], value: (minute: Minute) => number) => { value: number } | undefined;
}>('insight/hour.js');
const { meanings, explain } = await load<{
  meanings: Record<string, Record<'en' | 'zh' | 'remedy', string>>;
  explain: (fault: object, lang: string) => { what: string | null; remedy: string | null };
}>('insight/faults.js');
const { levelOf } = await load<{ levelOf: (used: number, budget: number) => string }>('insight/meter.js');
const { long } = await load<{ long: (seconds: number, ...units: string[]) => string }>('insight/duration.js');
const { Format } = await load<{
  Format: new (lang: string) => Record<string, (...figures: unknown[]) => string>;
}>('insight/format.js');
const { texts: insight } = await load<{ texts: Words }>('insight/text.js');
const { texts: audit } = await load<{ texts: Words }>('audit/text.js');

const minute = 60_000;
const opened = (one: Minute): number => one.opened;
const now = 1000 * minute + 30_000;

describe('the last hour', () => {
  test('is sixty minutes, also those of which nobody told', () => {
    const points = lastHour([{ minute: 998 * minute, opened: 3 }], now);
    expect(points.map((point) => point.minute / minute)).toEqual(
      Array.from({ length: 60 }, (_, i) => 941 + i),
    );
    expect(points.filter(({ told }) => told)).toEqual([
      { minute: 998 * minute, told: { minute: 998 * minute, opened: 3 }, running: false },
    ]);
    expect(points.filter(({ running }) => running)).toEqual([points.at(-1)]);
  });

  test('ends with what the server told last, whatever the clock here says', () => {
    expect(lastHour([{ minute: 1001 * minute, opened: 3 }], now).at(-1)).toMatchObject({
      told: { opened: 3 },
    });
  });

  test('has a highest minute only where there is something', () => {
    expect(highest(lastHour([{ minute: 998 * minute, opened: 0 }], now), opened)).toBeUndefined();
    expect(highest(lastHour([{ minute: 998 * minute, opened: 3 }], now), opened)?.value).toBe(3);
  });
});

describe('what WeChat says is told in plain words', () => {
  const operatorOnes = Object.entries(faultRules).filter(([, { action }]) => action === 'operator');

  test.each(operatorOnes)('%s', (errcode, { remedy }) => {
    expect(meanings[errcode]).toEqual({
      en: expect.stringMatching(/^\P{Script=Han}{12,80}$/u),
      zh: expect.stringMatching(/\p{Script=Han}{3}/u),
      remedy: expect.stringMatching(/\p{Script=Han}{3}/u),
    });
    expect(explain({ errcode: Number(errcode), remedy }, 'en')).toEqual({
      what: meanings[errcode]!.en,
      remedy,
    });
  });

  test('an unknown one has the remedy of the server', () => {
    for (const errcode of [12_345, null])
      expect(explain({ errcode, remedy: 'Do it.' }, 'zh')).toEqual({ what: null, remedy: 'Do it.' });
  });
});

describe.each(['zh', 'en'] as const)('words (%s)', (lang) => {
  test('for every cause and every event', () => {
    const { names } = insight[lang]['causes'] as { names: object };
    expect(Object.keys(names).sort()).toEqual([...causes].sort());
    expect(Object.keys(audit[lang]['kinds'] as object).sort()).toEqual([...auditKinds].sort());
  });

  test('are the same in both languages', () => {
    const other = lang === 'zh' ? 'en' : 'zh';
    expect(shapeOf(insight[lang])).toEqual(shapeOf(insight[other]));
    expect(shapeOf(audit[lang])).toEqual(shapeOf(audit[other]));
  });
});

test.each([
  { used: 49_999, level: 'calm' },
  { used: 50_000, level: 'half' },
  { used: 80_000, level: 'high' },
  { used: 95_000, level: 'full' },
  { used: 120_000, level: 'full' },
])('$used of 100,000 codes: $level', ({ used, level }) => {
  expect(levelOf(used, 100_000)).toBe(level);
  expect(levelOf(used, 0)).toBe('calm');
});

test.each([
  { seconds: -1, said: '0 s' },
  { seconds: 59.9, said: '59 s' },
  { seconds: 61, said: '1 min 01 s' },
  { seconds: 3600 * 4 + 60, said: '4 h 01 min' },
  { seconds: 86_400 * 2 + 3600, said: '2 d 01 h' },
])('$said counts in place', ({ seconds, said }) => {
  expect(long(seconds, 's', 'min', 'h', 'd')).toBe(said);
});

test.each([
  { call: 'seconds', figures: [null], said: '–' },
  { call: 'seconds', figures: [0.0004], said: '< 1 ms' },
  { call: 'seconds', figures: [0.0046], said: '4.6 ms' },
  { call: 'seconds', figures: [0.0123], said: '12 ms' },
  { call: 'seconds', figures: [1.26], said: '1.3 s' },
  { call: 'share', figures: [1, 0], said: '–' },
  { call: 'share', figures: [1, 1000], said: '< 1%' },
  { call: 'share', figures: [999, 1000], said: '> 99%' },
  { call: 'share', figures: [1, 4], said: '25%' },
  { call: 'distance', figures: [0, 9_999], said: 'now' },
  { call: 'distance', figures: [0, 59_000], said: '50 seconds ago' },
  { call: 'distance', figures: [0, 119_000], said: '1 minute ago' },
  { call: 'distance', figures: [7_200_000, 0], said: 'in 2 hours' },
])('$call: $said', ({ call, figures, said }) => {
  expect(new Format('en')[call]!(...figures)).toBe(said);
});

/** Every name in it, and what kind of thing it names. */
function shapeOf(words: unknown): unknown {
  if (typeof words !== 'object' || words === null) return typeof words;
  return Object.fromEntries(Object.entries(words).map(([name, value]) => [name, shapeOf(value)]));
}
