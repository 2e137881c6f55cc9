/** Owns what a person can do with the phone, and what the phone shows then. */
import type { Code, Codes } from './codes.ts';
import type { Courier, SendOptions } from './courier.ts';
import { junkPush } from './junk.ts';
import type { JunkKind } from './junk.ts';
import type { MiniPhone } from './mini-phone.ts';
import type { Account } from './options.ts';
import { pause } from './pause.ts';
import type { People, Person } from './people.ts';
import { eventFields, pushOf, seal, textFields } from './push.ts';
import type { Push } from './push.ts';
import type { Act, Notice, Outcome } from './wire.ts';

/** In WeChat's own words where it has them. */
const noticeTexts: Partial<Record<Outcome, string>> = {
  fault: '该公众号提供的服务出现故障，请稍后再试',
  follow_first: '关注公众号',
  code_expired: '二维码已过期',
  unknown_code: '无法识别此二维码',
};

interface PhoneOptions {
  account: Account;
  codes: Codes;
  people: People;
  courier: Courier;
  mini: MiniPhone;
  now: () => number;
  /** Ends every delay. */
  closing: AbortSignal;
  /** Told of each person whose phone changed. */
  watch: (person: Person) => void;
}

export class Phone {
  readonly #options: PhoneOptions;

  constructor(options: PhoneOptions) {
    this.#options = options;
  }

  async scan(person: Person, code: Code | undefined, options: SendOptions): Promise<Act> {
    if (!code) return this.#refuse(person, 'unknown_code');
    if (this.#options.codes.isExpired(code)) return this.#refuse(person, 'code_expired');
    if (code.page !== null) return this.#openMiniProgram(person, code, options);
    if (!person.follows) {
      person.offered = code;
      return this.#nothing(person, 'follow_first');
    }
    this.#note(person, 'scanned', code.scene);
    return this.#send(person, 'SCAN', eventFields('SCAN', code.scene, code.ticket), options);
  }

  /** @param withoutCode follow as if found by search, even if a code was scanned before */
  async follow(person: Person, withoutCode: boolean, options: SendOptions): Promise<Act> {
    if (person.follows) return this.#nothing(person, 'already_follows');
    const code = withoutCode ? null : person.offered;
    person.follows = true;
    person.followedAt = this.#options.now();
    person.followedBy = code?.scene ?? '';
    person.offered = null;
    this.#note(person, 'followed', person.followedBy);
    const key = code ? `qrscene_${code.scene}` : '';
    return this.#send(person, 'subscribe', eventFields('subscribe', key, code?.ticket), options);
  }

  /** Closes the "follow" sheet. */
  dismiss(person: Person): void {
    person.offered = null;
    this.#options.watch(person);
  }

  async unfollow(person: Person, options: SendOptions): Promise<Act> {
    if (!person.follows) return this.#nothing(person, 'does_not_follow');
    person.follows = false;
    this.#note(person, 'unfollowed', '');
    return this.#send(person, 'unsubscribe', eventFields('unsubscribe', ''), options);
  }

  /** @param menuId of the tapped link, if the text comes from one */
  async message(
    person: Person,
    text: string,
    menuId: string | undefined,
    options: SendOptions,
  ): Promise<Act> {
    if (!person.follows) return this.#nothing(person, 'does_not_follow');
    this.#options.people.say(person, { from: 'person', text });
    return this.#send(person, 'text', textFields(text, menuId), options);
  }

  /** @param fresh sign and encrypt anew instead of sending the very same bytes */
  async repeat(person: Person, fresh: boolean, options: SendOptions): Promise<Act> {
    const { account, now } = this.#options;
    const { last } = person;
    if (!last) return this.#nothing(person, 'nothing_to_repeat');
    const sealed = fresh ? seal(account, person.openid, last.clear, now()) : last.sealed;
    return this.#deliver(person, { ...last, sealed }, options);
  }

  async junk(person: Person, kind: JunkKind, options: SendOptions): Promise<Act> {
    const { account, now } = this.#options;
    return this.#deliver(person, junkPush(kind, account, person, now()), { ...options, once: true });
  }

  /** Nobody has to follow for it, and WeChat posts no event: the program tells its server. */
  async #openMiniProgram(person: Person, code: Code, { delayMs = 0 }: SendOptions): Promise<Act> {
    const { mini, closing } = this.#options;
    if (!(await pause(delayMs, closing))) return { outcome: 'under_way', shown: '', deliveries: [] };
    const screen = await mini.open(person, code);
    return { outcome: 'mini_program', shown: '', deliveries: [], screen };
  }

  #send(
    person: Person,
    kind: string,
    fields: Record<string, string | number>,
    options: SendOptions,
  ): Promise<Act> {
    const { account, now } = this.#options;
    person.last = pushOf(account, person, kind, fields, now());
    this.#options.watch(person);
    return this.#deliver(person, person.last, options);
  }

  async #deliver(person: Person, push: Push, options: SendOptions): Promise<Act> {
    const deliveries = await this.#options.courier.deliver(push, options);
    const last = deliveries.at(-1);
    if (!last) return { outcome: 'under_way', shown: '', deliveries };
    // Junk is not the person's own doing, and nothing reaches the chat of somebody who has left.
    const visible = !options.once && person.follows;
    if (last.verdict === 'silent') return { outcome: 'silent', shown: '', deliveries };
    if (last.verdict === 'reply') {
      const text = last.shown ?? '';
      if (visible) this.#say(person, 'account', text);
      return { outcome: 'replied', shown: visible ? text : '', deliveries };
    }
    const text = noticeTexts.fault ?? '';
    if (visible) this.#note(person, 'fault', text);
    return { outcome: 'fault', shown: visible ? text : '', deliveries };
  }

  #refuse(person: Person, outcome: 'code_expired' | 'unknown_code'): Act {
    this.#note(person, outcome, noticeTexts[outcome] ?? '');
    return this.#nothing(person, outcome);
  }

  #nothing(person: Person, outcome: Outcome): Act {
    this.#options.watch(person);
    return { outcome, shown: noticeTexts[outcome] ?? '', deliveries: [] };
  }

  #note(person: Person, notice: Notice, text: string): void {
    this.#options.people.say(person, { from: 'notice', notice, text });
    this.#options.watch(person);
  }

  #say(person: Person, from: 'person' | 'account', text: string): void {
    this.#options.people.say(person, { from, text });
    this.#options.watch(person);
  }
}
