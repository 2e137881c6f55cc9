/** Owns the scenes of all nodes, in Redis: each verb is one script on one slot, judged by Redis's clock. */
import { AppError } from '../../kit/errors.ts';
import { settings } from '../../kit/settings.ts';
import type { SceneState } from '../../protocol/messages.ts';
import type { Change, Scene, SceneDraft } from '../../scene/scene.ts';
import type { Known, News, Outcome, ScenePage, SceneQuery, SceneStore } from '../../scene/store.ts';
import type { Connection } from './connection.ts';
import type { Durable } from './durable.ts';
import type { Keys } from './keys.ts';
import { readScene, writeChange, writeDraft } from './record.ts';
import { SceneList } from './scene-list.ts';
import type { ScriptName } from './scripts.ts';
import type { Vetting } from './vetting.ts';

export interface RedisSceneStoreParts {
  connection: Connection;
  keys: Keys;
  vetting: Vetting;
  /** Where steps go that must be safe before they are told of. */
  durable: Durable;
  /** The name of this node. */
  node: string;
  /** How many scenes may be pending at once; 0: any number. */
  maxPending: number;
  /** How long a scene is kept that expired by itself, ms. */
  keepFinal: number;
  /** How many scenes that are not pending are kept at most. */
  keptAtMost: number;
}

/** What a script says first, and what of, mostly the scene's text. */
type Answer = [verdict: string, ...of: string[]];

const { redis: figures } = settings;

export class RedisSceneStore implements SceneStore {
  readonly #parts: RedisSceneStoreParts;
  readonly #list: SceneList;

  constructor(parts: RedisSceneStoreParts) {
    this.#parts = parts;
    this.#list = new SceneList({
      ...parts,
      run: (script, bucket, ...given) => this.#run(script, bucket, bucket, given),
    });
  }

  now(): number {
    return this.#parts.connection.now();
  }

  async add(draft: SceneDraft, ttl: number): Promise<Scene> {
    const { keepFinal, maxPending, keptAtMost, keys } = this.#parts;
    const others = Math.ceil(Math.max(keptAtMost, maxPending) / keys.buckets.length);
    const [added, hasPlace] = await Promise.all([
      this.#about(draft.id, 'add', writeDraft(draft), ttl, keepFinal, others),
      this.#takePlace(draft.id, ttl),
    ]);
    const [verdict, text] = added;
    if (verdict === 'exists') throw new Error('a scene with this id exists');
    if (verdict === 'added' && text !== undefined && hasPlace) return readScene(text);
    if (hasPlace) this.#leavePlace(draft.id);
    else if (verdict === 'added') await this.#about(draft.id, 'remove', draft.id);
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
    const outcome = await this.#moved(id, change);
    if (outcome?.moved && change.move !== 'confirm' && change.move !== 'consume') this.#leavePlace(id);
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
    if (outcome?.moved) this.#leavePlace(id);
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

  async #moved(id: string, change: Change): Promise<Outcome | undefined> {
    const { vetting, keys, durable, connection, node } = this.#parts;
    const given = [id, writeChange(change)];
    for (;;) {
      const answer = change.safely
        ? ((await durable.run('move', this.#keysOf(id), [node, connection.latest(), ...given])) as Answer)
        : await this.#about(id, 'move', ...given);
      if (answer[0] !== 'unsound') return readOutcome(inTime(answer));
      await vetting.vet(keys.bucketOf(id));
    }
  }

  async #newsOf(bucket: string, some: readonly Known[]): Promise<News[]> {
    const news: News[] = [];
    for (let start = 0; start < some.length; start += figures.newsAtMost) {
      const part = some.slice(start, start + figures.newsAtMost);
      const versions = JSON.stringify(Object.fromEntries(part.map(({ id, version }) => [id, version])));
      const [, ...found] = await this.#run('news', bucket, bucket, [versions]);
      for (let i = 0; i < found.length; i += 2)
        news.push({ id: found[i]!, scene: found[i + 1] ? readScene(found[i + 1]!) : undefined });
    }
    return news;
  }

  /** A place among the pending; it falls free by itself at the end of the scene's time. */
  async #takePlace(id: string, ttl: number): Promise<boolean> {
    const { connection, keys, maxPending } = this.#parts;
    if (maxPending === 0) return true;
    const given = [id, ttl, maxPending, figures.listsLive];
    return (await connection.run('take-place', [keys.pending], given)) === 1;
  }

  /** Nobody waits for it, and forgotten it costs the place for the scene's time. */
  #leavePlace(id: string): void {
    const { connection, keys, maxPending } = this.#parts;
    if (maxPending === 0) return;
    connection.ask((client) => client.zrem(keys.pending, id)).catch(() => undefined);
  }

  #about(id: string, script: ScriptName, ...given: (string | number)[]): Promise<Answer> {
    const [key, bucket] = this.#keysOf(id);
    return this.#run(script, key, bucket, given);
  }

  async #run(
    script: ScriptName,
    key: string,
    bucket: string,
    given: readonly (string | number)[],
  ): Promise<Answer> {
    const { connection, node } = this.#parts;
    const answer = await connection.run(script, [key, bucket], [node, connection.latest(), ...given]);
    return inTime(answer as Answer);
  }

  #keysOf(id: string): [scene: string, bucket: string] {
    return [this.#parts.keys.scene(id), this.#parts.keys.bucketOf(id)];
  }
}

/** @throws AppError `store_unavailable` for a step that came too late, and so did not happen */
function inTime(answer: Answer): Answer {
  if (answer[0] === 'late') throw new AppError('store_unavailable');
  return answer;
}

function readFound([, text]: Answer): Scene | undefined {
  return text === undefined ? undefined : readScene(text);
}

function readOutcome([verdict, text]: Answer): Outcome | undefined {
  return text === undefined ? undefined : { scene: readScene(text), moved: verdict === 'moved' };
}
