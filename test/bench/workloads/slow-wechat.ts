/** Scans while WeChat takes its time with profiles, or never answers: its own push must have its answer all the same. */
import type { WechatApi } from '../../faults/wechat.ts';
import { Crowd } from '../crowd.ts';
import { logIn, onePort } from '../logins.ts';
import { scanAll } from '../scans.ts';
import type { ScanTimes } from '../scans.ts';
import type { Server } from '../server.ts';
import type { Stage } from '../stage.ts';
import { floors, saoma } from '../targets.ts';
import { timesOf } from '../workload.ts';
import type { Goal, Row, Workload } from '../workload.ts';

const perSecond = 100;
const warmUp = 500;
const slow = 100;
const never = -1;

interface Times {
  slow: ScanTimes;
  stalled: ScanTimes;
}

export const slowWechat: Workload = {
  name: 'slow',
  about: `${perSecond} scans a second, user/info takes ${slow} ms, or is never answered`,
  deadline: { short: 240_000, full: 600_000 },
  async run(stage) {
    const wechat = await stage.wechat();
    const measure = (server: Server): Promise<Times> => measureSlow(stage, server, wechat);
    return tableOf(await stage.each([floors.floor, saoma], measure));
  },
};

async function measureSlow(stage: Stage, server: Server, wechat: WechatApi): Promise<Times> {
  const count = perSecond * stage.size(2, 10);
  await wechat.delay({ 'user/info': 0 });
  await logIn(onePort(server.port), warmUp, 40);
  const crowd = new Crowd(server.port);
  await crowd.growTo(2 * count);
  const scan = async (delay: number, until: 'scanned' | 'confirmed'): Promise<ScanTimes> => {
    await wechat.delay({ 'user/info': delay });
    return stage.profiled(server, () => scanAll(crowd, server.port, { count, perSecond, until }));
  };
  const times = {
    slow: await scan(slow, 'confirmed'),
    // The floor waits for a profile for ever.
    stalled: await scan(never, server.name === saoma.name ? 'confirmed' : 'scanned'),
  };
  crowd.close();
  return times;
}

function tableOf(measured: Record<string, Times>): Row[] {
  const goals: { p99: Goal; max: Goal } = { p99: { below: 50 }, max: { below: 1_000 } };
  const rows = (name: string, pick: (of: Times) => ScanTimes, answer: object): Row[] => [
    ...timesOf(measured, `${name}: WeChat has its answer`, (of) => pick(of).answered, answer),
    ...timesOf(measured, `${name}: 'scanned' read by the page`, (of) => pick(of).scanned),
    ...timesOf(measured, `${name}: 'confirmed' read by the page`, (of) => pick(of).confirmed),
  ];
  return [...rows(`${slow} ms`, (of) => of.slow, {}), ...rows('stalled', (of) => of.stalled, goals)];
}
