/** Owns the memory of profiles: each for `profileTtl`, and no more than `profiles` of them. */
import type { Clock } from '../kit/clock.ts';
import { settings } from '../kit/settings.ts';
import type { Profile } from './profile.ts';

interface Kept {
  profile: Profile;
  until: number;
}

export class ProfileCache {
  readonly #clock: Clock;
  /** By openid; oldest first, and so the next to end first. */
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  find(openid: string): Profile | undefined {
    const kept = this.#kept.get(openid);
    return kept && kept.until > this.#clock.now() ? kept.profile : undefined;
  }

  keep(profile: Profile): void {
    this.remove(profile.openid);
    this.#kept.set(profile.openid, { profile, until: this.#clock.now() + settings.wechat.profileTtl });
    this.#shrink();
  }

  remove(openid: string): void {
    this.#kept.delete(openid);
  }

  /** Also drops what is over, since nobody may ask for it again. */
  #shrink(): void {
    for (const [openid, { until }] of this.#kept) {
      if (until > this.#clock.now() && this.#kept.size <= settings.wechat.profiles) return;
      this.#kept.delete(openid);
    }
  }
}
