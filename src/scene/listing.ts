import type { Scene } from './scene.ts';

/** A place in the list; scenes of one millisecond are told apart by their id. */
export type Place = Pick<Scene, 'createdAt' | 'id'>;

/** Before the newest. */
const top: Place = { createdAt: Infinity, id: '' };

/** The one order of every list, for `sort`. */
export function newestFirst(a: Place, b: Place): number {
  return b.createdAt - a.createdAt || Number(a.id < b.id) - Number(a.id > b.id);
}

/** Whether the scene is listed behind this place. */
export function isAfter(scene: Place, place: Place): boolean {
  return newestFirst(scene, place) > 0;
}

/** What stands for the place of the last scene on a page. */
export function cursorOf({ createdAt, id }: Place): string {
  return `${createdAt}.${id}`;
}

/** The place where a page begins; of a cursor that is none of ours, some place or one that nothing is after. */
export function placeOf(cursor: string | undefined): Place {
  if (cursor === undefined) return top;
  const [createdAt, id = ''] = cursor.split('.');
  return { createdAt: Number(createdAt), id };
}
