/** Owns what an operator is told of WeChat's refusals: each once, however many visitors run into it. */
import type { Clock } from '../kit/clock.ts';
import { settings } from '../kit/settings.ts';
import type { Log } from '../telemetry/log.ts';
import type { WechatError } from './errors.ts';

/** What WeChat refuses until somebody changes a setting. Holds no secret, token or parameter. */
export interface OperatorFault {
  errcode: number | null;
  /** What to do about it. */
  remedy: string;
  /** When it was met last, ms. */
  at: number;
}

/** The faults of one account. */
export class FaultLog {
  readonly #log: Log;
  readonly #clock: Clock;
  /** When each number was last told, oldest first. */
  readonly #toldAt = new Map<number | null, number>();
  /** Of each call the one that it runs into, the newest last. */
  readonly #unmended = new Map<string, OperatorFault>();

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** Logs what somebody has to mend, unless the same was logged within `faultLogEvery`. */
  report({ action, api, errcode, remedy, ip, rid, detail }: WechatError): void {
    if (action !== 'operator' && action !== 'bug') return;
    if (action === 'operator') this.#keep(api, { errcode, remedy: remedy ?? '', at: this.#clock.now() });
    this.#forgetOld();
    if (this.#toldAt.has(errcode)) return;
    this.#toldAt.set(errcode, this.#clock.now());
    this.#log.error({ api, errcode, remedy, ip, rid, detail }, sentences[action]);
  }

  /** This call does what it should: whatever it ran into is mended. */
  answered(api: string): void {
    if (this.#unmended.size > 0) this.#unmended.delete(api);
  }

  /** What was met last and is not mended, as far as known: a call that nobody makes any more tells nothing, and after an hour counts as mended. */
  get current(): OperatorFault | null {
    const newest = [...this.#unmended.values()].at(-1);
    return newest && this.#clock.now() - newest.at < settings.wechat.faultShownFor ? newest : null;
  }

  #keep(api: string, fault: OperatorFault): void {
    // Deleted first: otherwise it would keep its place in the order.
    this.#unmended.delete(api);
    this.#unmended.set(api, fault);
  }

  #forgetOld(): void {
    const end = this.#clock.now() - settings.wechat.faultLogEvery;
    for (const [errcode, at] of this.#toldAt) if (at <= end) this.#toldAt.delete(errcode);
  }
}

const sentences = {
  operator: 'WeChat refuses until a setting is changed',
  bug: 'WeChat refuses what we asked',
};
