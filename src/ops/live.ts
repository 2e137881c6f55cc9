import type { WebSocket } from 'ws';
import type { Clock } from '../kit/clock.ts';
import { AppError } from '../kit/errors.ts';
import { settings } from '../kit/settings.ts';
import type { Scene } from '../scene/scene.ts';
import type { SceneStore } from '../scene/store.ts';
import type { Log } from '../telemetry/log.ts';
import { Feed } from './feed.ts';
import { OverviewMessage } from './overview-message.ts';
import type { Overview } from './overview.ts';
import type { SceneFilter } from './query.ts';
import type { Surroundings } from './row.ts';
import type { Sessions } from './sessions.ts';
import { Viewer } from './viewer.ts';

export interface LiveParts {
  store: SceneStore;
  clock: Clock;
  log: Log;
  sessions: Pick<Sessions, 'lives'>;
  surroundings: Surroundings;
  readOverview: () => Promise<Overview>;
  /** Shortest time between two messages of changes, ms. */
  liveEvery: number;
}

/** The open dashboards of this node, one feed for all that look through the same filter. Does nothing while there are none. */
export class Live {
  readonly #parts: LiveParts;
  readonly #viewers = new Set<Viewer>();
  readonly #feeds = new Map<string, Feed>();
  #stops: (() => void)[] = [];

  constructor(parts: LiveParts) {
    this.#parts = parts;
  }

  open(socket: WebSocket, filter: SceneFilter, session: string): void {
    const feed = this.#feedOf(filter);
    const { clock } = this.#parts;
    const viewer = new Viewer(socket, { feed, session, clock, left: (gone) => this.#left(gone) });
    if (this.#isFull(session)) return viewer.close('full');
    this.#viewers.add(viewer);
    if (this.#viewers.size === 1) this.#start();
    this.#run(this.#welcome(viewer));
  }

  changed(scene: Scene): void {
    for (const feed of this.#feeds.values()) feed.note(scene);
  }

  /** The session was ended here. */
  signedOut(session: string): void {
    for (const viewer of this.#viewers) if (viewer.session === session) viewer.judge(false);
  }

  /** Tells every dashboard to come back later. */
  close(): void {
    this.#stop();
    for (const viewer of this.#viewers) viewer.close('restart');
  }

  /** One session leaves room for others, however many dashboards it opens. */
  #isFull(session: string): boolean {
    const { viewers, viewersEach } = settings.ops;
    const itsOwn = [...this.#viewers].filter((viewer) => viewer.session === session);
    return this.#viewers.size >= viewers || itsOwn.length >= viewersEach;
  }

  #start(): void {
    const { clock, liveEvery } = this.#parts;
    this.#stops = [
      clock.every(liveEvery, () => this.#update()),
      clock.every(settings.ops.refreshEvery, () => {
        this.#run(this.#judgeAll());
        this.#run(this.#refresh());
      }),
      clock.every(settings.socket.pingEvery, () => this.#viewers.forEach((viewer) => viewer.ping())),
    ];
  }

  #stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  async #welcome(viewer: Viewer): Promise<void> {
    const overview = await this.#overview();
    await viewer.feed.refresh();
    viewer.update(undefined);
    viewer.tell(overview);
  }

  #update(): void {
    for (const feed of this.#feeds.values()) {
      const changes = feed.changes();
      for (const viewer of this.#viewers) if (viewer.feed === feed) viewer.update(changes);
    }
  }

  /** Sessions end on other nodes, too, and by themselves. */
  async #judgeAll(): Promise<void> {
    const sessions = new Set([...this.#viewers].map(({ session }) => session));
    await Promise.all([...sessions].map((session) => this.#judge(session)));
  }

  async #judge(session: string): Promise<void> {
    const lives = await this.#parts.sessions.lives(session).catch((error: unknown) => {
      this.#report(error);
      return undefined;
    });
    for (const viewer of this.#viewers) if (viewer.session === session) viewer.judge(lives);
  }

  async #refresh(): Promise<void> {
    // First: it also finds out which nodes live, and the rows tell of that.
    const overview = await this.#overview();
    for (const feed of this.#feeds.values()) await feed.refresh();
    for (const viewer of this.#viewers) viewer.tell(overview);
  }

  async #overview(): Promise<OverviewMessage> {
    return new OverviewMessage(await this.#parts.readOverview());
  }

  #feedOf(filter: SceneFilter): Feed {
    const key = JSON.stringify(filter);
    const { store, clock, surroundings } = this.#parts;
    const rows = settings.ops.liveRows;
    const feed = this.#feeds.get(key) ?? new Feed({ filter, store, clock, surroundings, rows });
    this.#feeds.set(key, feed);
    return feed;
  }

  #left(viewer: Viewer): void {
    this.#viewers.delete(viewer);
    for (const [key, feed] of this.#feeds)
      if (![...this.#viewers].some((other) => other.feed === feed)) this.#feeds.delete(key);
    if (this.#viewers.size === 0) this.#stop();
  }

  /** While the store is away the dashboards stand still; they see that by the silence. */
  #run(task: Promise<void>): void {
    task.catch((error: unknown) => this.#report(error));
  }

  #report(error: unknown): void {
    if (!(error instanceof AppError)) this.#parts.log.error({ err: error }, 'unexpected');
  }
}
