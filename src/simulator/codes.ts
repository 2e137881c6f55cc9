import { randomBytes } from 'node:crypto';
import { limits } from './limits.ts';

/** A parametric QR code of the account, or a code of the mini program. Times in ms. */
export interface Code {
  ticket: string;
  /** What a QR code's picture says: the phone page, with a short key in place of the long ticket. */
  url: string;
  scene: string;
  createdAt: number;
  /** `null`: permanent. Those of the mini program are. */
  expiresAt: number | null;
  /** The page of the mini program that it opens; `null`: a code of the account. */
  page: string | null;
}

/** The codes that were made, the newest last. */
export class Codes {
  readonly #publicUrl: string;
  readonly #now: () => number;
  /** By ticket, in order of making. */
  readonly #codes = new Map<string, Code>();
  /** Scene, short key -> the latest code that has it. */
  readonly #byName = new Map<string, Code>();
  #latest: Code | undefined;

  constructor(publicUrl: string, now: () => number) {
    this.#publicUrl = publicUrl;
    this.#now = now;
  }

  /** @param seconds how long the code lives; `null`: for ever @param page of the mini program, if it opens one */
  create(scene: string, seconds: number | null, page: string | null = null): Code {
    const key = randomBytes(9).toString('base64url');
    const createdAt = this.#now();
    const code: Code = {
      ticket: `gQ${randomBytes(69).toString('base64')}==`,
      url: `${this.#publicUrl}/phone?ticket=${key}`,
      scene,
      createdAt,
      expiresAt: seconds === null ? null : createdAt + seconds * 1000,
      page,
    };
    this.#latest = code;
    this.#codes.set(code.ticket, code);
    this.#byName.set(scene, code);
    this.#byName.set(key, code);
    this.#tidy();
    return code;
  }

  /** By ticket, by scene, or by what the picture says. */
  find(text: string): Code | undefined {
    return this.#codes.get(text) ?? this.#byName.get(text) ?? this.#byName.get(keyOf(text));
  }

  /** The last one made of those that have not expired. */
  newest(): Code | undefined {
    if (this.#latest && !this.isExpired(this.#latest)) return this.#latest;
    return [...this.#codes.values()].findLast((code) => !this.isExpired(code));
  }

  isExpired(code: Code): boolean {
    return code.expiresAt !== null && code.expiresAt <= this.#now();
  }

  /** Drops from the oldest on what is long expired, or over the bound. */
  #tidy(): void {
    for (const code of this.#codes.values()) {
      const gone = (code.expiresAt ?? Infinity) + limits.expiredCodeKept < this.#now();
      if (!gone && this.#codes.size <= limits.codes) return;
      this.#codes.delete(code.ticket);
      for (const name of [code.scene, keyOf(code.url)])
        if (this.#byName.get(name) === code) this.#byName.delete(name);
    }
  }
}

function keyOf(url: string): string {
  return (URL.canParse(url) && new URL(url).searchParams.get('ticket')) || '';
}
