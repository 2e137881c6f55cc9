import { AppError } from '../kit/errors.ts';
import type { Scene } from './scene.ts';

/** Why a code was not taken, for those who run the service. */
export type Refusal =
  | 'unknown_code'
  /** Of another site's scene. */
  | 'foreign_code'
  /** It was taken before. */
  | 'repeated'
  | 'wrong_verifier'
  | 'expired'
  /** The scene was cancelled or denied. */
  | 'scene_over'
  /** Nobody has confirmed yet. */
  | 'too_early';

/** Whose code somebody says it is. */
export type CodeUse = Pick<Scene, 'site' | 'codeHash' | 'codeChallenge'>;

/** `invalid_grant`, and nothing else to whoever sent the code. */
export class CodeRefused extends AppError {
  readonly why: Refusal;
  /** Of the scene that the code names, if there is one. */
  readonly sceneId: string | undefined;

  constructor(scene: Scene | undefined, use: CodeUse) {
    super('invalid_grant');
    this.why = whyRefused(scene, use);
    this.sceneId = scene?.id;
  }
}

function whyRefused(scene: Scene | undefined, { site, codeHash, codeChallenge }: CodeUse): Refusal {
  if (scene?.codeHash !== codeHash) return 'unknown_code';
  if (scene.site !== site) return 'foreign_code';
  if (scene.state === 'consumed') return 'repeated';
  if (scene.codeChallenge !== codeChallenge) return 'wrong_verifier';
  if (scene.state === 'expired') return 'expired';
  return scene.state === 'cancelled' || scene.state === 'denied' ? 'scene_over' : 'too_early';
}
