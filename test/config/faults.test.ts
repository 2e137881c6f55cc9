import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { everyPath, everything } from './everything.ts';
import { faulty } from './faulty.ts';
import { refusal, refused, temporaryFile } from './given.ts';

test.each(faulty)('refuses $name', ({ file = {}, env = {}, path, allowed, found = '' }) => {
  const { faults } = refusal(file, env);
  expect(faults.map((fault) => fault.path)).toContain(path);
  const texts = faults.filter((fault) => fault.path === path);
  expect(texts).toContainEqual({
    path,
    found: expect.stringContaining(found) as string,
    allowed: expect.stringContaining(allowed) as string,
  });
});

test.each([
  [
    'that is not there',
    () => '/no/such/file.json',
    '/no/such/file.json, a file that cannot be read (ENOENT)',
    'a file that can be read',
  ],
  ['that is a folder', () => '.', `${process.cwd()}, a file that cannot be read (EISDIR)`, 'a file that can'],
  ['without JSON', () => temporaryFile('{"ops":\n  {"token": Canary'), '/file:2:13', 'a JSON object'],
  ['with a list', () => temporaryFile('[]'), 'not an object, in /', 'a JSON object'],
])('refuses a file %s, and judges the rest', (_name, file, found, allowed) => {
  const error = refused(() => loadConfig({ SAOMA_CONFIG: file(), PORT: 'abc', NODE_ENV: 'production' }));
  expect(error.faults).toEqual([
    {
      path: 'SAOMA_CONFIG',
      found: expect.stringContaining(found) as string,
      allowed: expect.stringContaining(allowed) as string,
    },
    expect.objectContaining({ path: 'server.port' }),
  ]);
  expect(error.report()).not.toContain('Canary');
});

test('tells every fault at once: of the file, of the environment, between options; and no secret', () => {
  const { faults, message, ...error } = refusal(everything, {
    WECHAT_APP_SECRET_FILE: '/no/such/file',
    SITE_ID: 'shop',
    SITE_SECRET: 'CanaryCanary',
    SITE_SECRET_FILE: '/no/such/file',
  });
  expect(new Set(faults.map(({ path }) => path))).toEqual(new Set(everyPath));
  expect(everyPath.length).toBeGreaterThan(30);
  expect(message).toContain(`${faults.length} faults`);
  expect(JSON.stringify([faults, message, error])).not.toContain('Canary');
});

test('the report has a line for each fault, and no secret', () => {
  const error = refusal(everything);
  const report = error.report();
  expect(report.split('\n')).toHaveLength(error.faults.length + 1);
  for (const { path, found, allowed } of error.faults)
    expect(report).toContain(`  ${path}: found ${found}; allowed: ${allowed}`);
  expect(`${report}${error.stack}`).not.toContain('Canary');
});
