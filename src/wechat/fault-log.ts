/** Owns what an operator is told of WeChat's refusals: each once, however many visitors run into it. */
import type { Clock } from '../kit/clock.ts';
import { settings } from '../kit/settings.ts';
import type { Log } from '../telemetry/log.ts';
import type { WechatError } from './errors.ts';

/** The faults of one account. */
export class FaultLog {
  readonly #log: Log;
  readonly #clock: Clock;
  /** When each number was last told, oldest first. */
  readonly #toldAt = new Map<number | null, number>();

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** Logs what somebody has to mend, unless the same was logged within `faultLogEvery`. */
  report({ action, api, errcode, remedy, ip, rid, detail }: WechatError): void {
    if (action !== 'operator' && action !== 'bug') return;
    this.#forgetOld();
    if (this.#toldAt.has(errcode)) return;
    this.#toldAt.set(errcode, this.#clock.now());
    this.#log.error({ api, errcode, remedy, ip, rid, detail }, sentences[action]);
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
