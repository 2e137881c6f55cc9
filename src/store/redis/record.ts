/**
 * Owns how a scene is written in Redis: JSON without nulls, so that a script tests a field by its mere presence. What strangers
 * wrote is JSON within the JSON: Lua's reader refuses half characters, and need not look into it.
 */
import { moves, setOf } from '../../scene/scene.ts';
import type { Change, Scene, SceneDraft, User } from '../../scene/scene.ts';

/** Written by whoever opened the scene, and never read by a script. */
type Page = Pick<Scene, 'browser' | 'siteState'>;

/** A scene as it is written, without what is null or empty. */
export interface WrittenScene extends Omit<
  Scene,
  'browser' | 'siteState' | 'user' | 'unionid' | 'strangers'
> {
  page: string;
  user?: string;
  unionid?: string;
  strangers?: readonly string[];
}

type Nullable = { [Field in keyof Scene]: null extends Scene[Field] ? Field : never }[keyof Scene];

const absent: Pick<Scene, Exclude<Nullable, 'siteState'>> = {
  node: null,
  codeExpiresAt: null,
  codeChallenge: null,
  openid: null,
  unionid: null,
  user: null,
  scannedAt: null,
  confirmedAt: null,
  exchangeKeyHash: null,
  reason: null,
};
const noStrangers: readonly string[] = [];

/** A new scene; the script adds its times. */
export function writeDraft({ browser, siteState, ...draft }: SceneDraft): string {
  const page = JSON.stringify({ browser, siteState } satisfies Page);
  const begun = { state: 'pending', version: 1, attachment: 0, attended: false, followed: false };
  return JSON.stringify({ ...withoutNulls(draft), ...begun, page });
}

/** With the rule of its move, so that no script knows one by itself; and with what happens instead to a scene that may be spent. */
export function writeChange(change: Change): string {
  const { happenedAt, keep } = change;
  if (happenedAt === undefined) return JSON.stringify(withRule(change));
  const ifLost = withRule({ move: 'cancel', keep, set: { reason: 'state_lost' } });
  return JSON.stringify({ ...withRule(change), ifLost });
}

function withRule({ set = {}, move, ...change }: Change): object {
  const rule = { ...moves[move], from: setOf(moves[move].from) };
  const { user, unionid, ...plain } = set;
  const strange = {
    ...(user !== undefined && { user: sealed(user) }),
    ...(unionid !== undefined && { unionid: sealed(unionid) }),
  };
  return { ...change, rule, set: { ...plain, ...strange } };
}

export function readScene(text: string): Scene {
  return sceneOf(JSON.parse(text) as WrittenScene);
}

export function sceneOf({ page, user, unionid, strangers = noStrangers, ...rest }: WrittenScene): Scene {
  return {
    ...absent,
    ...rest,
    strangers,
    ...(JSON.parse(page) as Page),
    ...(user !== undefined && { user: JSON.parse(user) as User }),
    ...(unionid !== undefined && { unionid: JSON.parse(unionid) as string }),
  };
}

function sealed(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

function withoutNulls(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
