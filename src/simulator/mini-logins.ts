/** Owns what WeChat knows of people in the mini program: the codes of wx.login, and one session_key a person. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { WechatFault } from './errors.ts';
import { limits } from './limits.ts';
import type { Person } from './people.ts';

interface LoginCode {
  person: Person;
  expiresAt: number;
  used: boolean;
}

interface SessionKey {
  /** 16 bytes as base64: WeChat signs with the text, and encrypts with the bytes. */
  key: string;
  expiresAt: number;
}

/** Times in ms. */
export class MiniLogins {
  readonly #now: () => number;
  readonly #codes = new Map<string, LoginCode>();
  /** By the person's id. */
  readonly #keys = new Map<string, SessionKey>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** What wx.login gives: good once, for five minutes. */
  code(person: Person): string {
    const code = `0${randomBytes(24).toString('base64url').slice(0, 31)}`;
    this.#codes.set(code, { person, expiresAt: this.#now() + limits.loginCodeLives, used: false });
    const [oldest] = this.#codes.keys();
    if (this.#codes.size > limits.loginCodes && oldest !== undefined) this.#codes.delete(oldest);
    return code;
  }

  /** Whose code it is. @throws WechatFault 40029, 40163 */
  redeem(text: string): Person {
    const code = this.#codes.get(text);
    if (!code || code.expiresAt <= this.#now()) throw new WechatFault(40029);
    if (code.used) throw new WechatFault(40163);
    code.used = true;
    return code.person;
  }

  /** The key that stands, else a new one. */
  keyOf(person: Person): string {
    return this.#standing(person)?.key ?? this.replace(person);
  }

  /** As a login on another device may do it: what the server holds is worth nothing from now on. */
  replace(person: Person): string {
    const key = randomBytes(16).toString('base64');
    this.#keys.set(person.id, { key, expiresAt: this.#now() + limits.sessionKeyLives });
    return key;
  }

  /** Asked for by the server; the new key lives as long as the old one would have. @throws WechatFault as `check` */
  reset(person: Person, signature: string, method: string): string {
    const old = this.check(person, signature, method);
    old.key = randomBytes(16).toString('base64');
    return old.key;
  }

  /** @throws WechatFault 87007, 87008, 87009 */
  check(person: Person, signature: string, method: string): SessionKey {
    if (method !== 'hmac_sha256') throw new WechatFault(87008);
    const standing = this.#standing(person);
    if (!standing) throw new WechatFault(87007);
    const right = createHmac('sha256', standing.key).update('').digest();
    const given = Buffer.from(signature, 'hex');
    if (given.length !== right.length || !timingSafeEqual(given, right)) throw new WechatFault(87009);
    return standing;
  }

  #standing(person: Person): SessionKey | undefined {
    const known = this.#keys.get(person.id);
    return known && known.expiresAt > this.#now() ? known : undefined;
  }
}
