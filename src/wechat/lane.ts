/**
 * Owns what is asked of WeChat at most: each API of each account is a lane with its own places, retries and circuit
 * breaker, so that one which stalls holds up no other.
 */
import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  handleWhenResult,
  retry,
  TaskCancelledError,
  timeout,
  TimeoutStrategy,
} from 'cockatiel';

import { settings } from '../kit/settings.ts';
import type { Log } from '../telemetry/log.ts';
import { loginApi, transientError, WechatError } from './errors.ts';
import type { Api } from './transport.ts';

const { wechat } = settings;

type Attempt<T> = (signal: AbortSignal) => Promise<T>;

/**
 * For one attempt; axios's own timeout would only see a silent connection, not one that trickles. After an answer there
 * is nothing to abort, and doing so nevertheless costs a quarter of the whole call.
 */
const inTime = timeout(wechat.callTimeout, { strategy: TimeoutStrategy.Cooperative, abortOnReturn: false });

const retries = retriesOf(isWorthAnother);

/** A login's code is spent by the first attempt that arrives, also when its answer does not: the next would say that it was used. */
const retriesOfLogin = retriesOf((error) => isWorthAnother(error) && error.kind === 'errcode');

export class Lane {
  readonly #api: Api;
  readonly #log: Log;
  readonly #places;
  readonly #breaker = new ConsecutiveBreaker(wechat.breakAfterFailures);
  readonly #circuit = circuitBreaker(handleWhenResult(isTrouble), {
    halfOpenAfter: wechat.probeEvery,
    breaker: this.#breaker,
  });
  #isOpen = false;

  constructor(api: Api, inFlight: number, log: Log) {
    this.#api = api;
    this.#log = log;
    this.#places = bulkhead(inFlight, wechat.callsWaiting);
    this.#circuit.onBreak(() => this.#tell(true));
    this.#circuit.onReset(() => this.#tell(false));
  }

  /**
   * Runs `attempt`, at its turn and again if that is worth it, until `signal` is aborted. Rejects with what the last
   * attempt rejected with, or with a `WechatError` of kind `refused` or `timeout`.
   */
  async run<T>(attempt: Attempt<T>, signal: AbortSignal): Promise<T> {
    try {
      const policy = this.#api === loginApi ? retriesOfLogin : retries;
      return await policy.execute(
        (retrying) =>
          this.#places.execute((placed) => this.#attempt(attempt, placed.signal), retrying.signal),
        signal,
      );
    } catch (error) {
      throw asWechatError(this.#api, error);
    }
  }

  /** To the breaker, a call that WeChat answered well enough is a success, even if it says no; hence results, not errors. */
  async #attempt<T>(attempt: Attempt<T>, signal: AbortSignal): Promise<T> {
    if (this.#circuit.state === CircuitState.HalfOpen) throw new BrokenCircuitError();
    const result = await this.#circuit.execute((context) => this.#settled(attempt, context.signal), signal);
    if (result instanceof WechatError) throw result;
    return result;
  }

  async #settled<T>(attempt: Attempt<T>, signal: AbortSignal): Promise<T | WechatError> {
    try {
      return await inTime.execute((context) => attempt(context.signal), signal);
    } catch (error) {
      if (!(error instanceof WechatError) || this.#saysNothing(signal)) throw error;
      if (error.action === 'operator') this.#breaker.state = wechat.breakAfterFailures;
      return error;
    }
  }

  /**
   * The caller's time was over, most of it spent waiting for a place: WeChat may well have answered. To the breaker what is thrown
   * never was; but a probe must have been answered to be a good one.
   */
  #saysNothing({ aborted }: AbortSignal): boolean {
    return aborted && this.#circuit.state !== CircuitState.HalfOpen;
  }

  /** One line when it begins and one when it is over, none for the probes between. */
  #tell(isOpen: boolean): void {
    if (isOpen === this.#isOpen) return;
    this.#isOpen = isOpen;
    const api = this.#api;
    if (isOpen) this.#log.warn({ api, probeEvery: wechat.probeEvery }, 'WeChat fails; only probes are sent');
    else this.#log.info({ api }, 'WeChat answers again');
  }
}

/** What the policies throw by themselves, in our words. Everything else stays as it is. */
export function asWechatError(api: string, error: unknown): unknown {
  if (error instanceof TaskCancelledError) return transientError(api, 'timeout');
  const isRefusal = error instanceof BrokenCircuitError || error instanceof BulkheadRejectedError;
  return isRefusal ? transientError(api, 'refused') : error;
}

function isTrouble(result: unknown): boolean {
  return result instanceof WechatError && (result.action === 'retry' || result.action === 'operator');
}

function retriesOf(isWorth: (error: unknown) => boolean) {
  return retry(handleWhen(isWorth), {
    maxAttempts: wechat.retries,
    backoff: new ExponentialBackoff({ initialDelay: wechat.retryDelay }),
  });
}

function isWorthAnother(error: unknown): error is WechatError {
  return error instanceof WechatError && error.action === 'retry' && error.afterSeconds === null;
}
