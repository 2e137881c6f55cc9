/** Owns one node of the fleet: the shipped program as a process, which is killed, ended and started again on its port. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, openSync, closeSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ask } from './http.ts';

const program = fileURLToPath(new URL('../../../dist/main.js', import.meta.url));
const readyWithin = 20_000;
/** A supervisor kills what has not ended by then. */
export const endsWithin = 30_000;

/** The kernel ends a node whose starter is gone, however that came about. */
const leash = existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'KILL'] : [];
const running = new Set<ChildProcess>();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export interface NodeFiles {
  /** Its configuration. */
  config: string;
  /** Where it logs to, every life after the other. */
  log: string;
}

/** How a life of it ended. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export class FleetNode {
  readonly port: number;
  readonly #files: NodeFiles;
  #child: ChildProcess | undefined;
  /** We ended it, or are about to. */
  #leaving: ChildProcess | undefined;
  #serving = false;
  #ended: Promise<Ending> = Promise.resolve({ code: null, signal: null });
  /** Lives that ended without our doing. */
  readonly crashes: Ending[] = [];
  starts = 0;

  constructor(port: number, files: NodeFiles) {
    this.port = port;
    this.#files = files;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Whether it accepts connections, as far as a balancer knows that looks at it and is refused by those that left. */
  get isServing(): boolean {
    return this.#serving;
  }

  /** Resolves once it says that it is ready. */
  async start(): Promise<void> {
    this.#launch();
    const end = performance.now() + readyWithin;
    while (!(await this.isReady())) {
      if (!this.#child)
        throw new Error(`the node on port ${this.port} ended: ${this.logged().slice(-2_000)}`);
      if (performance.now() > end) throw new Error(`the node on port ${this.port} is not ready in time`);
      await sleep(50);
    }
    this.#serving = true;
  }

  async isReady(): Promise<boolean> {
    const look = ask({ port: this.port, method: 'GET', path: '/readyz', within: 2_000 });
    return look.then(
      ({ status }) => status === 200,
      () => false,
    );
  }

  /** `kill -9`. Resolves once it is gone. */
  kill(): Promise<Ending> {
    return this.#end('SIGKILL');
  }

  /** Asks it to leave. After 30 s it is killed, as a supervisor would. */
  async terminate(): Promise<Ending & { ms: number }> {
    const begun = performance.now();
    const late = setTimeout(() => this.#child?.kill('SIGKILL'), endsWithin);
    const ending = await this.#end('SIGTERM');
    clearTimeout(late);
    return { ...ending, ms: performance.now() - begun };
  }

  /** Killed before if it still runs. */
  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  /** From now on it does nothing, while the kernel still accepts connections and bytes for it. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  logged(): string {
    return readFileSync(this.#files.log, 'utf8');
  }

  #launch(): void {
    const log = openSync(this.#files.log, 'a');
    const [command = '', ...rest]: string[] = [...leash, process.execPath, program];
    const child = spawn(command, rest, {
      env: { PATH: process.env['PATH'], SAOMA_CONFIG: this.#files.config, PORT: String(this.port) },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.#child = child;
    this.starts += 1;
    running.add(child);
    this.#ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        running.delete(child);
        if (this.#leaving !== child) this.crashes.push({ code, signal });
        this.#child = undefined;
        this.#serving = false;
        resolve({ code, signal });
      });
    });
  }

  #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<Ending> {
    this.#leaving = this.#child;
    this.#serving = false;
    this.#child?.kill(signal);
    return this.#ended;
  }
}
