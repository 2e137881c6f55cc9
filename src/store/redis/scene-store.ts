/** Owns the scenes of all nodes, in Redis: each verb is one script on one slot, judged by Redis's clock. */
import { AppError } from '../../kit/errors.ts';
import { settings } from '../../kit/settings.ts';
import type { SceneState } from '../../protocol/messages.ts';
import type { Change, MoveName, Scene, SceneDraft } from '../../scene/scene.ts';
import type {
  ExpiredListener,
  Known,
  News,
  Outcome,
  ScenePage,
  SceneQuery,
  SceneStore,
} from '../../scene/store.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';
import type { Places } from './places.ts';
import { readScene, writeChange, writeDraft, writeLoss } from './record.ts';
import type { SceneEnds } from './scene-ends.ts';
import { SceneList } from './scene-list.ts';
import type { ScriptName } from './scripts.ts';
import type { Answer, Steps } from './steps.ts';
import type { Vetting } from './vetting.ts';

export interface RedisSceneStoreParts {
  connection: Connection;
  steps: Steps;
  keys: Keys;
  places: Places;
  vetting: Vetting;
  ends: SceneEnds;
  /** How long a scene is kept that expired by itself, ms. */
  keepFinal: number;
  /** How many scenes beside the pending ones are kept, about; 0: any number. */
  keptAtMost: number;
}

const { redis: figures } = settings;
/** The moves by which a scene is no longer pending. */
const leavesPending = new Set<MoveName>(['scan', 'cancel', 'crowd', 'expire']);

export class RedisSceneStore implements SceneStore {
  readonly #parts: RedisSceneStoreParts;
  readonly #list: SceneList;

  constructor(parts: RedisSceneStoreParts) {
    this.#parts = parts;
    this.#list = new SceneList(parts);
  }

  now(): number {
    return this.#parts.connection.now();
  }

  async add(draft: SceneDraft, ttl: number): Promise<Scene> {
    const { keepFinal, keptAtMost, keys, places, vetting } = this.#parts;
    const others = Math.ceil(keptAtMost / keys.buckets.length);
    const [[verdict, text], hasPlace] = await Promise.all([
      vetting.untilSound(keys.bucketOf(draft.id), () =>
        this.#about(draft.id, 'add', writeDraft(draft), ttl, keepFinal, others),
      ),
      places.take(draft.id, ttl),
    ]);
    if (verdict === 'exists') throw new Error('a scene with this id exists');
    if (text !== undefined && hasPlace) return readScene(text);
    places.leave(draft.id);
    if (text !== undefined) await this.#about(draft.id, 'remove', draft.id);
    throw new AppError('too_many_scenes', { retryAfter: 5 });
  }

  async find(id: string): Promise<Scene | undefined> {
    return readFound(await this.#about(id, 'find', id, ''));
  }

  async remind(id: string): Promise<Scene | undefined> {
    return readFound(await this.#about(id, 'find', id, '1'));
  }

  async attach(id: string, claimHash: string, node: string | null): Promise<Outcome | undefined> {
    const [verdict, text] = await this.#about(id, 'attach', id, claimHash, node ?? '');
    return text === undefined ? undefined : { scene: readScene(text), moved: verdict === 'first' };
  }

  async detach(id: string, node: string, attachment: number): Promise<void> {
    await this.#about(id, 'detach', id, node, attachment);
  }

  async move(id: string, change: Change): Promise<Outcome | undefined> {
    const outcome = readOutcome(await this.#moved(id, change));
    if (outcome?.moved && leavesPending.has(change.move)) this.#parts.places.leave(id);
    return outcome;
  }

  async countStranger(
    id: string,
    openid: string,
    limit: number,
    change: Change,
  ): Promise<Outcome | undefined> {
    const outcome = readOutcome(
      await this.#about(id, 'count-stranger', id, openid, limit, writeChange(change)),
    );
    if (outcome?.moved) this.#parts.places.leave(id);
    return outcome;
  }

  async news(known: readonly Known[]): Promise<News[]> {
    const byBucket = this.#parts.keys.byBucket(known);
    const answers = await Promise.all([...byBucket].map(([bucket, some]) => this.#newsOf(bucket, some)));
    return answers.flat();
  }

  list(query: SceneQuery): Promise<ScenePage> {
    return this.#list.page(query);
  }

  counts(): Promise<Record<SceneState, number>> {
    return this.#list.counts();
  }

  expired(listener: ExpiredListener): void {
    this.#parts.ends.listen(listener);
  }

  async #moved(id: string, change: Change): Promise<Answer> {
    const { steps, vetting, keys } = this.#parts;
    const ifLost = change.happenedAt === undefined ? [] : [writeLoss(change.keep)];
    const given = [id, writeChange(change), ...ifLost];
    return vetting.untilSound(keys.bucketOf(id), () =>
      change.safely ? steps.runSafely('move', keys.ofScene(id), ...given) : this.#about(id, 'move', ...given),
    );
  }

  async #newsOf(bucket: string, some: readonly Known[]): Promise<News[]> {
    const news: News[] = [];
    for (let start = 0; start < some.length; start += figures.newsAtMost) {
      const part = some.slice(start, start + figures.newsAtMost);
      const versions = JSON.stringify(Object.fromEntries(part.map(({ id, version }) => [id, version])));
      const [, ...found] = await this.#parts.steps.run('news', this.#parts.keys.ofBucket(bucket), versions);
      for (let i = 0; i < found.length; i += 2)
        news.push({ id: found[i]!, scene: found[i + 1] ? readScene(found[i + 1]!) : undefined });
    }
    return news;
  }

  #about(id: string, script: ScriptName, ...given: (string | number)[]): Promise<Answer> {
    return this.#parts.steps.run(script, this.#parts.keys.ofScene(id), ...given);
  }
}

function readFound([, text]: Answer): Scene | undefined {
  return text === undefined ? undefined : readScene(text);
}

function readOutcome([verdict, text]: Answer): Outcome | undefined {
  return text === undefined ? undefined : { scene: readScene(text), moved: verdict === 'moved' };
}
