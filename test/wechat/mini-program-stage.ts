import { onTestFinished } from 'vitest';

import { AppError } from '../../src/kit/errors.ts';
import { MemoryTokenStore } from '../../src/store/memory/token-store.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createMiniProgram } from '../../src/wechat/mini-program.ts';
import type { MiniProgram, MiniProgramOptions } from '../../src/wechat/mini-program.ts';
import { FakeWechat } from './fake-wechat.ts';
import { HeldClock } from './support.ts';
import type { Line } from './support.ts';

export const options: MiniProgramOptions = {
  name: 'mini',
  appId: 'wx00112233445566aa',
  appSecret: 'canary0appSecret0canary0appSecre',
  apiUrl: '',
  page: 'pages/login/index',
  envVersion: 'release',
};

export interface Stage {
  wechat: FakeWechat;
  program: MiniProgram;
  clock: HeldClock;
  lines: Line[];
  observed: string[];
}

/** A fake WeChat and a mini program that speaks to it, both ended with the test. */
export async function stage(changes: Partial<MiniProgramOptions> = {}): Promise<Stage> {
  const wechat = await FakeWechat.start();
  const clock = new HeldClock();
  const lines: Line[] = [];
  const observed: string[] = [];
  const program = createMiniProgram(
    { ...options, apiUrl: wechat.url, ...changes },
    {
      clock,
      log: createLog('info', { write: (line) => void lines.push(JSON.parse(line) as Line) }),
      tokens: new MemoryTokenStore(clock),
      observe: (api, outcome) => void observed.push(`${api} ${outcome}`),
    },
  );
  onTestFinished(async () => {
    program.close();
    await wechat.stop();
  });
  return { wechat, program, clock, lines, observed };
}

/** The failure of a call that must fail as a caller of ours may be told. */
export async function failure(call: Promise<unknown>): Promise<AppError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw new Error('expected an AppError', { cause: error });
  return error;
}
