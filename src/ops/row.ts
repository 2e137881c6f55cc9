import { maskIp } from '../http/address.ts';
import { plainText } from '../kit/plain-text.ts';
import type { Approval, SceneState } from '../protocol/messages.ts';
import { isLiving } from '../scene/scene.ts';
import type { Reason, Scene } from '../scene/scene.ts';
import type { AccountKind } from './account-rows.ts';

/** A scene as operators see it: no claim, no code, no hash, nobody's openid. Times in ms since the epoch. */
export interface Row {
  sceneId: string;
  site: string;
  account: string;
  /** `null`: the account is not configured here, or no longer. */
  accountKind: AccountKind | null;
  state: SceneState;
  approval: Approval;
  createdAt: number;
  expiresAt: number;
  scannedAt: number | null;
  /** Why it was cancelled. */
  reason: Reason | null;
  /** The node that holds the browser's socket. */
  node: string | null;
  connected: boolean;
  browser: { ip: string; userAgent: string };
}

/** What a row tells beyond its scene. */
export interface Surroundings {
  /** Whether a node lives, as was known last. */
  nodeLives: (node: string) => boolean;
  kindOf: (account: string) => AccountKind | null;
}

const userAgentLength = 256;

export function rowOf(scene: Scene, { nodeLives, kindOf }: Surroundings): Row {
  const { id, site, account, state, approval, createdAt, expiresAt, scannedAt, reason, node, browser } =
    scene;
  return {
    sceneId: id,
    site,
    account,
    accountKind: kindOf(account),
    state,
    approval,
    createdAt,
    expiresAt,
    scannedAt,
    reason,
    node,
    connected: isConnected(scene, nodeLives),
    browser: { ip: maskIp(browser.ip), userAgent: plainText(browser.userAgent, userAgentLength) },
  };
}

/** A node that died could not say that it no longer holds the socket. */
export function isConnected(scene: Scene, nodeLives: (node: string) => boolean): boolean {
  return scene.node !== null && isLiving(scene) && nodeLives(scene.node);
}
