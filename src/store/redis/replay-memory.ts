/** Owns the signatures that any node has seen. What Redis may have forgotten is unknowable. */
import type { Push, Recall, ReplayMemory } from '../../channel/replay.ts';
import { AppError } from '../../kit/errors.ts';
import { sha256 } from '../../kit/id.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';
import type { Vetting } from './vetting.ts';

export interface RedisReplayMemoryParts {
  connection: Connection;
  keys: Keys;
  vetting: Vetting;
  node: string;
}

export class RedisReplayMemory implements ReplayMemory {
  readonly #parts: RedisReplayMemoryParts;

  constructor(parts: RedisReplayMemoryParts) {
    this.#parts = parts;
  }

  async bind({ digest, body, timestamp }: Push, until: number): Promise<Recall> {
    const { connection, keys, vetting, node } = this.#parts;
    // Hashed, so that it falls into any bucket as well as a scene does.
    const bucket = keys.bucketOf(sha256(digest));
    const places = [keys.push(bucket, digest), bucket];
    for (;;) {
      const given = [node, connection.latest(), body, timestamp, until];
      const [recall] = (await connection.run('bind-push', places, given)) as [Recall | 'unsound' | 'late'];
      if (recall === 'late') throw new AppError('store_unavailable');
      if (recall !== 'unsound') return recall;
      await vetting.vet(bucket);
    }
  }
}
