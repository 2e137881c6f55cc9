/**
 * Owns the handle by which a person answers whether it is they who log in: the scene's id, then what only we can make for this
 * scene and this person. Nothing is stored, every node makes the same, and in anybody else's hands it is a mere text.
 */
import { createHmac, hkdfSync } from 'node:crypto';
import { equalSecrets } from '../kit/id.ts';

const handleShape = /^([A-Za-z0-9_-]{22})[A-Za-z0-9_-]{43}$/;

export class ApprovalHandles {
  readonly #key: Buffer;

  /** @param appSecret of the account whose users are asked */
  constructor(appSecret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', appSecret, '', 'saoma-approval', 32));
  }

  /** 65 characters base64url; at each repeat of the scan the same. */
  handleOf(sceneId: string, openid: string): string {
    return sceneId + createHmac('sha256', this.#key).update(`${sceneId}\n${openid}`).digest('base64url');
  }

  /** Which scene it was given out for; `undefined` when it was not, or not to this person. */
  sceneIdOf(handle: string, openid: string): string | undefined {
    const sceneId = handleShape.exec(handle)?.[1];
    return sceneId !== undefined && equalSecrets(handle, this.handleOf(sceneId, openid))
      ? sceneId
      : undefined;
  }
}
