/** Owns what WeChat tells of people: each is asked for once, and followers are kept for a while. */
import type { Clock } from '../kit/clock.ts';
import type { WechatClient } from './client.ts';
import { ProfileCache } from './profile-cache.ts';
import { ProfileCalls } from './profile-calls.ts';
import type { Profile } from './profile.ts';

export class Users {
  readonly #calls: ProfileCalls;
  readonly #kept: ProfileCache;
  readonly #underWay = new Map<string, Promise<Profile>>();

  constructor(client: WechatClient, clock: Clock) {
    this.#calls = new ProfileCalls(client, clock);
    this.#kept = new ProfileCache(clock);
  }

  /** The person's profile; one call serves all who ask for it meanwhile, and for `profileTtl` after. */
  async info(openid: string): Promise<Profile> {
    return this.#kept.find(openid) ?? this.#underWay.get(openid) ?? this.#begin(openid);
  }

  /** Drops what is kept; an answer that is still on its way is not kept either. */
  forget(openid: string): void {
    this.#kept.remove(openid);
    this.#underWay.delete(openid);
  }

  #begin(openid: string): Promise<Profile> {
    const fetching = this.#calls.ask(openid);
    this.#underWay.set(openid, fetching);
    const end = (profile?: Profile) => this.#end(openid, fetching, profile);
    fetching.then(end, () => end());
    return fetching;
  }

  /** Somebody who does not follow may begin to at any moment, so only a follower's profile is worth keeping. */
  #end(openid: string, fetching: Promise<Profile>, profile?: Profile): void {
    if (this.#underWay.get(openid) !== fetching) return;
    this.#underWay.delete(openid);
    if (profile?.subscribed) this.#kept.keep(profile);
  }
}
