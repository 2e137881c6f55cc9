import { randomBytes } from 'node:crypto';
import { limits } from './limits.ts';

export interface TokenAnswer {
  access_token: string;
  /** Seconds that are left. */
  expires_in: number;
}

/**
 * The access tokens of the account, in WeChat's two families: `stable_token` hands out the same token until its last five
 * minutes, `token` a new one at each call. Neither family's calls touch the other's tokens.
 */
export class Tokens {
  readonly #now: () => number;
  /** Token -> when it expires, ms. An expired one is kept for a while: the API tells it from an unknown one. */
  readonly #known = new Map<string, number>();
  #stable = '';
  #classic = '';
  #forced: number[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  stable(force: boolean): TokenAnswer {
    if (force && this.#mayForce()) this.#known.delete(this.#stable);
    if (this.#left(this.#stable) <= limits.tokenOverlap) this.#stable = this.#issue();
    return this.#answer(this.#stable);
  }

  classic(): TokenAnswer {
    this.#shorten(this.#classic);
    this.#classic = this.#issue();
    return this.#answer(this.#classic);
  }

  /** As if somebody else had refreshed both families: what was handed out is dead at once. */
  kill(): void {
    this.#known.delete(this.#stable);
    this.#known.delete(this.#classic);
  }

  /** WeChat's error number for a call with this token; `undefined`: it is good. */
  faultOf(token: string): number | undefined {
    if (token === '') return 41001;
    const expiresAt = this.#known.get(token);
    if (expiresAt !== undefined) return expiresAt > this.#now() ? undefined : 42001;
    return /^\d+_[\w-]{128}$/.test(token) ? 40001 : 40014;
  }

  /** WeChat ignores a forced refresh beyond 20 a day, and within 30 s of the last. */
  #mayForce(): boolean {
    const now = this.#now();
    this.#forced = this.#forced.filter((at) => at > now - 86_400_000);
    const recent = this.#forced.at(-1) ?? -Infinity;
    if (this.#forced.length >= limits.forcedRefreshesPerDay) return false;
    if (recent > now - limits.forcedRefreshEvery) return false;
    this.#forced.push(now);
    return true;
  }

  #issue(): string {
    const token = `98_${randomBytes(96).toString('base64url')}`;
    this.#known.set(token, this.#now() + limits.tokenSeconds * 1000);
    const [oldest] = this.#known.keys();
    if (this.#known.size > limits.knownTokens && oldest !== undefined) this.#known.delete(oldest);
    return token;
  }

  #shorten(token: string): void {
    const expiresAt = this.#known.get(token);
    if (expiresAt !== undefined)
      this.#known.set(token, Math.min(expiresAt, this.#now() + limits.tokenOverlap));
  }

  #left(token: string): number {
    return (this.#known.get(token) ?? 0) - this.#now();
  }

  #answer(token: string): TokenAnswer {
    return { access_token: token, expires_in: Math.ceil(this.#left(token) / 1000) };
  }
}
