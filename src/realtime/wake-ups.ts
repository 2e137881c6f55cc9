import type { Scene } from '../scene/scene.ts';

/**
 * What a store that nodes share tells the node that holds a socket. At most once, and only a hint: what it tells of is
 * stored before. A store that one node has for itself tells nothing.
 */
export interface WakeUps {
  /** The scene moved, at another node; or an event was repeated. */
  moved(scene: Scene): void;

  /** The scene's socket is elsewhere by now; `attachment` is the number of the newer one. */
  replaced(id: string, attachment: number): void;

  /** Some may have been missed, of the scenes that `concerns` picks: whoever has one reads it again. */
  missed(concerns: (id: string) => boolean): void;
}
