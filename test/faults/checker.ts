/**
 * Owns the judgement of a run, from its history alone: what browsers, phones and the site's backend saw. Each rule is a
 * function that names every breach of it.
 */
import { sceneStates } from '../../src/protocol/messages.ts';
import type { Sighting } from './history.ts';
import { isAccepted, latencyOf, sortOut, successesOf } from './records.ts';
import type { PageRecord, Records, SceneRecord } from './records.ts';

export interface Law {
  /** Whether a page may be made to show another QR code; where it may, it must be logged in all the same. */
  newQr: 'allowed' | 'forbidden';
  /** Whether every page that began has to be logged in at the end; a run that only cuts and waits says no. */
  everyoneLogsIn?: boolean;
  /** How long it may take at most from the posting of a scan until the code is at the page, ms. */
  confirmedWithin?: number;
}

export type RuleName =
  | 'a scene is seen at another page'
  | 'two codes of one scene'
  | 'a scene goes back'
  | 'two owners'
  | 'the wrong person'
  | 'two identities'
  | 'a spent code works again'
  | 'a code that nobody was given works'
  | 'a login is lost'
  | 'a page is not logged in'
  | 'a new QR code is forced'
  | 'a result is late';

export interface Violation {
  rule: RuleName;
  /** The scene, or the page where there is none. */
  where: string;
  says: string;
}

export interface Verdict {
  violations: Violation[];
  /** Pages that are logged in. */
  loggedIn: number;
  pages: number;
  /** QR codes beyond the first of each page. */
  newQrCodes: number;
  /** Scans that came to nothing since their scene was lost, where that is allowed. */
  scannedAgain: number;
  /** From the posting of a scan until the code was at the page, ms, sorted. */
  latencies: number[];
}

type SceneRule = (scene: SceneRecord, law: Law) => string | undefined;

const sceneRules: Record<string, SceneRule> & Partial<Record<RuleName, SceneRule>> = {
  'a scene is seen at another page': ({ page, shown }) => shown.find((one) => one.page !== page)?.page,

  'two codes of one scene': ({ id, shown }) => {
    const codes = distinct(shown.flatMap(({ code }) => code ?? []));
    const foreign = codes.find((code) => !code.startsWith(id));
    return codes.length > 1 ? codes.join(' and ') : foreign;
  },

  'a scene goes back': ({ shown }) => {
    // One page may be shown an older snapshot after a newer one; of one version there is one state, and later ones are further.
    const versions = new Map(shown.map(({ version, state }) => [version, state]));
    const other = shown.find(({ version, state }) => versions.get(version) !== state);
    if (other) return `version ${other.version} is ${other.state} and ${versions.get(other.version)}`;
    const inOrder = [...versions].sort(([a], [b]) => a - b).map(([, state]) => state);
    const back = inOrder.find((state, index) => index > 0 && !follows(inOrder[index - 1], state));
    return back && inOrder.join(', ');
  },

  'two owners': ({ scans }) => moreThanOne(scans.filter(isAcceptance).map(({ openid }) => openid)),

  'the wrong person': (scene) =>
    successesOf(scene).find(
      ({ openid, of }) => of !== scene.id || !scene.scans.some((scan) => scan.openid === openid),
    )?.openid,

  'two identities': (scene) => moreThanOne(successesOf(scene).map(({ openid }) => openid ?? '')),

  'a spent code works again': (scene) => moreThanOne(successesOf(scene).map(({ key }) => key)),

  'a code that nobody was given works': (scene) =>
    successesOf(scene).find(({ code }) => !scene.shown.some((one) => one.code === code))?.code,

  'a result is late': (scene, { confirmedWithin = Infinity }) => {
    const latency = latencyOf(scene) ?? 0;
    return latency > confirmedWithin ? `${Math.round(latency)} ms` : undefined;
  },
};

export function judge(sightings: readonly Sighting[], law: Law): Verdict {
  const records = sortOut(sightings);
  const scenes = [...records.scenes.values()];
  const pages = [...records.pages.values()];
  const violations = [
    ...scenes.flatMap((scene) => sceneBreaches(scene, law)),
    ...pages.flatMap((page) => pageBreaches(page, law)),
  ];
  return {
    violations,
    loggedIn: pages.filter(isLoggedIn).length,
    pages: pages.length,
    newQrCodes: pages.reduce((sum, page) => sum + Math.max(page.scenes.length - 1, 0), 0),
    scannedAgain: pages.reduce((sum, page) => sum + lostOf(page).length, 0),
    latencies: latencies(records),
  };
}

function sceneBreaches(scene: SceneRecord, law: Law): Violation[] {
  return Object.entries(sceneRules).flatMap(([rule, look]) => {
    const says = look(scene, law);
    return says === undefined ? [] : [{ rule: rule as RuleName, where: scene.id, says }];
  });
}

function pageBreaches(page: PageRecord, law: Law): Violation[] {
  const breaches: Violation[] = [];
  if (law.newQr === 'forbidden' && page.scenes.length > 1)
    breaches.push({
      rule: 'a new QR code is forced',
      where: page.name,
      says: page.scenes.map(({ id }) => id).join(', '),
    });
  for (const scene of lostOf(page))
    if (law.newQr === 'forbidden' || scene === page.scenes.at(-1))
      breaches.push({ rule: 'a login is lost', where: scene.id, says: howFar(scene) });
  if (law.everyoneLogsIn !== false && !isLoggedIn(page))
    breaches.push({
      rule: 'a page is not logged in',
      where: page.scenes.at(-1)?.id ?? page.name,
      says: page.name,
    });
  return breaches;
}

/** Somebody was told that they log in, and the site never learnt of them. */
function lostOf({ scenes }: PageRecord): SceneRecord[] {
  return scenes.filter((scene) => isAccepted(scene) && successesOf(scene).length === 0);
}

function isLoggedIn({ scenes }: PageRecord): boolean {
  return scenes.some((scene) => successesOf(scene).length > 0);
}

function howFar({ shown, exchanges }: SceneRecord): string {
  const states = distinct(shown.map(({ state, reason }) => (reason ? `${state} (${reason})` : state)));
  const answers = exchanges.map(({ status }) => status ?? 'no answer');
  return `the page saw ${states.join(', ') || 'nothing'}; the exchange was answered ${answers.join(', ') || 'never: not tried'}`;
}

function latencies({ scenes }: Records): number[] {
  return [...scenes.values()].flatMap((scene) => latencyOf(scene) ?? []).sort((a, b) => a - b);
}

/** Whether a later version of a scene may have this state: nothing comes after an end, and nobody goes back. */
function follows(before: SceneRecord['shown'][number]['state'] | undefined, state: string): boolean {
  const order: readonly string[] = sceneStates;
  const [from, to] = [order.indexOf(before ?? ''), order.indexOf(state)];
  return from < order.indexOf('consumed') && to > from;
}

function isAcceptance({ answer }: SceneRecord['scans'][number]): boolean {
  return answer === 'accepted';
}

function moreThanOne(list: readonly string[]): string | undefined {
  const different = distinct(list);
  return different.length > 1 ? different.join(' and ') : undefined;
}

function distinct<T>(list: readonly T[]): T[] {
  return [...new Set(list)];
}
