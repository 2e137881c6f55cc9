/**
 * Owns what a scene is and which moves it can make: data and pure functions, no I/O.
 * A store applies `advance` and `aged` with its own clock, each as one atomic step.
 */
import { isFinal } from '../protocol/messages.ts';
import type { Approval, SceneState } from '../protocol/messages.ts';

/** Who opened the scene, as far as its request told. */
export interface Browser {
  ip: string;
  userAgent: string;
  origin: string;
}

/** What WeChat tells of a person; it gives nobody's nickname or avatar since 2021-12-27, so most are null. */
export interface User {
  nickname: string | null;
  avatarUrl: string | null;
  subscribed: boolean | null;
  /** Time of the last follow, ms. */
  subscribedAt: number | null;
  language: string | null;
}

/** One login, from the first QR code to the consumed code. Times in ms, by the store's clock. */
export interface Scene {
  /** 22 characters base64url; public, it is in the QR code. */
  id: string;
  site: string;
  account: string;
  approval: Approval;
  state: SceneState;
  /** Grows by one at each move. */
  version: number;
  createdAt: number;
  expiresAt: number;
  /** A final scene is kept until then, so that a browser that was away still learns the end. */
  keptUntil: number;
  browser: Browser;
  /** The node that holds the browser's socket. */
  node: string | null;
  /** Counts the sockets that came; whoever brings an older number is not the last that came. */
  attachment: number;
  /** Whether a browser ever came back with the claim; until then the QR code may have been made for nobody. */
  attended: boolean;
  /** SHA-256 of the browser's secret. */
  claimHash: string;
  /** SHA-256 of the one-time code; good only while `confirmed`. */
  codeHash: string;
  codeExpiresAt: number | null;
  /** PKCE S256 challenge of the site. */
  codeChallenge: string | null;
  /** Opaque to us, handed back to the site at the exchange. */
  siteState: string | null;
  openid: string | null;
  unionid: string | null;
  user: User | null;
  /** Whether this very scan made the person a follower. */
  followed: boolean;
  /** When we heard of the scan, before anything was done about it. */
  heardAt: number | null;
  scannedAt: number | null;
  confirmedAt: number | null;
  /** Other people who scanned the same code. */
  strangers: readonly string[];
  /** SHA-256 of the Idempotency-Key that consumed the code. */
  exchangeKeyHash: string | null;
  /** Why the scene was cancelled. */
  reason: Reason | null;
}

/** `state_lost`: the store lost what happened lately, and this scene may be spent. */
export type Reason = 'browser' | 'operator' | 'too_many_scanners' | 'no_qr_code' | 'state_lost';

/** What a new scene begins with; the store adds the times. */
export type SceneDraft = Pick<
  Scene,
  | 'id'
  | 'site'
  | 'account'
  | 'approval'
  | 'browser'
  | 'claimHash'
  | 'codeHash'
  | 'codeChallenge'
  | 'siteState'
>;

interface MoveRule {
  from: readonly SceneState[];
  to: SceneState;
  stamp?: 'scannedAt' | 'confirmedAt';
}

const living: readonly SceneState[] = ['pending', 'scanned', 'confirmed'];

/** Every move there is; whatever is not in this table cannot happen. */
export const moves = {
  scan: { from: ['pending'], to: 'scanned', stamp: 'scannedAt' },
  confirm: { from: ['scanned'], to: 'confirmed', stamp: 'confirmedAt' },
  decline: { from: ['scanned'], to: 'denied' },
  consume: { from: ['confirmed'], to: 'consumed' },
  cancel: { from: living, to: 'cancelled' },
  /** Too many people scanned the code. A login that is confirmed already stands. */
  crowd: { from: ['pending', 'scanned'], to: 'cancelled' },
  expire: { from: living, to: 'expired' },
} as const satisfies Record<string, MoveRule>;

/** As other programs look it up. */
export function setOf(states: readonly SceneState[]): Partial<Record<SceneState, true>> {
  return Object.fromEntries(states.map((state) => [state, true]));
}

