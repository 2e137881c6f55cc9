/** Owns the signatures that any node has seen. What Redis may have forgotten is unknowable. */
import type { Push, Recall, ReplayMemory } from '../../channel/replay.ts';
import { sha256 } from '../../kit/id.ts';
import type { Keys } from './keys.ts';
import type { Steps } from './steps.ts';
import type { Vetting } from './vetting.ts';

export interface RedisReplayMemoryParts {
  steps: Steps;
  keys: Keys;
  vetting: Vetting;
}

export class RedisReplayMemory implements ReplayMemory {
  readonly #parts: RedisReplayMemoryParts;

  constructor(parts: RedisReplayMemoryParts) {
    this.#parts = parts;
  }

  async bind({ digest, body, timestamp }: Push, until: number): Promise<Recall> {
    const { steps, keys, vetting } = this.#parts;
    // Hashed, so that it falls into any bucket as well as a scene does.
    const bucket = keys.bucketOf(sha256(digest));
    const places = [keys.push(bucket, digest), bucket];
    const [recall] = await vetting.untilSound(bucket, () =>
      steps.run('bind-push', places, body, timestamp, until),
    );
    return recall as Recall;
  }
}
