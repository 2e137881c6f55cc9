import type { ErrorCode } from '../kit/errors.ts';
import type { Scene } from './scene.ts';

/** What a person says who is asked whether it is they who log in. */
export type Answer = 'accept' | 'decline';

/** Who answers: as WeChat told us, never as somebody said. */
export type Answerer = Pick<Scene, 'account'> & { openid: string };

/** Why an answer changed nothing. Whoever did not scan the scene learns nothing of it. */
export function whyNotAnswered(scene: Scene | undefined, { account, openid }: Answerer): ErrorCode {
  if (scene?.account !== account || scene.openid !== openid) return 'approval_not_found';
  return isAnswered(scene) ? 'approval_used' : 'scene_final';
}

/** Whether its person has said yes or no. */
export function isAnswered({ state, confirmedAt }: Scene): boolean {
  return state === 'denied' || confirmedAt !== null;
}
