import type { Scene } from '../../scene/scene.ts';
import type { SceneQuery } from '../../scene/store.ts';
import { TimeSlots } from './time-slots.ts';
import type { Slot } from './time-slots.ts';

/** What is left out matches everything. */
export type SceneFilter = Pick<SceneQuery, 'state' | 'site' | 'account'>;

/** What the filters tell apart. Nothing of it changes but the state, and a scene's times do not change with that. */
type Kind = Pick<Scene, 'state' | 'site' | 'account'>;

interface Alike {
  kind: Kind;
  count: number;
  ids: TimeSlots;
}

/**
 * Finds scenes by what they are, newest first. A look costs what it finds and how many kinds there are: those of the
 * configured sites, none of which is ever taken away.
 */
export class SceneIndex {
  readonly #width: number;
  readonly #byKind = new Map<string, Alike>();

  /** @param width of the slots in which it keeps them, ms */
  constructor(width: number) {
    this.#width = width;
  }

  add(scene: Scene): void {
    const alike = this.#alike(scene);
    alike.count++;
    alike.ids.add(scene.createdAt, scene.id);
  }

  /** Of a scene that was added in this state. */
  delete(scene: Scene): void {
    const alike = this.#alike(scene);
    alike.count--;
    alike.ids.delete(scene.createdAt, scene.id);
  }

  total(filter: SceneFilter): number {
    return this.#matching(filter).reduce((sum, { count }) => sum + count, 0);
  }

  /**
   * Ids in portions of any order: each was made before all of the portion before it, the first no later than the slot of
   * `time`, ms. Nothing may be added or deleted meanwhile.
   */
  *backFrom(filter: SceneFilter, time: number): Generator<string[]> {
    let heads = this.#matching(filter).flatMap(({ ids }) => next(ids.backFrom(time)));
    while (heads.length > 0) {
      const latest = heads.reduce((most, { slot }) => Math.max(most, slot.number), -Infinity);
      const portion = heads.filter(({ slot }) => slot.number === latest);
      yield portion.flatMap(({ slot }) => Array.from(slot.ids));
      heads = heads.flatMap((head) => (head.slot.number === latest ? next(head.rest) : [head]));
    }
  }

  #matching({ state, site, account }: SceneFilter): Alike[] {
    return [...this.#byKind.values()].filter(
      ({ kind, count }) =>
        count > 0 &&
        (state ?? kind.state) === kind.state &&
        (site ?? kind.site) === kind.site &&
        (account ?? kind.account) === kind.account,
    );
  }

  #alike({ state, site, account }: Scene): Alike {
    const key = `${state}|${site}|${account}`;
    const known = this.#byKind.get(key);
    if (known) return known;
    const alike = { kind: { state, site, account }, count: 0, ids: new TimeSlots(this.#width) };
    this.#byKind.set(key, alike);
    return alike;
  }
}

/** The latest slot that is left of a kind. */
interface Head {
  slot: Slot;
  rest: Generator<Slot>;
}

/** Nothing once there is none left. */
function next(rest: Generator<Slot>): Head[] {
  const { value, done } = rest.next();
  return done === true ? [] : [{ slot: value, rest }];
}
