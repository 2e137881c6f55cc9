import ipaddr from 'ipaddr.js';
import type { Approval, SceneState } from '../protocol/messages.ts';
import { isLiving } from '../scene/scene.ts';
import type { Reason, Scene } from '../scene/scene.ts';
import { plainText } from './plain-text.ts';

/** A scene as operators see it: no claim, no code, no hash, nobody's openid. Times in ms since the epoch. */
export interface Row {
  sceneId: string;
  site: string;
  account: string;
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

const userAgentLength = 256;

/** @param nodeLives whether a node lives */
export function rowOf(scene: Scene, nodeLives: (node: string) => boolean): Row {
  const { id, site, account, state, approval, createdAt, expiresAt, scannedAt, reason, node, browser } =
    scene;
  return {
    sceneId: id,
    site,
    account,
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

/** Enough to see from where many come, too little to be one person: the /24 of an IPv4 address, the /48 of an IPv6 one. */
export function maskIp(ip: string): string {
  if (!ipaddr.isValid(ip)) return 'unknown';
  const address = ipaddr.process(ip);
  const [kind, bits] = address.kind() === 'ipv4' ? [ipaddr.IPv4, 24] : [ipaddr.IPv6, 48];
  return `${kind.networkAddressFromCIDR(`${address.toString()}/${bits}`).toString()}/${bits}`;
}
