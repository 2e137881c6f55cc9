import type { Clock } from '../kit/clock.ts';
import { finalStates, sceneStates } from '../protocol/messages.ts';
import { newestFirst } from '../scene/listing.ts';
import { isLiving } from '../scene/scene.ts';
import type { Scene } from '../scene/scene.ts';
import type { ScenePage, SceneStore } from '../scene/store.ts';
import type { SceneFilter } from './query.ts';
import { isConnected, rowOf } from './row.ts';
import type { Row, Surroundings } from './row.ts';

export interface FeedParts {
  filter: SceneFilter;
  store: SceneStore;
  clock: Clock;
  surroundings: Surroundings;
  /** How many rows it follows: the newest. */
  rows: number;
}

interface Entry {
  scene: Scene;
  row: Row;
}

const livingStates = sceneStates.filter((state) => !finalStates.includes(state));

/**
 * What all who look through one filter see, and what is new of it since the last message. It hears of the moves made here;
 * of those of other nodes, of browsers that come and go, and of mere expiry it learns by reading the store again.
 */
export class Feed {
  /** Whether the store has been read, so that there is a page to show. */
  ready = false;
  readonly #parts: FeedParts;
  readonly #shown = new Map<string, Entry>();
  readonly #heard = new Map<string, Scene>();
  readonly #changed = new Map<string, Entry>();
  readonly #gone = new Set<string>();
  #reading = false;
  #total = 0;

  constructor(parts: FeedParts) {
    this.#parts = parts;
  }

  /** A scene moved. Past the bound it is left to the next reading. */
  note(scene: Scene): void {
    if (this.#heard.size < this.#parts.rows) this.#heard.set(scene.id, scene);
  }

  /** Reads the store again; without effect while that is still under way. @throws AppError `store_unavailable` */
  async refresh(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      await this.#read();
      if (!this.ready) this.#begin();
    } finally {
      this.#reading = false;
    }
  }

  /** Everything there is to see, for somebody who has seen nothing or too little. */
  page(): string {
    const { clock, rows: limit } = this.#parts;
    const scenes = rowsOf(this.#shown);
    return JSON.stringify({ type: 'page', now: clock.now(), total: this.#total, limit, scenes });
  }

  /** What changed since it was last asked; `undefined`: nothing. */
  changes(): string | undefined {
    // What is being read may be older than what was heard meanwhile, and must not come after it.
    if (!this.#reading) this.#takeHeard();
    if (this.#changed.size + this.#gone.size === 0) return undefined;
    const [scenes, gone] = [rowsOf(this.#changed), [...this.#gone]];
    this.#changed.clear();
    this.#gone.clear();
    return JSON.stringify({
      type: 'changes',
      now: this.#parts.clock.now(),
      total: this.#total,
      scenes,
      gone,
    });
  }

  /** Nobody has seen anything yet: all of it stands on the first page, and none of it is news. */
  #begin(): void {
    this.#changed.clear();
    this.#gone.clear();
    this.ready = true;
  }

  async #read(): Promise<void> {
    const pages = await this.#pages();
    const all = pages.flatMap(({ scenes }) => scenes);
    const listed = all.sort(newestFirst).slice(0, this.#parts.rows);
    const ids = new Set(listed.map(({ id }) => id));
    const missing = [...this.#shown.keys()].filter((id) => !ids.has(id));
    const found = await Promise.all(missing.map((id) => this.#parts.store.find(id)));
    this.#total = pages.reduce((sum, { total }) => sum + total, 0);
    for (const scene of [...listed, ...found]) if (scene) this.#take(scene);
    missing.forEach((id, i) => found[i] ?? this.#drop(id));
    this.#trim();
  }

  async #pages(): Promise<ScenePage[]> {
    const { filter, store, rows } = this.#parts;
    const states = filter.state ? [filter.state] : livingStates;
    const pages: ScenePage[] = [];
    // One after the other: no dashboard has more than one list under way at a store elsewhere.
    for (const state of states) pages.push(await store.list({ ...filter, state, limit: rows }));
    return pages;
  }

  #takeHeard(): void {
    const oldest = this.#oldest();
    for (const scene of this.#heard.values())
      if (this.#shown.has(scene.id) || scene.createdAt >= oldest) this.#take(scene);
    this.#heard.clear();
    this.#trim();
  }

  /** When the oldest that is followed was made; while there is room, any time will do. */
  #oldest(): number {
    if (this.#shown.size < this.#parts.rows) return 0;
    return Math.min(...[...this.#shown.values()].map(({ scene }) => scene.createdAt));
  }

  #take(scene: Scene): void {
    const { id } = scene;
    const known = this.#shown.get(id);
    const fits = this.#fits(scene);
    if (known ? this.#isStale(known, scene) : !fits) return;
    const entry = { scene, row: rowOf(scene, this.#parts.surroundings) };
    if (fits) this.#shown.set(id, entry);
    else this.#shown.delete(id);
    if (known && JSON.stringify(known.row) === JSON.stringify(entry.row)) return;
    this.#changed.set(id, entry);
    this.#gone.delete(id);
  }

  /** Whether what is found tells nothing beyond what is shown. */
  #isStale({ scene, row }: Entry, found: Scene): boolean {
    const same = scene === found && row.connected === isConnected(found, this.#parts.surroundings.nodeLives);
    return same || scene.version > found.version;
  }

  #fits(scene: Scene): boolean {
    const { state, site, account } = this.#parts.filter;
    const rightState = state ? scene.state === state : isLiving(scene);
    return rightState && (site ?? scene.site) === scene.site && (account ?? scene.account) === scene.account;
  }

  /** Lets go of the oldest beyond the bound. */
  #trim(): void {
    if (this.#shown.size <= this.#parts.rows) return;
    const scenes = [...this.#shown.values()].map(({ scene }) => scene).sort(newestFirst);
    for (const { id } of scenes.slice(this.#parts.rows)) this.#drop(id);
  }

  #drop(id: string): void {
    this.#shown.delete(id);
    this.#changed.delete(id);
    this.#gone.add(id);
  }
}

function rowsOf(entries: ReadonlyMap<string, Entry>): Row[] {
  return [...entries.values()].sort((a, b) => newestFirst(a.scene, b.scene)).map(({ row }) => row);
}
