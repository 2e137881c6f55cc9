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
import type { Known, News, Outcome, ScenePage, SceneQuery, SceneStore } from '../../scene/store.ts';
import { DueDates } from './due-dates.ts';
import { RecurringTexts } from './recurring-texts.ts';
import { TimeSlots } from './time-slots.ts';

export interface MemorySceneStoreOptions {
  clock: Clock;
  /** How many scenes may be pending at once; 0: any number. */
  maxPending: number;
  settings: Settings['scene'];
}

type Filter = Pick<SceneQuery, 'state' | 'site' | 'account'>;

/**
 * Every verb finds the scene it asks for as time has left it. Of the others, each sweep settles what came due, so much at a
 * time that nobody waits for it; `list`, `counts` and an `add` close to the bound first settle all there is.
 */
export class MemorySceneStore implements SceneStore {
  readonly #scenes = new Map<string, Scene>();
  readonly #counts = Object.fromEntries(sceneStates.map((state) => [state, 0])) as Record<SceneState, number>;
  readonly #byCreation: TimeSlots;
  readonly #texts: RecurringTexts;
  readonly #dueDates: DueDates;
  readonly #options: MemorySceneStoreOptions;
  readonly #endSweep: () => void;

  constructor(options: MemorySceneStoreOptions) {
    const { sweepEvery, sweepAtMost, slotWidth, recurringTexts } = options.settings;
    this.#options = options;
    this.#texts = new RecurringTexts(recurringTexts);
    this.#byCreation = new TimeSlots(slotWidth);
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
    const total = this.#total(filter);
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

  #total(filter: Filter): number {
    const { state, site, account } = filter;
    if (site === undefined && account === undefined) return state ? this.#counts[state] : this.#scenes.size;
    let total = 0;
    for (const scene of this.#scenes.values()) if (matches(scene, filter)) total++;
    return total;
  }

  /** The first so many after this place. */
  #newest(filter: Filter, after: Place, count: number): Scene[] {
    let found: Scene[] = [];
    for (const slot of this.#byCreation.backFrom(after.createdAt)) {
      if (found.length >= count) break;
      const here: Scene[] = [];
      for (const id of slot) {
        const scene = this.#scenes.get(id)!;
        if (matches(scene, filter) && isAfter(scene, after)) here.push(scene);
      }
      if (here.length > 0) found = found.concat(here.sort(newestFirst));
    }
    return found.slice(0, count);
  }

  #current(id: string): Scene | undefined {
    const scene = this.#scenes.get(id);
    return scene && this.#asOf(this.now(), scene);
  }

  #asOf(now: number, scene: Scene): Scene | undefined {
    if (now >= scene.keptUntil) return this.#remove(scene);
    const today = aged(scene, now);
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
    this.#counts[scene.state]++;
    if (before) this.#counts[before.state]--;
    else this.#byCreation.add(scene.createdAt, scene.id);
    this.#reschedule(before, scene);
    return scene;
  }

  #remove(scene: Scene): undefined {
    this.#scenes.delete(scene.id);
    this.#counts[scene.state]--;
    this.#byCreation.delete(scene.createdAt, scene.id);
    this.#dueDates.leave(scene.id, dueOf(scene));
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

function matches(scene: Scene, { state, site, account }: Filter): boolean {
  return (
    (state === undefined || state === scene.state) &&
    (site === undefined || site === scene.site) &&
    (account === undefined || account === scene.account)
  );
}
