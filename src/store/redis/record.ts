/**
 * Owns how a scene is written in Redis: JSON without nulls, so that a script tests a field by its mere presence. What strangers
 * wrote is JSON within the JSON: Lua's reader refuses half characters, and need not look into it.
 */
import { moves, setOf } from '../../scene/scene.ts';
import type { Change, MoveName, Scene, SceneDraft, User } from '../../scene/scene.ts';

/** Written by whoever opened the scene, and never read by a script. */
type Page = Pick<Scene, 'browser' | 'siteState'>;

/** A scene as it is written, without what is null or empty. */
export interface WrittenScene extends Omit<
  Scene,
  'browser' | 'siteState' | 'user' | 'unionid' | 'strangers' | 'followed'
> {
  page: string;
  user?: string;
  unionid?: string;
  followed?: boolean;
  strangers?: readonly string[];
}

/** As scripts look them up. */
const rules = Object.fromEntries(
  Object.entries(moves).map(([move, rule]) => [move, { ...rule, from: setOf(rule.from) }]),
) as Record<MoveName, object>;
const noStrangers: readonly string[] = [];

/** A new scene; the script adds its times. */
export function writeDraft({ browser, siteState, ...draft }: SceneDraft): string {
  const page = JSON.stringify({ browser, siteState } satisfies Page);
  const begun = { state: 'pending', version: 1, attachment: 0, attended: false, followed: false };
  return JSON.stringify({ ...withoutNulls(draft), ...begun, page });
}

/** With the rule of its move, so that no script knows one by itself. */
export function writeChange(change: Change): string {
  return JSON.stringify(withRule(change));
}

/** What ends a scene that may be spent. @param keep how long it is kept then, ms */
export function writeLoss(keep: number): string {
  return writeChange({ move: 'cancel', keep, set: { reason: 'state_lost' } });
}

function withRule({ set = {}, move, ...change }: Change): object {
  const { user, unionid, ...plain } = set;
  const strange = {
    ...(user !== undefined && { user: sealed(user) }),
    ...(unionid !== undefined && { unionid: sealed(unionid) }),
  };
  return { ...change, rule: rules[move], set: { ...plain, ...strange } };
}

export function readScene(text: string): Scene {
  return sceneOf(JSON.parse(text) as WrittenScene);
}

export function sceneOf(written: WrittenScene): Scene {
  const { browser, siteState } = JSON.parse(written.page) as Page;
  // Field by field: V8 takes several times as long to join objects that are spread, and keeps what comes of it in a larger form.
  return {
    id: written.id,
    site: written.site,
    account: written.account,
    approval: written.approval,
    state: written.state,
    version: written.version,
    createdAt: written.createdAt,
    expiresAt: written.expiresAt,
    keptUntil: written.keptUntil,
    browser,
    node: written.node ?? null,
    attachment: written.attachment,
    attended: written.attended,
    claimHash: written.claimHash,
    codeHash: written.codeHash,
    codeExpiresAt: written.codeExpiresAt ?? null,
    codeChallenge: written.codeChallenge ?? null,
    siteState,
    openid: written.openid ?? null,
    unionid: written.unionid === undefined ? null : (JSON.parse(written.unionid) as string),
    user: written.user === undefined ? null : (JSON.parse(written.user) as User),
    // Absent in scenes that an older version moved.
    followed: written.followed ?? false,
    heardAt: written.heardAt ?? null,
    scannedAt: written.scannedAt ?? null,
    confirmedAt: written.confirmedAt ?? null,
    strangers: written.strangers ?? noStrangers,
    exchangeKeyHash: written.exchangeKeyHash ?? null,
    reason: written.reason ?? null,
  };
}

function sealed(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

function withoutNulls(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
