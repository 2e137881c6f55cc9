/** Owns the life of the stand-in WeChat API, a child process. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

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
    const told = once(this.#child, 'message', { signal: AbortSignal.timeout(10_000) });
    this.#child.send('minted');
    const [answer] = (await told) as [{ minted: number }];
    return answer.minted;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}
