/** Owns the scenes of a single process, in its memory: the embedded default and the reference for every other store. */
import type { Clock } from '../../kit/clock.ts';
import { AppError } from '../../kit/errors.ts';
import type { Settings } from '../../kit/settings.ts';
import { sceneStates } from '../../protocol/messages.ts';
import type { SceneState } from '../../protocol/messages.ts';
import { advance, aged, begin, isLiving } from '../../scene/scene.ts';
import type { Change, Scene, SceneDraft } from '../../scene/scene.ts';
import type { Outcome, ScenePage, SceneQuery, SceneStore } from '../../scene/store.ts';

export interface MemorySceneStoreOptions {
  clock: Clock;
  /** How many scenes may be pending at once; 0: any number. */
  maxPending: number;
  settings: Settings['scene'];
}

export class MemorySceneStore implements SceneStore {
  /** In the order of creation. */
  readonly #scenes = new Map<string, Scene>();
  readonly #options: MemorySceneStoreOptions;
  readonly #endSweep: () => void;
  #pending = 0;

  constructor(options: MemorySceneStoreOptions) {
    this.#options = options;
    this.#endSweep = options.clock.every(options.settings.sweepEvery, () => this.#sweep());
  }

  close(): void {
    this.#endSweep();
  }

  async add(draft: SceneDraft, ttl: number): Promise<Scene> {
    if (this.#current(draft.id)) throw new Error('a scene with this id exists');
    if (this.#isFull()) throw new AppError('too_many_scenes', { retryAfter: 5 });
    return this.#put(begin(draft, this.#now(), ttl, this.#options.settings.keepFinal));
  }

  async find(id: string): Promise<Scene | undefined> {
    return this.#current(id);
  }

  async attach(id: string, claimHash: string, node: string | null): Promise<Outcome | undefined> {
    const scene = this.#current(id);
    if (scene?.claimHash !== claimHash) return undefined;
    const attended = this.#put({ ...scene, node: node ?? scene.node, attended: true });
    return { scene: attended, moved: !scene.attended };
  }

  async detach(id: string, node: string): Promise<void> {
    const scene = this.#current(id);
    if (scene?.node === node) this.#put({ ...scene, node: null });
  }

  async move(id: string, change: Change): Promise<Outcome | undefined> {
    const scene = this.#current(id);
    return scene && this.#advance(scene, change);
  }

  async countStranger(
    id: string,
    openid: string,
    limit: number,
    change: Change,
  ): Promise<Outcome | undefined> {
    const scene = this.#current(id);
    if (!scene) return undefined;
    const { strangers } = scene;
    const isCounted = scene.openid === openid || strangers.includes(openid) || strangers.length > limit;
    if (!isLiving(scene) || isCounted) return { scene, moved: false };
    const counted = this.#put({ ...scene, strangers: [...strangers, openid] });
    if (counted.strangers.length <= limit) return { scene: counted, moved: false };
    return this.#advance(counted, change);
  }

  async list({ limit, cursor, ...filter }: SceneQuery): Promise<ScenePage> {
    const matching = [...this.#scenes.keys()]
      .map((id) => this.#current(id))
      .filter((scene) => scene !== undefined)
      .filter((scene) => matches(scene, filter))
      .sort(newestFirst);
    const start = cursor === undefined ? 0 : matching.findIndex((scene) => isAfter(scene, cursor));
    const scenes = start < 0 ? [] : matching.slice(start, start + limit);
    const last = scenes.at(-1);
    const more = last !== undefined && last !== matching.at(-1);
    return { scenes, nextCursor: more ? cursorOf(last) : null, total: matching.length };
  }

  async counts(): Promise<Record<SceneState, number>> {
    const counts = Object.fromEntries(sceneStates.map((state) => [state, 0])) as Record<SceneState, number>;
    for (const id of this.#scenes.keys()) {
      const scene = this.#current(id);
      if (scene) counts[scene.state]++;
    }
    return counts;
  }

  #now(): number {
    return this.#options.clock.now();
  }

  #isFull(): boolean {
    const { maxPending, settings } = this.#options;
    const others = this.#scenes.size - this.#pending;
    return maxPending > 0 && (this.#pending >= maxPending || others >= settings.keptAtMost);
  }

  #current(id: string): Scene | undefined {
    const scene = this.#scenes.get(id);
    if (!scene) return undefined;
    const now = this.#now();
    if (now >= scene.keptUntil) return this.#remove(scene);
    const today = aged(scene, now);
    return today === scene ? scene : this.#put(today);
  }

  #advance(scene: Scene, change: Change): Outcome {
    const next = advance(scene, change, this.#now());
    return next ? { scene: this.#put(next), moved: true } : { scene, moved: false };
  }

  #put(scene: Scene): Scene {
    this.#count(this.#scenes.get(scene.id), -1);
    this.#count(scene, 1);
    this.#scenes.set(scene.id, scene);
    return scene;
  }

  #remove(scene: Scene): undefined {
    this.#count(scene, -1);
    this.#scenes.delete(scene.id);
  }

  #count(scene: Scene | undefined, by: number): void {
    if (scene?.state === 'pending') this.#pending += by;
  }

  #sweep(): void {
    for (const id of this.#scenes.keys()) this.#current(id);
  }
}

function matches(scene: Scene, filter: Pick<SceneQuery, 'state' | 'site' | 'account'>): boolean {
  return (['state', 'site', 'account'] as const).every(
    (field) => filter[field] === undefined || filter[field] === scene[field],
  );
}

function newestFirst(a: Scene, b: Scene): number {
  return b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1);
}

/** A place in the list, newest first; scenes of one millisecond are told apart by their id. */
function cursorOf(scene: Scene): string {
  return `${scene.createdAt}.${scene.id}`;
}

function isAfter(scene: Scene, cursor: string): boolean {
  const [createdAt = '', id = ''] = cursor.split('.');
  return scene.createdAt < Number(createdAt) || (scene.createdAt === Number(createdAt) && scene.id < id);
}
