import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { noRedis } from '../support/needs.ts';

const main = fileURLToPath(new URL('../../dist-faults/test/faults/main.js', import.meta.url));

/** In step with the table in `programs.ts`, which cannot be read here: it loads what only the compiled programs find. */
const names = [
  'kill-nodes',
  'redis-restarts',
  'triple-events',
  'rolling-sigterm',
  'redis-emptied',
  'replica-promoted',
  'subscriber-cut',
  'frame-cut',
  'mass-cut',
  'redis-frozen',
  'cost-per-login',
];

describe.skipIf(noRedis)('in its short form', () => {
  test.each(names)('%s finds no fault', async (name) => {
    const { code, output } = await run([name]);
    // All of what it found, should it have found something.
    expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/violations +0\n/) });
  });

  test('every program is among these', async () => {
    const { output } = await run([]);
    expect([...output.matchAll(/^ {2}([\w-]+):/gm)].map(([, name]) => name)).toEqual(names);
  });
});

async function run(args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['--enable-source-maps', main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (data) => (output += String(data)));
  child.stderr.on('data', (data) => (output += String(data)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}
