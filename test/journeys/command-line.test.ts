import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

function run(args: string[], env: Record<string, string> = {}) {
  return spawnSync(process.execPath, [main, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    encoding: 'utf8',
    timeout: 20_000,
  });
}

test.each([
  { name: 'a sound configuration is described', args: ['--check-config'], status: 0, says: 'The sandbox' },
  { name: 'help is given', args: ['--help'], status: 0, says: '--check-config' },
])('$name, and nothing starts', ({ args, status, says }) => {
  const { stdout, ...result } = run(args);
  expect(result.status).toBe(status);
  expect(stdout).toContain(says);
});

test.each([['--chek-config'], ['check-config']])('%s is no command, and starts nothing', (argument) => {
  const { status, stdout, stderr } = run([argument]);
  expect(status).toBe(64);
  expect(stdout).toBe('');
  expect(stderr).toContain('Usage:');
});

test('a faulty configuration ends the start with 78, and says everything that is wrong with it', () => {
  const { status, stderr } = run([], { PORT: 'abc', PUBLIC_URL: 'ftp://x', LOG_LEVEL: 'loud' });
  expect(status).toBe(78);
  for (const path of ['server.port', 'server.publicUrl', 'log.level']) expect(stderr).toContain(path);
});
