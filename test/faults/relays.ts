/** Owns several relays, child processes, so that no one of them needs more open files than it may have. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('relay.js', import.meta.url));
const answerWithin = 10_000;

export class Relays {
  readonly #children: ChildProcess[] = [];
  readonly #ports: number[] = [];
  #next = 0;

  /** @param to the ports they lead to */
  static async start(count: number, to: readonly number[]): Promise<Relays> {
    const relays = new Relays();
    while (relays.#children.length < count) {
      const child = fork(program, to.map(String));
      relays.#children.push(child);
      relays.#ports.push(await told(child));
    }
    return relays;
  }

  /** Each one's in turn. */
  anyPort = (): number => this.#ports[this.#next++ % this.#ports.length]!;

  /** Ends every connection in one moment. @returns how many there were */
  async cut(): Promise<number> {
    const answers = this.#children.map((child) => told(child));
    for (const child of this.#children) child.send('cut');
    return (await Promise.all(answers)).reduce((sum, count) => sum + count, 0);
  }

  async stop(): Promise<void> {
    const gone = this.#children.map((child) => once(child, 'exit'));
    for (const child of this.#children) child.kill('SIGKILL');
    await Promise.all(gone);
  }
}

async function told(child: ChildProcess): Promise<number> {
  const answer = once(child, 'message', { signal: AbortSignal.timeout(answerWithin) });
  const [message] = (await answer) as [{ told: number }];
  return message.told;
}
