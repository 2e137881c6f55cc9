import { createHmac } from 'node:crypto';
import { sha256 } from '../kit/id.ts';

const sceneIdLength = 22;
const codeShape = /^[A-Za-z0-9_-]{65}$/;
const sceneIdShape = /^[A-Za-z0-9_-]{22}$/;

export function isSceneId(text: string): boolean {
  return sceneIdShape.test(text);
}

/**
 * The one-time code of a scene: its id, then 256 bits that only the claim's holder and we can make. Nothing but its hash
 * is stored, and yet a browser that attaches again gets the same code again.
 */
export function deriveCode(sceneId: string, claim: string): string {
  return sceneId + createHmac('sha256', claim).update(`saoma-code:${sceneId}`).digest('base64url');
}

/** Which scene a code belongs to; `undefined` for what cannot be a code. */
export function sceneIdOf(code: string): string | undefined {
  return codeShape.test(code) ? code.slice(0, sceneIdLength) : undefined;
}

/** PKCE S256 (RFC 7636, 4.2). */
export function challengeOf(codeVerifier: string): string {
  return sha256(codeVerifier);
}
