/**
 * Owns temporary parametric QR codes, and the count of them, which WeChat limits by the day.
 * https://developers.weixin.qq.com/doc/service/api/qrcode/qrcodes/api_createqrcode.md
 */
import { z } from 'zod';

import type { Clock } from '../kit/clock.ts';
import { settings } from '../kit/settings.ts';
import type { Log } from '../telemetry/log.ts';
import type { WechatClient } from './client.ts';

/** A code as WeChat made it. */
export interface ParametricCode {
  /** Comes back in the event of a scan. */
  ticket: string;
  /** What the picture says. */
  url: string;
  expireSeconds: number;
}

const answer = z.object({
  ticket: z.string().min(1).max(1024),
  // What is drawn; longer ones make codes that phones cannot read.
  url: z.url({ protocol: /^https?$/ }).regex(/^[\x21-\x7e]{1,512}$/),
  expire_seconds: z.number().int().positive().optional(),
});

export class QrCodes {
  readonly #client: WechatClient;
  readonly #budget: QrBudget;

  constructor(client: WechatClient, budget: QrBudget) {
    this.#client = client;
    this.#budget = budget;
  }

  /** @param sceneStr 1 to 64 characters; what lies beyond letters, digits, `-` and `_` is not sure to work */
  async create(sceneStr: string, expireSeconds: number): Promise<ParametricCode> {
    const scene = { scene_str: sceneStr };
    const body = { expire_seconds: expireSeconds, action_name: 'QR_STR_SCENE', action_info: { scene } };
    const code = await this.#client.call({ api: 'qrcode/create', method: 'POST', body, answer });
    this.#budget.count();
    return { ticket: code.ticket, url: code.url, expireSeconds: code.expire_seconds ?? expireSeconds };
  }
}

const warnAt = [0.5, 0.8, 0.95];
const hour = 3600 * 1000;

/** Counts the codes of one account that this process made, by WeChat's day, and warns when most of a day's are used. */
export class QrBudget {
  readonly #clock: Clock;
  readonly #log: Log;
  #day = 0;
  #used = 0;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  count(): void {
    const day = beijingDay(this.#clock.now());
    this.#used = day === this.#day ? this.#used + 1 : 1;
    this.#day = day;
    const limit = settings.wechat.qrPerDay;
    const share = warnAt.find((part) => this.#used === Math.ceil(limit * part));
    if (share) this.#log.warn({ used: this.#used, limit }, `${share * 100} % of the day's QR codes are used`);
  }
}

/** Which day it is in Beijing, eight hours ahead of UTC all year, as a number of days. */
function beijingDay(now: number): number {
  return Math.floor((now + 8 * hour) / (24 * hour));
}
