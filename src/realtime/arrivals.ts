import type { Scene } from '../scene/scene.ts';

/** A browser whose claim is being looked up, and the newest that was heard of its scene meanwhile. */
class Arrival {
  readonly sceneId: string;
  heard: Scene | undefined;

  constructor(sceneId: string) {
    this.sceneId = sceneId;
  }

  newest(read: Scene): Scene {
    return this.heard && this.heard.version > read.version ? this.heard : read;
  }
}

/** Remembers changes that come while an attach is under way: they would reach neither the old socket nor the new one. */
export class Arrivals {
  readonly #byScene = new Map<string, Set<Arrival>>();

  begin(sceneId: string): Arrival {
    const arrival = new Arrival(sceneId);
    const others = this.#byScene.get(sceneId);
    if (others) others.add(arrival);
    else this.#byScene.set(sceneId, new Set([arrival]));
    return arrival;
  }

  note(scene: Scene): void {
    for (const arrival of this.#byScene.get(scene.id) ?? []) arrival.heard = arrival.newest(scene);
  }

  /** Whether a browser of this scene is being looked up. */
  expects(sceneId: string): boolean {
    return this.#byScene.has(sceneId);
  }

  end(arrival: Arrival): void {
    const arrivals = this.#byScene.get(arrival.sceneId);
    arrivals?.delete(arrival);
    if (arrivals?.size === 0) this.#byScene.delete(arrival.sceneId);
  }
}
