/** Owns the life of the stand-in WeChat API, a child process. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Saying, Told } from '../support/wechat-api.ts';

const program = fileURLToPath(new URL('../support/wechat-api.js', import.meta.url));

export class WechatApi {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(): Promise<WechatApi> {
    const child = fork(program);
    const [{ port }] = (await once(child, 'message', { signal: AbortSignal.timeout(10_000) })) as [
      { port: number },
    ];
    return new WechatApi(child, port);
  }

  get pid(): number {
    return this.#child.pid ?? NaN;
  }

  /** How many QR codes it made so far. */
  async minted(): Promise<number> {
    return (await this.#ask<{ minted: number }>('minted')).minted;
  }

  /** How often each of its interfaces was asked so far, whatever came of it. */
  async counts(): Promise<Record<string, number>> {
    return (await this.#ask<{ counts: Record<string, number> }>({ ask: 'counts' })).counts;
  }

  /** From now on its answers take so many ms; -1: they never come. What is not named stays as it is. */
  async delay(delays: Extract<Told, { delays: object }>['delays']): Promise<void> {
    this.#child.send({ delays } satisfies Told);
    // It holds for sure after the answer to a later question.
    await this.minted();
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  async #ask<S extends Saying>(told: Told): Promise<S> {
    const answer = once(this.#child, 'message', { signal: AbortSignal.timeout(10_000) });
    this.#child.send(told);
    const [saying] = (await answer) as [S];
    return saying;
  }
}
