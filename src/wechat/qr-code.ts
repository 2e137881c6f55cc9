/**
 * Owns temporary parametric QR codes, and the count of them, which WeChat limits by the day.
 * https://developers.weixin.qq.com/doc/service/api/qrcode/qrcodes/api_createqrcode.md
 */
import { z } from 'zod';

import type { Clock } from '../kit/clock.ts';
import { AppError } from '../kit/errors.ts';
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

/** The QR codes of an account on one day. */
export interface QrDay {
  made: number;
  /** Made ahead, and given to nobody; on the day that this turned out. */
  unused: number;
}

/** Counts the QR codes of accounts, for all nodes that share the store. */
export interface QrMeter {
  /** One more was made; how many there are then. */
  count(appId: string, day: string): Promise<QrDay>;
  /** So many of those made were given to nobody; how many there are then. */
  countUnused(appId: string, day: string, codes: number): Promise<QrDay>;
  /** How many there are. */
  read(appId: string, day: string): Promise<QrDay>;
}

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

interface QrBudgetParts {
  meter: QrMeter;
  clock: Clock;
  log: Log;
}

/** Counts the codes of one account by WeChat's day, and warns when most of a day's are used: once, whichever node made the code. */
export class QrBudget {
  readonly #appId: string;
  readonly #parts: QrBudgetParts;
  /** As far as it is known here: what was counted here, and what the store said last. */
  #today = { day: '', made: 0, unused: 0 };

  constructor(appId: string, parts: QrBudgetParts) {
    this.#appId = appId;
    this.#parts = parts;
  }

  /** Those of all nodes, as far as they are known here. */
  get today(): QrDay {
    const { made, unused } = this.#on(beijingDay(this.#parts.clock.now()));
    return { made, unused };
  }

  /** Nobody waits for it. While the store is away it hears of none: no scene is opened then, so the few left out were under way. */
  count(): void {
    const { meter, clock } = this.#parts;
    const day = beijingDay(clock.now());
    this.#on(day).made++;
    void this.#hear(day, meter.count(this.#appId, day), (made) => this.#warn(made));
  }

  /** Those that the store does not hear of count here all the same. Resolves when it has heard or is away; never rejects. */
  countUnused(codes: number): Promise<void> {
    const { meter, clock } = this.#parts;
    const day = beijingDay(clock.now());
    this.#on(day).unused += codes;
    return this.#hear(day, meter.countUnused(this.#appId, day, codes));
  }

  /** Those of all nodes, asked anew; while the store is away, as far as they are known here. Never rejects. */
  async ask(): Promise<QrDay> {
    const { meter, clock } = this.#parts;
    const day = beijingDay(clock.now());
    this.#on(day);
    await this.#hear(day, meter.read(this.#appId, day));
    return this.today;
  }

  #on(day: string): QrDay {
    if (this.#today.day !== day) this.#today = { day, made: 0, unused: 0 };
    return this.#today;
  }

  /** @param tell how many were made */
  async #hear(day: string, counted: Promise<QrDay>, tell?: (made: number) => void): Promise<void> {
    try {
      const counts = await counted;
      this.#learn(day, counts);
      tell?.(counts.made);
    } catch (error) {
      if (error instanceof AppError) return;
      this.#parts.log.error({ err: error }, 'a QR code could not be counted');
    }
  }

  /** Answers may come in any order, and counts only grow. */
  #learn(day: string, { made, unused }: QrDay): void {
    if (this.#today.day !== day) return;
    const known = this.#today;
    this.#today = { day, made: Math.max(made, known.made), unused: Math.max(unused, known.unused) };
  }

  #warn(used: number): void {
    const limit = settings.wechat.qrPerDay;
    const share = warnAt.find((part) => used === Math.ceil(limit * part));
    if (share) this.#parts.log.warn({ used, limit }, `${share * 100} % of the day's QR codes are used`);
  }
}

/** The date in Beijing, eight hours ahead of UTC all year: `2026-11-21`. */
function beijingDay(now: number): string {
  return new Date(now + 8 * hour).toISOString().slice(0, 10);
}
