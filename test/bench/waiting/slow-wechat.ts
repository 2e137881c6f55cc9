/** Owns scans while WeChat takes its time with profiles, or never answers: its own push must have its answer all the same. */
import { fitting } from '../crowd.ts';
import type { Crowd } from '../crowd.ts';
import { scanAll } from '../scans.ts';
import type { ScanTimes } from '../scans.ts';
import type { Server } from '../server.ts';
import type { Stage } from '../stage.ts';
import { saoma } from '../targets.ts';
import { timesOf } from '../workload.ts';
import type { Goal, Row } from '../workload.ts';

const perSecond = 100;
const slow = 100;
const never = -1;

export interface SlowTimes {
  slow: ScanTimes;
  stalled: ScanTimes;
}

/** Of the pages that wait, as many leave as are scanned. */
export async function measureSlow(stage: Stage, server: Server, crowd: Crowd): Promise<SlowTimes> {
  const wechat = await stage.wechat();
  const count = perSecond * stage.size(2, 10);
  await crowd.growTo(fitting(crowd.size + 2 * count));
  const scan = async (delay: number, until: 'scanned' | 'confirmed'): Promise<ScanTimes> => {
    await wechat.delay({ 'user/info': delay });
    return stage.profiled(server, () => scanAll(crowd, server.port, { count, perSecond, until }));
  };
  const times = {
    slow: await scan(slow, 'confirmed'),
    // The floor waits for a profile for ever.
    stalled: await scan(never, server.name === saoma.name ? 'confirmed' : 'scanned'),
  };
  await wechat.delay({ 'user/info': 0 });
  return times;
}

export function rowsOfSlow(measured: Record<string, SlowTimes>): Row[] {
  const goals: { p99: Goal; max: Goal } = { p99: { below: 50 }, max: { below: 1_000 } };
  const rows = (name: string, pick: (of: SlowTimes) => ScanTimes, answer: object): Row[] => [
    ...timesOf(measured, `${name}: WeChat has its answer`, (of) => pick(of).answered, answer),
    ...timesOf(measured, `${name}: 'scanned' read by the page`, (of) => pick(of).scanned),
    ...timesOf(measured, `${name}: 'confirmed' read by the page`, (of) => pick(of).confirmed),
  ];
  return [...rows(`${slow} ms`, (of) => of.slow, {}), ...rows('stalled', (of) => of.stalled, goals)];
}
