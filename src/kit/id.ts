import { hash, randomFillSync, timingSafeEqual } from 'node:crypto';

/** Random bytes that nobody has had; asked for many at a time, since asking costs more than the bytes. */
const fresh = Buffer.alloc(4096);
let given = fresh.length;

/** `bytes` random bytes, 4096 at most, as base64url: 16 give 22 characters, 32 give 43. */
export function randomId(bytes: number): string {
  if (given + bytes > fresh.length) {
    randomFillSync(fresh);
    given = 0;
  }
  const id = fresh.toString('base64url', given, given + bytes);
  // Nothing that was given out stays here.
  fresh.fill(0, given, (given += bytes));
  return id;
}

/** SHA-256 of `text`, as base64url (43 characters). */
export function sha256(text: string | Buffer): string {
  return hash('sha256', text, 'base64url');
}

/** Equality whose duration tells nothing of where, or by how much, the two differ. */
export function equalSecrets(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(a)), Buffer.from(sha256(b)));
}
