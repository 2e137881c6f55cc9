import type { SceneSnapshot } from '../protocol/messages.ts';
import { deriveCode } from './code.ts';
import type { Scene } from './scene.ts';

/** What the holder of the claim may see of a scene: never the openid, and the code only while it is good. */
export function snapshotOf(scene: Scene, claim: string): SceneSnapshot {
  const { id, version, state, expiresAt, approval, user, codeExpiresAt, reason } = scene;
  const snapshot: SceneSnapshot = { type: 'scene', sceneId: id, version, state, expiresAt, approval };
  if (user) snapshot.user = { nickname: user.nickname, avatarUrl: user.avatarUrl };
  if (state === 'confirmed') {
    snapshot.code = deriveCode(id, claim);
    snapshot.codeExpiresAt = codeExpiresAt ?? expiresAt;
  }
  if (reason) snapshot.reason = reason;
  return snapshot;
}
