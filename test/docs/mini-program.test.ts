import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/kit/errors.ts';
import type { ErrorCode } from '../../src/kit/errors.ts';
import { settings } from '../../src/kit/settings.ts';
import { load } from '../config/given.ts';
import type { Json } from '../config/given.ts';
import { every, read } from './pages.ts';

const english = read('docs/mini-program.md');
const chinese = read('docs/mini-program.zh-CN.md');

const day = 24 * 60 * 60_000;
const { miniProgram } = settings;

describe.each([
  { language: 'English', page: english },
  { language: 'Chinese', page: chinese },
])('the page on mini programs in $language', ({ page }) => {
  const blocks = every(page, /^```json\n([\s\S]*?)^```$/gm).map((block) => JSON.parse(block) as Json);

  test('shows a configuration that Saoma takes', () => {
    const config = load(blocks[0]!);
    expect(config.accounts.map(({ kind }) => kind)).toEqual(['official-account', 'mini-program']);
    expect(config.sites[0]).toMatchObject({ account: 'main', accounts: ['main', 'mini'] });
  });

  test('names each error by the status that it has', () => {
    const rows = [...page.matchAll(/^\| `(\w+)` \| (\d+) \|/gm)];
    expect(rows.length).toBeGreaterThan(15);
    for (const [, code, status] of rows)
      expect([code, String(new AppError(code as ErrorCode).status)]).toEqual([code, status]);
  });

  test('tells the figures that hold', () => {
    expect(miniProgram).toMatchObject({
      sessionIdle: 7 * day,
      sessionTtl: 30 * day,
      dataAge: 300_000,
      profileBytes: 65_536,
    });
    expect(blocks[1]).toMatchObject({ expiresIn: miniProgram.sessionIdle / 1000 });
    const limits = [...page.matchAll(/^\| [^`|]+ \| [^`|\d]*(\d+)[^|]*\|$/gm)].map(([, figure]) =>
      Number(figure),
    );
    const { refusedCodes, sessionsEach, sessionsPerPerson, keyChecks } = miniProgram;
    expect(limits).toEqual([refusedCodes, sessionsEach, sessionsPerPerson, keyChecks]);
  });
});

test('both languages say the same of the same calls and errors', () => {
  for (const what of [/^### (.*)$/gm, /^\| `(\w+)` \| \d/gm])
    expect(every(chinese, what)).toEqual(every(english, what));
});
