/** Owns one measured process: pinned to a core of its own, asked by its probe, its computing time as the kernel counts it. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { cpuOf } from '../faults/process-figures.ts';
import type { Question, Saying } from './probe.ts';

const taskset = '/usr/bin/taskset';
const canPin = existsSync(taskset) && availableParallelism() > 1;
const probe = new URL('probe.js', import.meta.url).href;
const answersWithin = 60_000;

/** Which core a process is bound to; the load comes from the other. */
export const cores = { server: 0, load: 1 };

const running = new Set<ChildProcess>();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export interface ServerOptions {
  /** A compiled program, relative to this file. */
  program: string;
  env: Record<string, string>;
  core?: number;
  /** Node's own options. */
  flags?: readonly string[];
}

export class Server {
  port = NaN;
  readonly #child: ChildProcess;

  constructor({ program, env, core = cores.server, flags = [] }: ServerOptions) {
    const file = fileURLToPath(new URL(program, import.meta.url));
    const pin = canPin ? [taskset, '-c', String(core)] : [];
    const options = ['--expose-gc', `--import=${probe}`, ...flags];
    const [command, ...rest] = [...pin, process.execPath, ...options, file] as [string, ...string[]];
    this.#child = spawn(command, rest, {
      env: { PATH: process.env['PATH'], ...env },
      // The log goes where writing costs no disk; who looks for a fault gives a file.
      stdio: ['ignore', openSync(process.env['BENCH_LOG'] ?? '/dev/null', 'a'), 'inherit', 'ipc'],
    });
    running.add(this.#child);
    this.#child.once('exit', () => running.delete(this.#child));
  }

  get pid(): number {
    return this.#child.pid ?? NaN;
  }

  /** Computing time so far, ms. */
  get cpu(): number {
    return cpuOf(this.pid);
  }

  /** Bytes in use after a forced collection. */
  async heap(): Promise<{ heap: number; rss: number }> {
    const { heap = NaN, rss = NaN } = await this.#ask({ ask: 'heap' });
    return { heap, rss };
  }

  /** The longest delay of its event loop since this was asked last, ms. */
  async longestDelay(): Promise<number> {
    return (await this.#ask({ ask: 'loop' })).loop ?? NaN;
  }

  /** Without a file it begins; with one it ends. */
  async profile(file?: string): Promise<void> {
    await this.#ask({ ask: 'profile', ...(file !== undefined && { file }) });
  }

  /** What the program says by itself. */
  async hears<T>(within = answersWithin): Promise<T> {
    const [said] = (await once(this.#child, 'message', { signal: AbortSignal.timeout(within) })) as [T];
    return said;
  }

  tell(what: object): void {
    this.#child.send(what);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  #ask(question: Question): Promise<Saying> {
    const answer = this.hears<Saying>();
    this.tell(question);
    return answer;
  }
}
