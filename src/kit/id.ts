import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** `bytes` random bytes as base64url: 16 give 22 characters, 32 give 43. */
export function randomId(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

/** SHA-256 of `text`, as base64url (43 characters). */
export function sha256(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** Equality whose duration tells nothing of where, or by how much, the two differ. */
export function equalSecrets(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(a)), Buffer.from(sha256(b)));
}
