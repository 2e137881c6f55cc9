import { AppError } from '../../kit/errors.ts';
import { settings } from '../../kit/settings.ts';
import type { Connection } from './connection.ts';
import type { Durable } from './durable.ts';
import type { ScriptName } from './scripts.ts';

/** What a script of a bucket says first, and what of. */
export type Answer = [verdict: string, ...of: string[]];

export interface StepsParts {
  connection: Connection;
  /** Where steps go that must be safe before they are told of. */
  durable: Durable;
  /** The name of this node. */
  node: string;
}

const { redis: figures } = settings;

/** The scripts of a bucket: each is told who asks, and until when it may happen. */
export class Steps {
  readonly #parts: StepsParts;

  constructor(parts: StepsParts) {
    this.#parts = parts;
  }

  /** @param keys what the step is about, and its bucket. @throws AppError `store_unavailable` */
  run(script: ScriptName, keys: readonly string[], ...given: (string | number)[]): Promise<Answer> {
    const { connection } = this.#parts;
    return this.#inTime((latest) => connection.run(script, keys, [this.#parts.node, latest, ...given]));
  }

  /** The same for a step that nobody hears of before it is as safe as configured. */
  runSafely(script: ScriptName, keys: readonly string[], ...given: (string | number)[]): Promise<Answer> {
    const { durable } = this.#parts;
    return this.#inTime((latest) => durable.run(script, keys, [this.#parts.node, latest, ...given]));
  }

  async #inTime(step: (latest: number) => Promise<unknown>): Promise<Answer> {
    const { connection } = this.#parts;
    const asked = performance.now();
    const answer = (await step(connection.latest())) as Answer;
    if (answer[0] !== 'late') return answer;
    // It came at once and yet too late: this master's clock is ahead of the others'.
    if (performance.now() - asked < figures.answerWithin / 2) return (await step(0)) as Answer;
    throw new AppError('store_unavailable');
  }
}
