import ipaddr from 'ipaddr.js';
import type { Approval, SceneState } from '../protocol/messages.ts';
import { isLiving } from '../scene/scene.ts';
import type { Scene } from '../scene/scene.ts';

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
  /** The node that holds the browser's socket. */
  node: string | null;
  connected: boolean;
  browser: { ip: string; userAgent: string };
}

const userAgentLength = 256;
/** Controls, format characters (bidi overrides among them), line separators, halves of a pair. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** @param nodeLives whether a node lives */
export function rowOf(scene: Scene, nodeLives: (node: string) => boolean): Row {
  const { id, site, account, state, approval, createdAt, expiresAt, scannedAt, node, browser } = scene;
  return {
    sceneId: id,
    site,
    account,
    state,
    approval,
    createdAt,
    expiresAt,
    scannedAt,
    node,
    connected: isConnected(scene, nodeLives),
    browser: { ip: maskIp(browser.ip), userAgent: plainUserAgent(browser.userAgent) },
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

function plainUserAgent(userAgent: string): string {
  return userAgent.replaceAll(unprintable, '').slice(0, userAgentLength);
}
