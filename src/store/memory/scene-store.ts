/** Owns the scenes of a single process, in its memory: the embedded default and the reference for every other store. */
import type { Clock } from '../../kit/clock.ts';
import { AppError } from '../../kit/errors.ts';
import type { Settings } from '../../kit/settings.ts';
import { sceneStates } from '../../protocol/messages.ts';
import type { SceneState } from '../../protocol/messages.ts';
import { cursorOf, isAfter, newestFirst, placeOf } from '../../scene/listing.ts';
import type { Place } from '../../scene/listing.ts';
import { advance, aged, begin, isLiving } from '../../scene/scene.ts';
import type { Browser, Change, Scene, SceneDraft } from '../../scene/scene.ts';
import type {
  ExpiredListener,
  Known,
  News,
  Outcome,
  ScenePage,
  SceneQuery,
  SceneStore,
} from '../../scene/store.ts';
import { DueDates } from './due-dates.ts';
import { RecurringTexts } from './recurring-texts.ts';
import { SceneIndex } from './scene-index.ts';
import type { SceneFilter } from './scene-index.ts';

export interface MemorySceneStoreOptions {
  clock: Clock;
  /** How many scenes may be pending at once; 0: any number. */
  maxPending: number;
  settings: Settings['scene'];
}

/**
 * Every verb finds the scene it asks for as time has left it. Of the others, each sweep settles what came due, so much at a
 * time that nobody waits for it; `list`, `counts` and an `add` close to the bound first settle all there is.
 */
export class MemorySceneStore implements SceneStore {
  readonly #scenes = new Map<string, Scene>();
  readonly #counts = Object.fromEntries(sceneStates.map((state) => [state, 0])) as Record<SceneState, number>;
  readonly #index: SceneIndex;
  readonly #texts: RecurringTexts;
  readonly #dueDates: DueDates;
  readonly #options: MemorySceneStoreOptions;
  readonly #endSweep: () => void;
  #tellExpired: ExpiredListener = () => undefined;

  constructor(options: MemorySceneStoreOptions) {
    const { sweepEvery, sweepAtMost, slotWidth, recurringTexts } = options.settings;
    this.#options = options;
    this.#texts = new RecurringTexts(recurringTexts);
    this.#index = new SceneIndex(slotWidth);
    this.#dueDates = new DueDates(slotWidth, (id) => dueOf(this.#scenes.get(id)!));
    this.#endSweep = options.clock.every(sweepEvery, () => this.#settle(sweepAtMost));
  }

  /** How many scenes take memory, those included whose time is over and that no sweep has met yet. */
  get size(): number {
    return this.#scenes.size;
  }

  close(): void {
    this.#endSweep();
  }

  now(): number {
    return this.#options.clock.now();
  }

