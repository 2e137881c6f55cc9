import { plainText } from '../kit/plain-text.ts';
import { settings } from '../kit/settings.ts';
import type { SceneState } from '../protocol/messages.ts';
import { isLiving, moves } from '../scene/scene.ts';
import type { MoveName, Scene } from '../scene/scene.ts';
import { maskOpenid } from '../telemetry/log.ts';
import { rowOf } from './row.ts';
import type { Row, Surroundings } from './row.ts';
import type { Role } from './sessions.ts';

/** One move of a scene, and when it was made, ms since the epoch. */
export interface Step {
  move: MoveName | 'open';
  state: SceneState;
  at: number;
}

/** All that operators see of one scene: no claim, no code, no hash, no whole openid. Times in ms since the epoch. */
export interface Detail extends Row {
  /** When it ended; absent while it lives. */
  endsAt?: number;
  /** Whether this very scan made the person a follower. */
  followed: boolean;
  /** Who scanned: the beginning and the end. */
  openid: string | null;
  /** How many other people scanned. */
  strangers: number;
  /** How many sockets its browser opened. */
  attachments: number;
  /** The page that opened it. */
  origin: string;
  /** Oldest first. */
  history: Step[];
}

const originLength = 256;

/** @param role `operate` sees the browser's whole address, `view` the network */
export function detailOf(scene: Scene, role: Role, surroundings: Surroundings): Detail {
  const row = rowOf(scene, surroundings);
  const { openid, followed, strangers, attachment, browser } = scene;
  const end = endOf(scene);
  return {
    ...row,
    browser: { ...row.browser, ...(role === 'operate' && { ip: plainText(browser.ip, originLength) }) },
    ...(end && { endsAt: end.at }),
    followed,
    openid: openid === null ? null : maskOpenid(openid),
    strangers: strangers.length,
    attachments: attachment,
    origin: plainText(browser.origin, originLength),
    history: [...begun(scene), ...(end ? [end] : [])],
  };
}

/** The moves that leave a time of their own. */
function begun({ createdAt, scannedAt, confirmedAt }: Scene): Step[] {
  const steps: Step[] = [{ move: 'open', state: 'pending', at: createdAt }];
  if (scannedAt !== null) steps.push({ move: 'scan', state: moves.scan.to, at: scannedAt });
  if (confirmedAt !== null) steps.push({ move: 'confirm', state: moves.confirm.to, at: confirmedAt });
  return steps;
}

/** Of its end a scene keeps only until when it is kept, which is always for the same time. */
function endOf(scene: Scene): Step | undefined {
  if (isLiving(scene)) return undefined;
  const { state, expiresAt, keptUntil } = scene;
  const at = state === 'expired' ? expiresAt : keptUntil - settings.scene.keepFinal;
  return { move: endingMove(scene), state, at };
}

function endingMove({ state, reason }: Scene): MoveName {
  if (state === 'denied') return 'decline';
  if (state === 'consumed') return 'consume';
  if (state === 'expired') return 'expire';
  return reason === 'too_many_scanners' ? 'crowd' : 'cancel';
}
