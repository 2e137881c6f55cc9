import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import type { Result } from './table.ts';
import { runToEnd } from '../support/run-to-end.ts';

const main = fileURLToPath(new URL('../../dist-bench/test/bench/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'saoma-bench-test-'));

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** How fast anything is must not be tested: this only keeps the bench from rotting. */
test('a few logins give figures of the floor and of the service', async () => {
  const file = join(folder, 'results.json');
  const { code, output } = await runToEnd(main, ['--only', 'check', '--json', file]);
  expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('\ncheck: ') });
  const { check = [] } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Result[]>;
  const figures = check.flatMap(({ what, of }) =>
    [of['floor'], of['saoma']].map((found) => ({ what, found })),
  );
  expect(figures).toEqual(figures.map(({ what }) => ({ what, found: [expect.any(Number)] })));
  expect(check.map(({ what }) => what)).toContain('logins per second');
});

test('a workload that is not there is refused, with a list of those that are', async () => {
  const { code, output } = await runToEnd(main, ['--only', 'nothing']);
  expect({ code, output }).toEqual({
    code: 64,
    output: expect.stringMatching(/unknown: nothing[^]+ {2}waiting: /),
  });
});
