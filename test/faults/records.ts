/** Owns the history sorted by whom it is about: each scene with all that anybody saw of it, each page with its scenes. */
import type { Sighting } from './history.ts';

type Of<Kind extends Sighting['kind']> = Extract<Sighting, { kind: Kind }>;

export interface SceneRecord {
  id: string;
  /** Who was given it. */
  page: string | undefined;
  openedAt: number;
  shown: Of<'shown'>[];
  scans: Of<'scanned'>[];
  exchanges: Of<'exchanged'>[];
}

export interface PageRecord {
  name: string;
  beganAt: number;
  scenes: SceneRecord[];
}

export interface Records {
  scenes: Map<string, SceneRecord>;
  pages: Map<string, PageRecord>;
}

const sceneIdLength = 22;

export function sortOut(sightings: readonly Sighting[]): Records {
  const records: Records = { scenes: new Map(), pages: new Map() };
  for (const sighting of sightings) {
    if (sighting.kind === 'began') pageOf(records, sighting.page).beganAt = sighting.at;
    else if (sighting.kind === 'opened') opened(records, sighting);
    else if (sighting.kind === 'shown') sceneOf(records, sighting.scene).shown.push(sighting);
    else if (sighting.kind === 'scanned') sceneOf(records, sighting.scene).scans.push(sighting);
    else if (sighting.kind === 'exchanged')
      sceneOf(records, sighting.code.slice(0, sceneIdLength)).exchanges.push(sighting);
  }
  return records;
}

/** Those that told the site who came. */
export function successesOf(scene: SceneRecord): Of<'exchanged'>[] {
  return scene.exchanges.filter(({ status }) => status === 200);
}

export function isAccepted(scene: SceneRecord): boolean {
  return scene.scans.some(({ answer }) => answer === 'accepted');
}

/** From the first posting of the scan until the code was at the page, ms; `undefined`: one of them never happened. */
export function latencyOf(scene: SceneRecord): number | undefined {
  const posted = scene.scans.map(({ postedAt }) => postedAt);
  const confirmed = scene.shown.find(({ code }) => code !== undefined);
  return confirmed && posted.length > 0 ? confirmed.at - Math.min(...posted) : undefined;
}

function opened(records: Records, { page, scene: id, at }: Of<'opened'>): void {
  const scene = sceneOf(records, id);
  scene.page = page;
  scene.openedAt = at;
  pageOf(records, page).scenes.push(scene);
}

function sceneOf({ scenes }: Records, id: string): SceneRecord {
  const known = scenes.get(id);
  if (known) return known;
  const scene = { id, page: undefined, openedAt: NaN, shown: [], scans: [], exchanges: [] };
  scenes.set(id, scene);
  return scene;
}

function pageOf({ pages }: Records, name: string): PageRecord {
  const known = pages.get(name);
  if (known) return known;
  const page = { name, beganAt: NaN, scenes: [] };
  pages.set(name, page);
  return page;
}
