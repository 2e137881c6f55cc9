import type { Scene } from './scene.ts';

/** What a site shows to take a code. */
export interface Redemption {
  site: string;
  codeVerifier?: string | undefined;
  idempotencyKey?: string | undefined;
}

type RedeemedAs = Pick<Scene, 'site' | 'codeHash' | 'codeChallenge' | 'exchangeKeyHash'>;

/** Whether the code was taken before with the very same key: then the answer was lost on the way, and nothing else. */
export function isRepeat(scene: Scene, as: RedeemedAs): boolean {
  return (
    scene.state === 'consumed' &&
    as.exchangeKeyHash !== null &&
    scene.exchangeKeyHash === as.exchangeKeyHash &&
    scene.codeHash === as.codeHash &&
    scene.site === as.site &&
    scene.codeChallenge === as.codeChallenge
  );
}
