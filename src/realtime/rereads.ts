import type { Clock } from '../kit/clock.ts';
import { AppError } from '../kit/errors.ts';
import type { Settings } from '../kit/settings.ts';
import { isLiving } from '../scene/scene.ts';
import type { Scene } from '../scene/scene.ts';
import type { Scenes } from '../scene/scenes.ts';
import type { Log } from '../telemetry/log.ts';
import type { Connection } from './connection.ts';

export interface RereadsParts {
  scenes: Scenes;
  /** The socket of this scene, if it is here. */
  attached: (id: string) => Connection | undefined;
  tell: (connection: Connection, scene: Scene) => void;
  clock: Clock;
  settings: Settings['socket'];
  log: Log;
}

/** Compares what is on screen with what is stored, where a wake-up may have been missed or the store may have lost something. */
export class Rereads {
  readonly #parts: RereadsParts;
  /** Asked for again while it is read, a scene is read once more; asked for by many, once. */
  readonly #waiting = new Set<string>();
  #reading = false;
  #callOff: () => void = () => {};

  constructor(parts: RereadsParts) {
    this.#parts = parts;
  }

  /** So many at a time, and again a little later as long as the store is away. */
  add(ids: Iterable<string>): void {
    for (const id of ids) this.#waiting.add(id);
    if (!this.#reading) void this.#readAll();
  }

  stop(): void {
    this.#callOff();
    this.#waiting.clear();
  }

  /** One at once. Answers whether there was anything new. */
  async read(connection: Connection): Promise<boolean> {
    const { sceneId, version } = connection;
    const scene = await this.#parts.scenes.read(sceneId);
    if (scene?.version === version) return false;
    await this.#learn(connection, version, scene);
    return true;
  }

  async #readAll(): Promise<void> {
    this.#callOff();
    this.#reading = true;
    while (this.#waiting.size > 0) {
      const some = [...this.#waiting].slice(0, this.#parts.settings.rereadAtOnce);
      for (const id of some) this.#waiting.delete(id);
      try {
        await this.#readSome(some);
      } catch (error) {
        this.#putOff(some, error);
        break;
      }
    }
    this.#reading = false;
  }

  async #readSome(ids: readonly string[]): Promise<void> {
    const { scenes, attached } = this.#parts;
    const connections = ids.flatMap((id) => attached(id) ?? []);
    const known = connections.map(({ sceneId, version }) => ({ id: sceneId, version }));
    const news = new Map((await scenes.news(known)).map(({ id, scene }) => [id, scene]));
    const learning = connections.map(async (connection, i) => {
      const { id, version } = known[i]!;
      if (news.has(id)) await this.#learn(connection, version, news.get(id));
    });
    await Promise.all(learning);
  }

  #putOff(ids: readonly string[], error: unknown): void {
    const { clock, settings, log } = this.#parts;
    if (!(error instanceof AppError)) log.error({ err: error }, 'unexpected');
    for (const id of ids) this.#waiting.add(id);
    this.#callOff = clock.after(settings.rereadAfter, () => this.add([]));
  }

  /** What the store answered when `shown` was on screen. */
  async #learn(connection: Connection, shown: number, scene: Scene | undefined): Promise<void> {
    if (!scene) connection.close('sceneGone');
    else if (scene.version < shown) await this.#lost(connection, scene);
    else this.#parts.tell(connection, scene);
  }

  /** The browser was shown more than the store remembers. It gets another scene, and of this one nothing may come any more. */
  async #lost(connection: Connection, scene: Scene): Promise<void> {
    // Whatever version it reaches from now on, to the browser that would be another.
    connection.version = Number.MAX_SAFE_INTEGER;
    if (isLiving(scene)) await this.#parts.scenes.cancelLost(scene.id);
    connection.close('sceneGone');
  }
}
