/**
 * Owns the access tokens of the fleet: kept in Redis for all nodes, renewed by one of them, with a copy at each node that spares
 * it the question. With Redis away a node renews for itself: in normal mode WeChat gives all of them the same token.
 */
import type { Clock } from '../../kit/clock.ts';
import { AppError } from '../../kit/errors.ts';
import { randomId } from '../../kit/id.ts';
import { settings } from '../../kit/settings.ts';
import type { AccessToken, TokenStore } from '../../wechat/access-token.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';

const { redis, wechat } = settings;

/** How long somebody else's renewal is waited for, ms: what is left is enough for an attempt of our own. */
const patience = wechat.callDeadline - wechat.callTimeout;
/** Between two looks whether it is over, ms; up to twice that, so that the nodes do not look all at once. */
const lookEvery = 50;

export interface RedisTokenStoreParts {
  connection: Connection;
  keys: Keys;
  clock: Clock;
}

type Renew = () => Promise<AccessToken>;

export class RedisTokenStore implements TokenStore {
  readonly #connection: Connection;
  readonly #keys: Keys;
  readonly #clock: Clock;
  /** A dead one is found out by its use: WeChat refuses it, and it is forgotten. */
  readonly #copies = new Map<string, AccessToken>();
  readonly #underWay = new Map<string, Promise<AccessToken>>();

  constructor({ connection, keys, clock }: RedisTokenStoreParts) {
    this.#connection = connection;
    this.#keys = keys;
    this.#clock = clock;
  }

  async obtain(account: string, renew: Renew): Promise<AccessToken> {
    const copy = this.#copies.get(account);
    if (copy && copy.expiresAt > this.#clock.now()) return copy;
    return this.#underWay.get(account) ?? this.#begin(account, renew);
  }

  /** While Redis is away it drops the copy: should the token come back from there, it will be refused and forgotten again. */
  async forget(account: string, value: string): Promise<void> {
    this.#dropCopy(account, value);
    await orAway(this.#connection.run('forget-token', [this.#keys.token(account)], [value]), undefined);
    // Somebody may have read it before it was dropped there.
    this.#dropCopy(account, value);
  }

  #dropCopy(account: string, value: string): void {
    if (this.#copies.get(account)?.value === value) this.#copies.delete(account);
  }

  #begin(account: string, renew: Renew): Promise<AccessToken> {
    const obtained = this.#copied(account, renew).finally(() => this.#underWay.delete(account));
    this.#underWay.set(account, obtained);
    return obtained;
  }

  async #copied(account: string, renew: Renew): Promise<AccessToken> {
    const token = await this.#shared(account, renew);
    this.#copies.set(account, token);
    return token;
  }

  async #shared(account: string, renew: Renew): Promise<AccessToken> {
    const us = randomId(16);
    const kept = await orAway(this.#turn(account, us), undefined);
    return kept ?? this.#renew(account, us, renew);
  }

  /** The token that is kept, or that somebody else renews meanwhile; none: it is up to us, also when he takes too long. */
  async #turn(account: string, us: string): Promise<AccessToken | undefined> {
    const end = this.#clock.now() + patience;
    let kept = await this.#read(account);
    while (!kept) {
      const locked = await this.#lock(account, us);
      // Also with the lock: he may have ended between our looks.
      kept = await this.#read(account);
      if (kept && locked) await this.#release(account, us);
      if (!kept && (locked || this.#clock.now() >= end)) return undefined;
      if (!kept) await this.#pause();
    }
    return kept;
  }

  /** A process that dies leaves its lock behind, for as long as a renewal may take. */
  async #lock(account: string, us: string): Promise<boolean> {
    const key = this.#keys.renewal(account);
    const asked = this.#connection.ask((client) => client.set(key, us, 'PX', redis.renewalWithin, 'NX'));
    return (await asked) === 'OK';
  }

  async #read(account: string): Promise<AccessToken | undefined> {
    const key = this.#keys.token(account);
    // In this order: of one that is replaced in between we believe that it ends too early, and never too late.
    const asked = this.#connection.ask((client) => Promise.all([client.pttl(key), client.get(key)]));
    const [lasts, value] = await asked;
    return lasts > 0 && value !== null ? this.#token(value, lasts) : undefined;
  }

  async #renew(account: string, us: string, renew: Renew): Promise<AccessToken> {
    try {
      return await this.#keep(account, us, await renew());
    } catch (error) {
      await this.#release(account, us);
      throw error;
    }
  }

  /** What is kept then: a renewal that outlasted its lock does not put its token in the place of a newer one. */
  async #keep(account: string, us: string, token: AccessToken): Promise<AccessToken> {
    const lasts = token.expiresAt - this.#clock.now();
    if (lasts <= 0) {
      await this.#release(account, us);
      return token;
    }
    const keys = [this.#keys.token(account), this.#keys.renewal(account)];
    const kept = await orAway(this.#connection.run('keep-token', keys, [token.value, lasts, us]), undefined);
    if (kept === undefined) return token;
    const [value, left] = kept as [string, number];
    return this.#token(value, left);
  }

  async #release(account: string, us: string): Promise<void> {
    await orAway(this.#connection.run('release-renewal', [this.#keys.renewal(account)], [us]), undefined);
  }

  /** How long it lasts is told, and not until when: the clocks of the nodes differ. */
  #token(value: string, lasts: number): AccessToken {
    return { value, expiresAt: this.#clock.now() + lasts };
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.after(lookEvery * (1 + Math.random()), resolve);
    });
  }
}

/** What Redis answers; `otherwise` while it is away. */
async function orAway<T, Otherwise>(answer: Promise<T>, otherwise: Otherwise): Promise<T | Otherwise> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AppError && error.code === 'store_unavailable') return otherwise;
    throw error;
  }
}
