import type { SceneState } from '../../../src/protocol/messages.ts';
import type { MoveName } from '../../../src/scene/scene.ts';
import { states } from './stage.ts';

/** Written down once more, so that the machine and the stores are held to the design and not to their own table. */
const allowed: Record<MoveName, { from: readonly SceneState[]; to: SceneState }> = {
  scan: { from: ['pending'], to: 'scanned' },
  confirm: { from: ['scanned'], to: 'confirmed' },
  decline: { from: ['scanned'], to: 'denied' },
  consume: { from: ['confirmed'], to: 'consumed' },
  cancel: { from: ['pending', 'scanned', 'confirmed'], to: 'cancelled' },
  crowd: { from: ['pending', 'scanned'], to: 'cancelled' },
  expire: { from: ['pending', 'scanned', 'confirmed'], to: 'expired' },
};

export const moveNames = Object.keys(allowed) as MoveName[];

/** Each state with each move, and what comes of it. */
export const everyMove = states.flatMap((from) => moveNames.map((move) => verdictOn(from, move)));

function verdictOn(from: SceneState, move: MoveName) {
  const isAllowed = allowed[move].from.includes(from);
  return { from, move, to: isAllowed ? allowed[move].to : from, verdict: isAllowed ? 'made' : 'refused' };
}
