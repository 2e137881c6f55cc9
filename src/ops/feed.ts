import type { Clock } from '../kit/clock.ts';
import { finalStates, sceneStates } from '../protocol/messages.ts';
import { isLiving } from '../scene/scene.ts';
import type { Scene } from '../scene/scene.ts';
import type { ScenePage, SceneStore } from '../scene/store.ts';
import type { SceneFilter } from './query.ts';
import { rowOf } from './row.ts';
import type { Row } from './row.ts';

export interface FeedParts {
  filter: SceneFilter;
  store: SceneStore;
  clock: Clock;
  /** How many rows it follows: the newest. */
  rows: number;
}

interface Shown {
  version: number;
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
  readonly #shown = new Map<string, Shown>();
  readonly #heard = new Map<string, Scene>();
  #changed = new Map<string, Row>();
  #gone = new Set<string>();
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
      this.ready = true;
    } finally {
      this.#reading = false;
    }
  }

  /** Everything there is to see, for somebody who has seen nothing or too little. */
  page(): string {
    const rows = [...this.#shown.values()].map(({ row }) => row);
    const { clock, rows: limit } = this.#parts;
    return JSON.stringify({
      type: 'page',
      now: clock.now(),
      total: this.#total,
      limit,
      scenes: rows.sort(newestFirst),
    });
  }

  /** What changed since it was last asked; `undefined`: nothing. */
  changes(): string | undefined {
    for (const scene of this.#heard.values()) this.#take(scene);
    this.#heard.clear();
    this.#trim();
    if (this.#changed.size + this.#gone.size === 0) return undefined;
    const scenes = [...this.#changed.values()].sort(newestFirst);
    const gone = [...this.#gone];
    this.#changed = new Map();
    this.#gone = new Set();
    return JSON.stringify({
      type: 'changes',
      now: this.#parts.clock.now(),
      total: this.#total,
      scenes,
      gone,
    });
  }

  async #read(): Promise<void> {
    const pages = await this.#pages();
    const listed = pages.flatMap(({ scenes }) => scenes);
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
    // One after the other: a store in this process lets others have their turn between two.
    for (const state of states) pages.push(await store.list({ ...filter, state, limit: rows }));
    return pages;
  }

  #take(scene: Scene): void {
    const { id, version } = scene;
    const known = this.#shown.get(id);
    const fits = this.#fits(scene);
    if ((!fits && !known) || (known && known.version > version)) return;
    const row = rowOf(scene);
    if (fits) this.#shown.set(id, { version, row });
    else this.#shown.delete(id);
    if (known && JSON.stringify(known.row) === JSON.stringify(row)) return;
    this.#changed.set(id, row);
    this.#gone.delete(id);
  }

  #fits(scene: Scene): boolean {
    const { state, site, account } = this.#parts.filter;
    const rightState = state ? scene.state === state : isLiving(scene);
    return rightState && (site ?? scene.site) === scene.site && (account ?? scene.account) === scene.account;
  }

  /** Lets go of the oldest beyond the bound. */
  #trim(): void {
    if (this.#shown.size <= this.#parts.rows) return;
    const rows = [...this.#shown.values()].map(({ row }) => row).sort(newestFirst);
    for (const { sceneId } of rows.slice(this.#parts.rows)) this.#drop(sceneId);
  }

  #drop(id: string): void {
    this.#shown.delete(id);
    this.#changed.delete(id);
    this.#gone.add(id);
  }
}

function newestFirst(a: Row, b: Row): number {
  return b.createdAt - a.createdAt || (a.sceneId < b.sceneId ? 1 : -1);
}
