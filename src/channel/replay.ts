/**
 * What became of binding a digest to a body. `fresh`: it was new; `same`: it was bound to this very body; `other`: to another
 * one; `unknowable`: it is older than this memory, or past its time, so that the memory cannot tell.
 */
export type Recall = 'fresh' | 'same' | 'other' | 'unknowable';

export interface Push {
  /** The query's signature; accounts that share a token share it too, and so the memory of it. */
  digest: string;
  /** Hash of what was signed with it. */
  body: string;
  /** The query's timestamp, ms. */
  timestamp: number;
}

/** Remembers which body came with which signature, since a signature alone covers no body. */
export interface ReplayMemory {
  /** Binds the digest to its body up to and including `until` (ms), in one step. Full or away: `store_unavailable`. */
  bind(push: Push, until: number): Promise<Recall>;
}
