/**
 * Owns how WeChat is asked for profiles: for one person at once, for those who come while a call is under way together.
 * https://developers.weixin.qq.com/doc/service/api/usermanage/userinfo/api_batchuserinfo.md
 */
import { z } from 'zod';

import type { Clock } from '../kit/clock.ts';
import { settings } from '../kit/settings.ts';
import type { WechatClient } from './client.ts';
import { transientError, WechatError } from './errors.ts';
import { profileAnswer } from './profile.ts';
import type { Profile } from './profile.ts';

const { profileCallPatience, profilesAnswerBytes, profilesOpen, profilesPerCall } = settings.wechat;

/** Somebody who was asked for. Whoever asks for the same person before the call leaves shares `profile`. */
interface Wanted {
  openid: string;
  profile: Promise<Profile>;
  resolve: (profile: Profile) => void;
  reject: (error: unknown) => void;
}

/** The call that those who gather wait for. */
interface Awaited {
  /** Ends the patience with it. */
  callOff: () => void;
}

const lang = 'zh_CN';

/** Each person in it is shaped by itself, so that one who is malformed spoils no other. */
const batchAnswer = z.object({ user_info_list: z.array(z.unknown()) });

export class ProfileCalls {
  readonly #client: WechatClient;
  readonly #clock: Clock;
  #gathered = new Map<string, Wanted>();
  /** The newest call, while it is under way and not late. */
  #awaited: Awaited | undefined;
  /** How many people are asked for and not settled. */
  #open = 0;

  constructor(client: WechatClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /**
   * The person's profile, by a call that leaves from now on, after `profileCallPatience` at the latest. Rejects as
   * `WechatClient.call` does, or with a `WechatError` of kind `answer` (not in the answer) or `refused` (`profilesOpen`).
   */
  ask(openid: string): Promise<Profile> {
    const shared = this.#gathered.get(openid);
    if (shared) return shared.profile;
    if (this.#open >= profilesOpen) return Promise.reject(transientError('user/info', 'refused'));
    const person = want(openid);
    this.#gathered.set(openid, person);
    this.#open += 1;
    if (!this.#awaited || this.#gathered.size >= profilesPerCall) this.#leave();
    return person.profile;
  }

  /** All who gathered go, with one call; from now on it is the one to wait for. */
  #leave(): void {
    const people = [...this.#gathered.values()];
    this.#gathered = new Map();
    this.#awaited?.callOff();
    const call = { callOff: this.#clock.after(profileCallPatience, () => this.#goOn(call)) };
    this.#awaited = call;
    void this.#serve(people, call);
  }

  async #serve(people: Wanted[], call: Awaited): Promise<void> {
    await this.#settle(people);
    this.#open -= people.length;
    this.#goOn(call);
  }

  /** The call is over, or has stalled. */
  #goOn(call: Awaited): void {
    if (this.#awaited !== call) return;
    call.callOff();
    this.#awaited = undefined;
    if (this.#gathered.size > 0) this.#leave();
  }

  /** Never rejects: each of them hears of it. */
  async #settle(people: Wanted[]): Promise<void> {
    if (people.length === 1) return this.#settleEach(people);
    try {
      tell(people, await this.#fetchAll(people));
    } catch (error) {
      if (mayDoSingly(error)) return this.#settleEach(people);
      for (const person of people) person.reject(error);
    }
  }

  /** Each with a call of its own. */
  async #settleEach(people: Wanted[]): Promise<void> {
    const settled = people.map((person) => this.#fetch(person.openid).then(person.resolve, person.reject));
    await Promise.all(settled);
  }

  async #fetch(openid: string): Promise<Profile> {
    const query = { openid, lang };
    const call = { api: 'user/info', method: 'GET', query, answer: profileAnswer } as const;
    const profile = await this.#client.call(call);
    // An answer about somebody else is no answer.
    if (profile.openid !== openid) throw transientError('user/info', 'answer');
    return profile;
  }

  async #fetchAll(people: Wanted[]): Promise<unknown[]> {
    const answer = await this.#client.call({
      api: 'user/info/batchget',
      method: 'POST',
      body: { user_list: people.map(({ openid }) => ({ openid, lang })) },
      atMost: profilesAnswerBytes,
      answer: batchAnswer,
    });
    return answer.user_info_list;
  }
}

function want(openid: string): Wanted {
  let settle!: Pick<Wanted, 'resolve' | 'reject'>;
  const profile = new Promise<Profile>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { openid, profile, ...settle };
}

/** By openid: nobody promises an order, that all are there, or that each is there once. */
function tell(people: Wanted[], answers: unknown[]): void {
  const profiles = new Map<string, Profile>();
  for (const answer of answers) {
    const shaped = profileAnswer.safeParse(answer);
    if (shaped.success) profiles.set(shaped.data.openid, shaped.data);
  }
  for (const { openid, resolve, reject } of people) {
    const profile = profiles.get(openid);
    if (profile) resolve(profile);
    else reject(transientError('user/info', 'answer'));
  }
}

/** WeChat's "no right to this call". */
const notAuthorized = 48001;

/**
 * WeChat refuses all for one of them and does not say for whom; or this very call is not ours to make, or was not made: the one
 * for a single person may be. Other failures are WeChat's whole.
 */
function mayDoSingly(error: unknown): boolean {
  if (!(error instanceof WechatError)) return false;
  const { kind, errcode, action } = error;
  return kind === 'refused' || errcode === notAuthorized || ['drop', 'person', 'bug'].includes(action);
}
