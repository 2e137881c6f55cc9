import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';
import { Phone } from './phone.ts';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface Program {
  url: string;
  port: number;
  phone: Phone;
  /** What it printed so far. */
  output(): string;
  /** Ends it as an operator would; its exit code. */
  stop(): Promise<number | null>;
}

/** The shipped program in its sandbox, as a process of its own. @param publicUrl where browsers reach it, if not directly */
export async function startProgram(
  options: { config?: object; sandbox?: object; publicUrl?: (port: number) => Promise<string> } = {},
): Promise<Program> {
  const [port, sandboxPort] = [await freePort(), await freePort()];
  const url = (await options.publicUrl?.(port)) ?? `http://localhost:${port}`;
  const file = join(mkdtempSync(join(tmpdir(), 'saoma-')), 'saoma.json');
  const sandbox = { port: sandboxPort, publicUrl: `http://localhost:${sandboxPort}`, ...options.sandbox };
  writeFileSync(file, JSON.stringify({ server: { port, publicUrl: url }, sandbox, ...options.config }));
  const child = spawn(process.execPath, [main], { env: { ...process.env, SAOMA_CONFIG: file } });
  let output = '';
  child.stdout.on('data', (data) => (output += String(data)));
  child.stderr.on('data', (data) => (output += String(data)));
  await listening(child, () => output);
  return { url, port, phone: new Phone(sandbox.publicUrl), output: () => output, stop: () => stop(child) };
}

async function listening(child: ChildProcess, output: () => string): Promise<void> {
  while (!output().includes('"listening"')) {
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${output()}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

function stop(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill('SIGTERM');
  });
}
