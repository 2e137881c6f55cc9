/** Owns an account's conversation with WeChat's API: within a deadline, each API in its lane, with a token that works. */
import { setMaxListeners } from 'node:events';

import { timeout, TimeoutStrategy } from 'cockatiel';

import type { Clock } from '../kit/clock.ts';
import { settings } from '../kit/settings.ts';
import type { Log } from '../telemetry/log.ts';
import { AccessTokens } from './access-token.ts';
import type { TokenHealth, TokenStore } from './access-token.ts';
import { finalRefusal, WechatError } from './errors.ts';
import { FaultLog } from './fault-log.ts';
import type { OperatorFault } from './fault-log.ts';
import { asWechatError, Lane } from './lane.ts';
import { Transport } from './transport.ts';
import type { Api, Call, Observe } from './transport.ts';

interface ClientOptions {
  name: string;
  appId: string;
  appSecret: string;
  apiUrl: string;
}

/** How an account fares at WeChat, as far as one node knows. */
export interface AccountHealth {
  token: TokenHealth;
  fault: OperatorFault | null;
}

/** How many calls of each API may be under way. One without places is never made. */
export type Places = Readonly<Partial<Record<Api, number>>>;

interface ClientParts {
  clock: Clock;
  /** Already names the account. */
  log: Log;
  tokens: TokenStore;
  observe: Observe;
}

/** Over all that a caller waits for: a token, a place, every attempt. Aggressive, because a queue hears of no signal. */
const inTime = timeout(settings.wechat.callDeadline, {
  strategy: TimeoutStrategy.Aggressive,
  abortOnReturn: false,
});

export class WechatClient {
  readonly #transport: Transport;
  readonly #tokens: AccessTokens;
  readonly #lanes: Partial<Record<Api, Lane>>;
  readonly #faults: FaultLog;
  readonly #closing = new AbortController();

  constructor(options: ClientOptions, places: Places, { clock, log, tokens, observe }: ClientParts) {
    this.#transport = new Transport(options.apiUrl, clock, observe);
    this.#tokens = new AccessTokens(options, { clock, tokens, send: (call) => this.callWithoutToken(call) });
    this.#lanes = lanes(places, log);
    this.#faults = new FaultLog(log, clock);
    // Every call under way listens.
    setMaxListeners(0, this.#closing.signal);
  }

  /** Makes the call with the account's token. Rejects with a `WechatError`, or as the token store does. */
  call<T>(call: Call<T>): Promise<T> {
    return this.#limited(call, (signal) => this.#callWithToken(call, signal));
  }

  /**
   * The same for a call that needs no token. Fetching one is such a call: it serves all who wait for it, so it has a deadline of
   * its own and not one caller's.
   */
  callWithoutToken<T>(call: Call<T>): Promise<T> {
    return this.#limited(call, (signal) => this.#send(call, signal));
  }

  /** As far as known in this process. */
  get health(): AccountHealth {
    return { token: this.#tokens.health, fault: this.#faults.current };
  }

  /** Fails what is under way and every later call. */
  close(): void {
    this.#closing.abort();
    this.#transport.close();
  }

  async #limited<T>(call: Call<T>, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await inTime.execute(({ signal }) => run(signal), this.#closing.signal);
    } catch (error) {
      throw asWechatError(call.api, error);
    }
  }

  /** A token can die at any time by another program's doing, which is worth one more try with the next. */
  async #callWithToken<T>(call: Call<T>, signal: AbortSignal): Promise<T> {
    const token = await this.#tokens.get();
    try {
      return await this.#send(withToken(call, token), signal);
    } catch (error) {
      if (!isDeadToken(error)) throw error;
    }
    await this.#tokens.forget(token);
    return this.#send(withToken(call, await this.#tokens.get()), signal, true);
  }

  #send<T>(call: Call<T>, signal: AbortSignal, isLastTry = false): Promise<T> {
    const lane = this.#lanes[call.api];
    if (!lane) return Promise.reject(new Error(`no places for ${call.api}`));
    return lane.run(async (attemptSignal) => {
      try {
        const answer = await this.#transport.send(call, attemptSignal);
        this.#faults.answered(call.api);
        return answer;
      } catch (error) {
        throw this.#judged(error, isLastTry);
      }
    }, signal);
  }

  #judged(error: unknown, isLastTry: boolean): unknown {
    const judged = isLastTry && isDeadToken(error) ? finalRefusal(error) : error;
    if (judged instanceof WechatError) this.#faults.report(judged);
    return judged;
  }
}

function lanes(places: Places, log: Log): Partial<Record<Api, Lane>> {
  const all = Object.entries(places) as [Api, number][];
  return Object.fromEntries(all.map(([api, inFlight]) => [api, new Lane(api, inFlight, log)]));
}

function withToken<T>(call: Call<T>, token: string): Call<T> {
  return { ...call, query: { access_token: token, ...call.query } };
}

function isDeadToken(error: unknown): error is WechatError {
  return error instanceof WechatError && error.action === 'refresh';
}