/** A code of a scene in these states may have been given out. */
export const spendable: readonly SceneState[] = ['scanned', 'confirmed'];

export type MoveName = keyof typeof moves;

/** A move as the store carries it out: plain data, so that a script in another process can do the same. */
export interface Change {
  move: MoveName;
  /** Refused unless the scene has exactly these. */
  only?: Partial<Pick<Scene, 'account' | 'site' | 'openid' | 'claimHash' | 'codeHash' | 'codeChallenge'>>;
  set?: Partial<
    Pick<Scene, 'openid' | 'unionid' | 'user' | 'followed' | 'heardAt' | 'exchangeKeyHash' | 'reason'>
  >;
  /** When what causes it happened, ms. If the store has lost what came of it since, and the scene is older, that ends instead. */
  happenedAt?: number;
  /** Nobody is told of it before it is as safe as configured. */
  safely?: true;
  /** The scene lives at least this long from now, ms. */
  atLeast?: number;
  /** The code, and the scene with it, lives exactly this long from now, ms. */
  codeLives?: number;
  /** A final scene is kept this long, ms. */
  keep: number;
}

export function isLiving(scene: Scene): boolean {
  return !isFinal(scene.state);
}

const noStrangers: readonly string[] = [];

export function begin(draft: SceneDraft, now: number, ttl: number, keep: number): Scene {
  // Field by field: V8 keeps an object that begins as a spread in a form that is three times as large.
  return {
    id: draft.id,
    site: draft.site,
    account: draft.account,
    approval: draft.approval,
    state: 'pending',
    version: 1,
    createdAt: now,
    expiresAt: now + ttl,
    keptUntil: now + ttl + keep,
    browser: draft.browser,
    node: null,
    attachment: 0,
    attended: false,
    claimHash: draft.claimHash,
    codeHash: draft.codeHash,
    codeExpiresAt: null,
    codeChallenge: draft.codeChallenge,
    siteState: draft.siteState,
    openid: null,
    unionid: null,
    user: null,
    followed: false,
    heardAt: null,
    scannedAt: null,
    confirmedAt: null,
    strangers: noStrangers,
    exchangeKeyHash: null,
    reason: null,
  };
}

/** The scene after the move, or `undefined` when the table or the change's conditions refuse it. */
export function advance(scene: Scene, change: Change, now: number): Scene | undefined {
  const rule: MoveRule = moves[change.move];
  if (!rule.from.includes(scene.state) || !holds(scene, change.only ?? {})) return undefined;
  const next: Scene = { ...scene, ...change.set, state: rule.to, version: scene.version + 1 };
  if (rule.stamp) next[rule.stamp] = now;
  if (change.atLeast !== undefined) next.expiresAt = Math.max(scene.expiresAt, now + change.atLeast);
  if (change.codeLives !== undefined) next.expiresAt = next.codeExpiresAt = now + change.codeLives;
  next.keptUntil = change.keep + (isFinal(rule.to) ? now : next.expiresAt);
  return next;
}

/** How a scene will change by the mere passing of time: a scan is confirmed without the profile, or the scene expires. */
export function nextByTime(scene: Scene, profileWait: number): { at: number; confirms: boolean } {
  const { state, approval, scannedAt, expiresAt } = scene;
  if (state !== 'scanned' || approval !== 'scan' || scannedAt === null)
    return { at: expiresAt, confirms: false };
  return { at: scannedAt + profileWait, confirms: true };
}

/** The scene as time has left it: `expired` once its time is over, else unchanged. */
export function aged(scene: Scene, now: number): Scene {
  if (!isLiving(scene) || now < scene.expiresAt) return scene;
  return { ...scene, state: moves.expire.to, version: scene.version + 1 };
}

function holds(scene: Scene, only: NonNullable<Change['only']>): boolean {
  return Object.entries(only).every(([field, value]) => scene[field as keyof typeof only] === value);
}
