import { existsSync } from 'node:fs';
import { describe } from 'vitest';

export const chromiumPath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/**
 * `describe` for tests that need a program of the machine. Without it they are skipped, and say so; `script/test` installs
 * the program and turns a skip into a failure.
 */
export function describeWith(program: string, path: string, name: string, tests: () => void): void {
  if (existsSync(path)) return void describe(name, tests);
  if (process.env['SAOMA_NO_SKIP']) throw new Error(`${program} is missing (${path})`);
  process.stderr.write(`SKIPPED: ${name}: needs ${program} at ${path}; script/test installs it\n`);
  describe.skip(`${name} (needs ${program})`, tests);
}
