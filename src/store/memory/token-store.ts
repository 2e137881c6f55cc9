import type { Clock } from '../../kit/clock.ts';
import type { AccessToken, TokenStore } from '../../wechat/access-token.ts';

/** Keeps access tokens in this process; there are as many as accounts. */
export class MemoryTokenStore implements TokenStore {
  readonly #clock: Clock;
  readonly #tokens = new Map<string, AccessToken>();
  readonly #renewals = new Map<string, Promise<AccessToken>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async obtain(account: string, renew: () => Promise<AccessToken>): Promise<AccessToken> {
    const kept = this.#tokens.get(account);
    if (kept && kept.expiresAt > this.#clock.now()) return kept;
    return this.#renewals.get(account) ?? this.#renewal(account, renew);
  }

  async forget(account: string, value: string): Promise<void> {
    if (this.#tokens.get(account)?.value === value) this.#tokens.delete(account);
  }

  #renewal(account: string, renew: () => Promise<AccessToken>): Promise<AccessToken> {
    const renewal = this.#renewed(account, renew).finally(() => this.#renewals.delete(account));
    this.#renewals.set(account, renewal);
    return renewal;
  }

  async #renewed(account: string, renew: () => Promise<AccessToken>): Promise<AccessToken> {
    const token = await renew();
    this.#tokens.set(account, token);
    return token;
  }
}
