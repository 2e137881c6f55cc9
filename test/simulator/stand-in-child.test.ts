import type * as childProcess from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { startSandbox } from '../../src/sandbox.ts';
import { createLog } from '../../src/telemetry/log.ts';

/** Programs in place of the stand-in: each behaves as a test needs it. */
const programs = mkdtempSync(join(tmpdir(), 'saoma-'));
const children: ChildProcess[] = [];
let program = '';

vi.mock('node:child_process', async (original) => {
  const real = await original<typeof childProcess>();
  const fork = (_path: string, args: string[], options: childProcess.ForkOptions) => {
    const child = real.fork(program, args, options);
    children.push(child);
    return child;
  };
  return { ...real, fork };
});

let logged: string[];
const log = createLog('info', { write: (line) => void logged.push(line) });

beforeEach(() => {
  logged = [];
});

/** @param code of an ES module */
function play(code: string): void {
  program = join(programs, `${children.length}.mjs`);
  writeFileSync(program, code);
  onTestFinished(() => void children.at(-1)?.kill('SIGKILL'));
}

const hello = "process.send({ type: 'listening' });";
const start = async () => {
  const sandbox = await startSandbox(loadConfig({ SAOMA_CONFIG: '' }), log);
  await sandbox.ready;
  return sandbox;
};

test('a stand-in ends with the service, without a word', async () => {
  play(`${hello} process.on('disconnect', () => process.exit(0));`);
  const sandbox = await start();
  await sandbox.close();
  expect(children.at(-1)?.exitCode).toBe(0);
  expect(logged).toEqual([]);
});

test('one that does not end by itself is ended', async () => {
  play(`${hello} process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);`);
  const sandbox = await start();
  const begun = performance.now();
  await sandbox.close();
  expect(performance.now() - begun).toBeLessThan(5_000);
  expect(children.at(-1)?.signalCode).toBe('SIGKILL');
  expect(logged).toEqual([]);
});

test('one that ended before is not waited for', async () => {
  play(`${hello} setTimeout(() => process.exit(3), 50);`);
  const sandbox = await start();
  await expect.poll(() => logged.map((line) => JSON.parse(line).exitCode)).toEqual([3]);
  await sandbox.close();
});

test('one that cannot start is a fault of the start, and nothing else', async () => {
  play('process.exit(1);');
  await expect(start()).rejects.toThrow('could not start');
  play('setInterval(() => {}, 1000);');
  const starting = start();
  children.at(-1)?.emit('error', Object.assign(new Error('spawn EAGAIN'), { code: 'EAGAIN' }));
  await expect(starting).rejects.toMatchObject({ cause: { code: 'EAGAIN' } });
});

test('a fault of the process later on is logged', async () => {
  play(`${hello} process.on('disconnect', () => process.exit(0));`);
  const sandbox = await start();
  children.at(-1)?.emit('error', Object.assign(new Error('kill EPERM'), { code: 'EPERM' }));
  expect(logged.map((line) => JSON.parse(line).err.message)).toEqual(['kill EPERM']);
  await sandbox.close();
});
