import { AppError } from '../../kit/errors.ts';
import { settings } from '../../kit/settings.ts';
import { sceneStates } from '../../protocol/messages.ts';
import type { SceneState } from '../../protocol/messages.ts';
import { cursorOf, newestFirst, placeOf } from '../../scene/listing.ts';
import type { Place } from '../../scene/listing.ts';
import type { Scene } from '../../scene/scene.ts';
import type { ScenePage, SceneQuery } from '../../scene/store.ts';
import type { Keys } from './keys.ts';
import { readScene } from './record.ts';
import type { ScriptName } from './scripts.ts';
import type { Steps } from './steps.ts';

export interface SceneListParts {
  keys: Keys;
  steps: Steps;
}

/** The newest of one bucket, and whether there may be more behind them. */
interface Part {
  bucket: string;
  total: number;
  places: Place[];
  isWhole: boolean;
}

const { redis: figures } = settings;

type Filter = Omit<SceneQuery, 'cursor'>;

/** The list of all scenes, put together from those of the buckets. Ids are random, so that each has about an equal share of a page. */
export class SceneList {
  readonly #keys: Keys;
  readonly #steps: Steps;

  constructor({ keys, steps }: SceneListParts) {
    this.#keys = keys;
    this.#steps = steps;
  }

  async page({ cursor, ...filter }: SceneQuery): Promise<ScenePage> {
    const after = cursor === undefined ? undefined : placeOf(cursor);
    const parts = await this.#parts(filter, after);
    // One more than asked for tells whether there is another page.
    const found = merged(parts).slice(0, filter.limit + 1);
    const places = found.slice(0, filter.limit);
    const last = places.at(-1);
    return {
      scenes: await this.#read(places),
      nextCursor: last && found.length > filter.limit ? cursorOf(last) : null,
      total: parts.reduce((sum, { total }) => sum + total, 0),
    };
  }

  async counts(): Promise<Record<SceneState, number>> {
    const counts = Object.fromEntries(sceneStates.map((state) => [state, 0])) as Record<SceneState, number>;
    const answers = await Promise.all(this.#keys.buckets.map((bucket) => this.#persist('count', bucket)));
    for (const [, ...answer] of answers)
      for (let i = 0; i < answer.length; i += 2) counts[answer[i] as SceneState] += Number(answer[i + 1]);
    return counts;
  }

  /** Of each bucket as many as it takes, so that none is missing from the page. */
  async #parts(filter: Filter, after: Place | undefined): Promise<Part[]> {
    const share = Math.ceil(filter.limit / this.#keys.buckets.length) * 2 + 8;
    const parts = await Promise.all(
      this.#keys.buckets.map((bucket) => this.#part(bucket, filter, share, after)),
    );
    for (;;) {
      const end = merged(parts)[filter.limit];
      const short = parts.filter(({ isWhole, places }) => !isWhole && !isBehind(places.at(-1), end));
      if (short.length === 0) return parts;
      await Promise.all(short.map((part) => this.#extend(part, filter)));
    }
  }

  async #part(
    bucket: string,
    { state, site, account }: Filter,
    limit: number,
    after: Place | undefined,
  ): Promise<Part> {
    const states = state ? [state] : sceneStates;
    const query = {
      states,
      site,
      account,
      limit,
      after: Number.isFinite(after?.createdAt) ? after : undefined,
    };
    const [, total, ...found] = await this.#persist('list', bucket, JSON.stringify(query));
    const places = Array.from({ length: found.length / 2 }, (_, i) => ({
      createdAt: Number(found[2 * i]),
      id: found[2 * i + 1]!,
    }));
    return { bucket, total: Number(total), places, isWhole: places.length < limit };
  }

  async #extend(part: Part, filter: Filter): Promise<void> {
    const next = await this.#part(part.bucket, filter, filter.limit, part.places.at(-1));
    part.places = part.places.concat(next.places);
    part.isWhole = next.isWhole;
  }

  /** The scenes in the order of their places; one that is gone by now is left out. */
  async #read(places: readonly Place[]): Promise<Scene[]> {
    const read = async ([bucket, some]: [string, Place[]]): Promise<Scene[]> => {
      const [, ...texts] = await this.#steps.run(
        'read-many',
        this.#keys.ofBucket(bucket),
        ...some.map(({ id }) => id),
      );
      return texts.filter((text) => text !== '').map(readScene);
    };
    return (await Promise.all([...this.#keys.byBucket(places)].map(read))).flat().sort(newestFirst);
  }

  /** Until the bucket has settled all that is due. */
  async #persist(script: ScriptName, bucket: string, ...given: string[]): Promise<string[]> {
    for (let tries = 0; tries < figures.triesAtMost; tries++) {
      const answer = await this.#steps.run(script, this.#keys.ofBucket(bucket), ...given);
      if (answer[0] !== 'more') return answer;
    }
    throw new AppError('store_unavailable');
  }
}

function merged(parts: readonly Part[]): Place[] {
  return parts.flatMap(({ places }) => places).sort(newestFirst);
}

/** Whether the page ends before this place. */
function isBehind(place: Place | undefined, end: Place | undefined): boolean {
  return place !== undefined && end !== undefined && newestFirst(end, place) <= 0;
}
