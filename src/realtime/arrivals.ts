import type { Scene } from '../scene/scene.ts';

/** A browser whose claim is being looked up, and what was heard of its scene meanwhile. */
class Arrival {
  readonly sceneId: string;
  /** The newest that was heard. */
  heard: Scene | undefined;
  /** The newest attachment that was heard of. */
  attachment = 0;
  /** Something may not have been heard. */
  missed = false;

  constructor(sceneId: string) {
    this.sceneId = sceneId;
  }

  newest(read: Scene): Scene {
    return this.heard && this.heard.version > read.version ? this.heard : read;
  }
}

/** Remembers what is told while an attach is under way: it would reach neither the old socket nor the new one. */
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

  /** Whether somebody is on the way to this scene, who may be the newest; it is seen when he is here. */
  noteReplaced(sceneId: string, attachment: number): boolean {
    const arrivals = this.#byScene.get(sceneId);
    for (const arrival of arrivals ?? []) arrival.attachment = Math.max(arrival.attachment, attachment);
    return arrivals !== undefined;
  }

  noteMissed(concerns: (sceneId: string) => boolean): void {
    for (const [sceneId, arrivals] of this.#byScene)
      if (concerns(sceneId)) for (const arrival of arrivals) arrival.missed = true;
  }

  end(arrival: Arrival): void {
    const arrivals = this.#byScene.get(arrival.sceneId);
    arrivals?.delete(arrival);
    if (arrivals?.size === 0) this.#byScene.delete(arrival.sceneId);
  }
}
