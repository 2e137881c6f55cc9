import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { noRedis } from '../support/needs.ts';
import { runToEnd } from '../support/run-to-end.ts';

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
  'messages-killed',
  'broadcast',
  'presence-killed',
];

describe.skipIf(noRedis)('in its short form', () => {
  test.each(names)('%s finds no fault', async (name) => {
    const { code, output } = await runToEnd(main, [name]);
    // What it found comes first: of a long text the runner shows the beginning only.
    const faults = output.split('\n').filter((line) => line.startsWith('FAULT: '));
    expect({ faults, code, output }).toEqual({
      faults: [],
      code: 0,
      output: expect.stringMatching(/violations +0\n/),
    });
  });

  test('every program is among these', async () => {
    const { output } = await runToEnd(main, []);
    expect([...output.matchAll(/^ {2}([\w-]+):/gm)].map(([, name]) => name)).toEqual(names);
  });
});
