import { onTestFinished } from 'vitest';

import type { Clock } from '../../src/kit/clock.ts';
import { MemoryQrMeter } from '../../src/store/memory/qr-meter.ts';
import { MemoryTokenStore } from '../../src/store/memory/token-store.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createOfficialAccount, WechatError } from '../../src/wechat/official-account.ts';
import type { AccountOptions, OfficialAccount } from '../../src/wechat/official-account.ts';
import type { QrMeter } from '../../src/wechat/qr-code.ts';
import { FakeWechat } from './fake-wechat.ts';

export const openid = 'oUserOpenid0000000000000000x';

export const options: AccountOptions = {
  name: 'main',
  appId: 'wx00112233445566aa',
  appSecret: 'canary0appSecret0canary0appSecre',
  token: 'bridgeTestToken01',
  mode: 'plain',
  apiUrl: '',
};

/** A clock that stands still until it is moved. */
export class HeldClock implements Clock {
  time = Date.UTC(2026, 0, 15, 4);
  readonly #alarms = new Map<() => void, number>();
  now = (): number => this.time;
  every = (): (() => void) => () => {};

  /** How many tasks wait for their time. */
  get alarms(): number {
    return this.#alarms.size;
  }

  after = (ms: number, task: () => void): (() => void) => {
    const alarm = () => task();
    this.#alarms.set(alarm, this.time + ms);
    return () => this.#alarms.delete(alarm);
  };

  /** Moves on, and runs what falls due on the way. */
  pass(ms: number): void {
    this.time += ms;
    for (const [alarm, at] of this.#alarms) {
      if (at > this.time) continue;
      this.#alarms.delete(alarm);
      alarm();
    }
  }
}

export interface Line {
  level: number;
  msg: string;
  [field: string]: unknown;
}

export interface Stage {
  wechat: FakeWechat;
  account: OfficialAccount;
  clock: HeldClock;
  lines: Line[];
  observed: string[];
}

/** A fake WeChat and an account that speaks to it, both ended with the test; a concurrent test hands in its own `finished`. */
export async function stage(
  changes: Partial<AccountOptions> = {},
  finished: typeof onTestFinished = onTestFinished,
  meter: QrMeter = new MemoryQrMeter(),
): Promise<Stage> {
  const wechat = await FakeWechat.start();
  const clock = new HeldClock();
  const lines: Line[] = [];
  const observed: string[] = [];
  const account = createOfficialAccount(
    { ...options, apiUrl: wechat.url, ...changes },
    {
      clock,
      log: createLog('info', { write: (line) => void lines.push(JSON.parse(line) as Line) }),
      tokens: new MemoryTokenStore(clock),
      meter,
      observe: (api, outcome) => void observed.push(`${api} ${outcome}`),
    },
  );
  finished(async () => {
    account.close();
    await wechat.stop();
  });
  return { wechat, account, clock, lines, observed };
}

export const errorLines = (lines: Line[]): Line[] => lines.filter(({ level }) => level >= 50);

/** The failure of a call that must fail in our own way. */
export async function failure(call: Promise<unknown>): Promise<WechatError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof WechatError)) throw new Error('expected a WechatError', { cause: error });
  return error;
}
