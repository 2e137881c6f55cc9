import type { Clock } from '../../kit/clock.ts';
import { AppError } from '../../kit/errors.ts';
import { settings } from '../../kit/settings.ts';
import type { SceneState } from '../../protocol/messages.ts';
import type { ExpiredListener } from '../../scene/store.ts';
import type { Log } from '../../telemetry/log.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';
import type { Steps } from './steps.ts';

export interface SceneEndsParts {
  connection: Connection;
  steps: Steps;
  keys: Keys;
  clock: Clock;
  log: Log;
  /** How often they are taken, ms. */
  every: number;
}

const { redis: figures } = settings;

/**
 * The scenes that time ended: the step that meets one counts it in its bucket, whoever made the step, and each count is taken by
 * one of the nodes that listen. One bucket after the other, so that nobody waits behind more than one step of it.
 */
export class SceneEnds {
  readonly #parts: SceneEndsParts;
  #listener: ExpiredListener | undefined;
  #taking = false;
  #stop = (): void => undefined;

  constructor(parts: SceneEndsParts) {
    this.#parts = parts;
  }

  listen(listener: ExpiredListener): void {
    this.#stop();
    this.#listener = listener;
    this.#stop = this.#parts.clock.every(this.#parts.every, () => void this.#takeAll());
  }

  close(): void {
    this.#stop();
  }

  async #takeAll(): Promise<void> {
    if (this.#taking) return;
    this.#taking = true;
    for (const bucket of this.#parts.keys.buckets) if (this.#parts.connection.isUp) await this.#take(bucket);
    this.#taking = false;
  }

  /** What nobody could take now is there the next time. */
  async #take(bucket: string): Promise<void> {
    const { steps, keys, log } = this.#parts;
    try {
      for (let tries = 0; tries < figures.triesAtMost; tries++) {
        const given = [keys.ofBucket(bucket), figures.settleForEnds] as const;
        const [verdict, ...counts] = await steps.run('take-ends', ...given);
        if (verdict === 'taken') return this.#tell(counts);
      }
    } catch (error) {
      if (!(error instanceof AppError)) log.error({ err: error, bucket }, 'unexpected');
    }
  }

  #tell(counts: readonly string[]): void {
    for (let i = 0; i < counts.length; i += 2) {
      const [from, attended] = counts[i]!.split('|');
      this.#listener?.({ from: from as SceneState, attended: attended === '1' }, Number(counts[i + 1]));
    }
  }
}
