/** Owns one measured process: pinned to a core of its own, asked by its probe, its computing time as the kernel counts it. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fineCpuOf } from '../faults/process-figures.ts';
import { cores, pinnedTo } from './cores.ts';
import type { Question, Saying } from './probe.ts';

const probe = new URL('probe.js', import.meta.url).href;
const answersWithin = 60_000;

const running = new Set<ChildProcess>();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export interface ServerOptions {
  /** Of the target. */
  name: string;
  /** A compiled program, relative to this file. */
  program: string;
  env: Record<string, string>;
  /** Node's own options. */
  flags?: readonly string[];
}

export class Server {
  readonly name: string;
  port = NaN;
  readonly #child: ChildProcess;

  constructor({ name, program, env, flags = [] }: ServerOptions) {
    this.name = name;
    const file = fileURLToPath(new URL(program, import.meta.url));
    const options = ['--expose-gc', `--import=${probe}`, ...flags];
    const [command, ...rest] = [...pinnedTo(cores.server), process.execPath, ...options, file];
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
    return fineCpuOf(this.pid);
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

  /** What the program says by itself. Rejects when it ends instead. */
  async hears<T>(within = answersWithin): Promise<T> {
    const over = new AbortController();
    const end = (): void => over.abort(new Error(`the process of ${this.name} ended`));
    this.#child.once('exit', end);
    try {
      const signal = AbortSignal.any([over.signal, AbortSignal.timeout(within)]);
      const [said] = (await once(this.#child, 'message', { signal })) as [T];
      return said;
    } finally {
      this.#child.off('exit', end);
    }
  }

  /** False: it ended by itself. */
  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  tell(what: object): void {
    this.#child.send(what);
  }

  async stop(): Promise<void> {
    if (!this.isRunning) return;
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
