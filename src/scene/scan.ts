import type { Scene, User } from './scene.ts';

/** A phone scanned a scene's code. */
export interface Scan {
  account: string;
  openid: string;
  /** Whether this scan made the person a follower. */
  followed: boolean;
  /** When the phone scanned, by WeChat's clock, ms. */
  happenedAt?: number;
  /** When we heard of it, by the store's clock, ms. */
  heardAt?: number;
  /** Whether the person is asked before the scan counts, so that more time is left. */
  isAsked?: boolean;
}

export type ScanResult =
  | { kind: 'owner'; scene: Scene; first: boolean }
  /** Somebody else scanned first. */
  | { kind: 'stranger' }
  /** No living scene of this account. */
  | { kind: 'gone' };

/** What WeChat told of the person; `null` when it did not tell in time. */
export type ScannedProfile = { unionid: string | null; user: User | null } | null;
