import { describe, expect, test } from 'vitest';
import { failed, keyOf, ok, runChecks } from '../../src/doctor/check.ts';
import type { Check, Finding } from '../../src/doctor/check.ts';
import { readCommandLine } from '../../src/doctor/command-line.ts';
import { countOf, entryOf, lineOf, summaryOf } from '../../src/doctor/report.ts';
import { sentences, titles } from '../../src/doctor/words.ts';
import { settings } from '../../src/kit/settings.ts';
import { FakeClock } from '../support/fake-clock.ts';

const finding: Finding = {
  check: 'access-token',
  about: 'main',
  ...failed('wechat_refuses', 'mend_wechat_40013', { api: 'stable_token', errcode: 40013 }),
};

function placesIn(text: string): string[] {
  return [...new Set(text.match(/\{\w+\}/g))].sort();
}

describe('the sentences', () => {
  test.each(Object.entries({ ...sentences, ...titles }))(
    '%s says the same in both languages',
    (key, { en, zh }) => {
      expect(zh).not.toBe('');
      // A warning of the configuration is one sentence in English, and is written anew from its fact in Chinese.
      const said = key.startsWith('caution_') ? placesIn(zh) : placesIn(en);
      expect(placesIn(zh)).toEqual(said);
    },
  );

  test('are shown with their facts, and without what there is no fact for', () => {
    expect(lineOf(finding, 'en')).toBe(
      `✘ Access token [main]: WeChat answered 40013 to stable_token\n    → ${sentences.mend_wechat_40013.en}`,
    );
    expect(lineOf({ ...finding, facts: { ...finding.facts, rid: 'abc' } }, 'zh')).toContain(
      '返回 40013（rid abc）',
    );
  });

  test('nothing that others wrote leaves its line, or is long', () => {
    const facts = { api: `a\n✔ Clock: fine\u202e${'x'.repeat(500)}`, errcode: 1 };
    const [line = ''] = lineOf({ ...finding, facts }, 'en').split('\n');
    expect(line).toContain('a✔ Clock: fine');
    expect(line).not.toContain('\u202e');
    expect(line.length).toBeLessThan(300);
  });

  test('a program is told codes that are stable', () => {
    expect(entryOf(finding, 'en')).toEqual({
      check: 'access-token',
      account: 'main',
      verdict: 'failed',
      code: 'wechat_refuses',
      says: 'WeChat answered 40013 to stable_token',
      mend: sentences.mend_wechat_40013.en,
      facts: { api: 'stable_token', errcode: 40013 },
    });
  });

  test('the count is told last', () => {
    const counts = countOf([finding, finding]);
    expect(summaryOf(counts, 'en')).toBe('0 good, 2 failed, warnings: 0, not tried: 0');
    expect(summaryOf(counts, 'zh')).toBe('正常 0，失败 2，警告 0，未检查 0');
  });
});

describe('checks', () => {
  const good: Check = { name: 'node', examine: () => ok('node_here', { port: 1 }) };

  test('one without whose good end another says nothing', async () => {
    const first: Check = {
      ...good,
      name: 'callback',
      about: 'main',
      examine: () => failed('callback_refused'),
    };
    const second: Check = { ...good, name: 'message', about: 'main', needs: [keyOf(first)] };
    const third: Check = { ...good, name: 'metrics', needs: [keyOf(second)] };
    const findings = await run([first, second, third, good]);
    expect(findings.map(({ verdict }) => verdict)).toEqual(['failed', 'skipped', 'skipped', 'ok']);
    expect(lineOf(findings[1]!, 'en')).toBe('– Sealed message [main]: not tried: needs "Callback"');
    expect(lineOf(findings[2]!, 'zh')).toBe('– 监控指标：未检查：取决于“消息加解密”');
  });

  test('one that breaks off has failed, and its message stays with it', async () => {
    const broken: Check = { ...good, examine: () => Promise.reject(new TypeError('canary')) };
    const [found] = await run([broken]);
    expect(lineOf(found!, 'en')).toContain('broke off (TypeError)');
    expect(JSON.stringify(found)).not.toContain('canary');
  });

  test('one that hangs holds up nobody for ever', async () => {
    const clock = new FakeClock();
    const hanging: Check = { ...good, examine: () => new Promise(() => undefined) };
    const running = run([hanging, good], clock);
    await Promise.resolve();
    clock.advance(settings.doctor.checkWithin);
    expect((await running).map(({ verdict, says }) => `${verdict} ${says}`)).toEqual([
      'failed check_late',
      'ok node_here',
    ]);
  });
});

async function run(checks: Check[], clock = new FakeClock()): Promise<Finding[]> {
  const findings: Finding[] = [];
  for await (const one of runChecks(checks, clock)) findings.push(one);
  return findings;
}

describe('the command line', () => {
  test.each([
    { env: {}, lang: 'en' },
    { env: { LANG: 'zh_CN.UTF-8' }, lang: 'zh' },
    { env: { LANG: 'zh' }, lang: 'zh' },
    { env: { LANG: 'zha_CN' }, lang: 'en' },
    { env: { LANG: 'zh_CN.UTF-8', LC_ALL: 'C.UTF-8' }, lang: 'en' },
    { env: { LANG: 'C', LC_ALL: 'zh_TW' }, lang: 'zh' },
  ])('$env speaks $lang', ({ env, lang }) => {
    expect(readCommandLine([], env).lang).toBe(lang);
  });

  test('what is asked for counts more', () => {
    const env = { LC_ALL: 'zh_CN' };
    expect(readCommandLine(['--lang', 'en', '--json', '--no-qr'], env)).toEqual({
      lang: 'en',
      json: true,
      mayMakeQrCode: false,
      help: false,
    });
  });

  test.each([
    { args: ['--lang', 'fr'], says: '--lang is zh or en' },
    { args: ['--jsn'], says: "Unknown option '--jsn'" },
    { args: ['now'], says: "Unexpected argument 'now'" },
  ])('$args is refused', ({ args, says }) => {
    expect(() => readCommandLine(args, {})).toThrow(says);
  });
});