  async add(draft: SceneDraft, ttl: number): Promise<Scene> {
    if (this.#current(draft.id)) throw new Error('a scene with this id exists');
    if (this.#isFull()) throw new AppError('too_many_scenes', { retryAfter: 5 });
    const shared = { ...draft, browser: this.#shared(draft.browser) };
    return this.#put(begin(shared, this.now(), ttl, this.#options.settings.keepFinal));
  }

  async find(id: string): Promise<Scene | undefined> {
    return this.#current(id);
  }

  async attach(id: string, claimHash: string, node: string | null): Promise<Outcome | undefined> {
    const scene = this.#current(id);
    if (scene?.claimHash !== claimHash) return undefined;
    const attachment = scene.attachment + (node === null ? 0 : 1);
    const attended = this.#put({ ...scene, node: node ?? scene.node, attachment, attended: true });
    return { scene: attended, moved: !scene.attended };
  }

  async detach(id: string, node: string, attachment: number): Promise<void> {
    const scene = this.#current(id);
    if (scene?.node === node && scene.attachment === attachment) this.#put({ ...scene, node: null });
  }

  /** All sockets are in this process, which knows of each move already. */
  remind(id: string): Promise<Scene | undefined> {
    return this.find(id);
  }

  async news(known: readonly Known[]): Promise<News[]> {
    const current = known.map(({ id }) => ({ id, scene: this.#current(id) }));
    return current.filter(({ scene }, i) => scene?.version !== known[i]!.version);
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
    this.#settle();
    const total = this.#index.total(filter);
    // One more than asked for tells whether there is another page; when all are found, the rest need no look.
    const found = this.#newest(filter, placeOf(cursor), Math.min(limit + 1, total));
    const scenes = found.slice(0, limit);
    const last = scenes.at(-1);
    return { scenes, nextCursor: last && found.length > limit ? cursorOf(last) : null, total };
  }

  async counts(): Promise<Record<SceneState, number>> {
    this.#settle();
    return { ...this.#counts };
  }

  expired(listener: ExpiredListener): void {
    this.#tellExpired = listener;
  }

  #shared({ ip, userAgent, origin }: Browser): Browser {
    return { ip, userAgent: this.#texts.once(userAgent), origin: this.#texts.once(origin) };
  }

  #isFull(): boolean {
    const { maxPending, settings } = this.#options;
    if (maxPending === 0) return false;
    const keptAtMost = Math.max(settings.keptAtMost, maxPending);
    // As long as there is room for all that is due, too, it need not be settled first.
    if (this.#counts.pending >= maxPending || this.#scenes.size >= keptAtMost) this.#settle();
    const { pending } = this.#counts;
    return pending >= maxPending || this.#scenes.size - pending >= keptAtMost;
  }

  /** The first so many after this place. */
  #newest(filter: SceneFilter, after: Place, count: number): Scene[] {
    let found: Scene[] = [];
    for (const ids of this.#index.backFrom(filter, after.createdAt)) {
      const scenes = ids.map((id) => this.#scenes.get(id)!);
      found = found.concat(scenes.filter((scene) => isAfter(scene, after)).sort(newestFirst));
      if (found.length >= count) break;
    }
    return found.slice(0, count);
  }

  #current(id: string): Scene | undefined {
    const scene = this.#scenes.get(id);
    return scene && this.#asOf(this.now(), scene);
  }

  #asOf(now: number, scene: Scene): Scene | undefined {
    const today = aged(scene, now);
    if (today !== scene) this.#tellExpired({ from: scene.state, attended: scene.attended }, 1);
    if (now >= scene.keptUntil) return this.#remove(scene);
    return today === scene ? scene : this.#put(today);
  }

  #settle(atMost = Infinity): void {
    const now = this.now();
    for (const id of this.#dueDates.due(now, atMost)) this.#asOf(now, this.#scenes.get(id)!);
  }

  #advance(scene: Scene, change: Change): Outcome {
    const next = advance(scene, change, this.now());
    return next ? { scene: this.#put(next), moved: true } : { scene, moved: false };
  }

  #put(scene: Scene): Scene {
    const before = this.#scenes.get(scene.id);
    this.#scenes.set(scene.id, scene);
    if (before?.state !== scene.state) {
      this.#enlist(scene);
      if (before) this.#strike(before);
    }
    this.#reschedule(before, scene);
    return scene;
  }

  #remove(scene: Scene): undefined {
    this.#scenes.delete(scene.id);
    this.#strike(scene);
    this.#dueDates.leave(scene.id, dueOf(scene));
  }

  #enlist(scene: Scene): void {
    this.#counts[scene.state]++;
    this.#index.add(scene);
  }

  #strike(scene: Scene): void {
    this.#counts[scene.state]--;
    this.#index.delete(scene);
  }

  #reschedule(before: Scene | undefined, scene: Scene): void {
    const due = dueOf(scene);
    if (before && dueOf(before) === due) return;
    if (before) this.#dueDates.leave(before.id, dueOf(before));
    this.#dueDates.enter(scene.id, due);
  }
}

/** When time changes the scene next, ms: the living end, and the final were kept long enough. */
function dueOf(scene: Scene): number {
  return isLiving(scene) ? scene.expiresAt : scene.keptUntil;
}
