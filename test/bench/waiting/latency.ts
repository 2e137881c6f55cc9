/** Owns how long a page does not know yet that it was scanned, while at least ten thousand wait. */
import { fitting } from '../crowd.ts';
import type { Crowd } from '../crowd.ts';
import { sum } from '../figures.ts';
import { logIn, onePort } from '../logins.ts';
import { scanAll } from '../scans.ts';
import type { ScanTimes } from '../scans.ts';
import type { Server } from '../server.ts';
import type { Stage } from '../stage.ts';
import { floors } from '../targets.ts';
import { timesOf } from '../workload.ts';
import type { Goal, Row } from '../workload.ts';

const rates = [200, 500];
/** The rate that has goals. */
const judged = 500;
const warmUp = { logins: 1_500, scans: { count: 200, perSecond: 200, until: 'confirmed' } } as const;

/** By the rate. */
export type Times = ReadonlyMap<number, ScanTimes>;

/** As many pages come as are scanned, so that those who wait go on waiting. */
export async function measureLatency(stage: Stage, server: Server, crowd: Crowd): Promise<Times> {
  const seconds = stage.size(3, 12);
  await logIn(onePort(server.port), warmUp.logins, 40);
  await crowd.growTo(crowd.size + warmUp.scans.count);
  await scanAll(crowd, server.port, warmUp.scans);
  await crowd.growTo(fitting(crowd.size + seconds * sum(rates)));
  const times = new Map<number, ScanTimes>();
  for (const perSecond of rates) {
    const scans = { count: perSecond * seconds, perSecond, until: 'confirmed' } as const;
    times.set(perSecond, await stage.profiled(server, () => scanAll(crowd, server.port, scans)));
  }
  return times;
}

export function rowsOfLatency(measured: Record<string, Times>): Row[] {
  return rates.flatMap((rate) => rowsOfRate(measured, rate));
}

const goals: { p50: Goal; p99: Goal } = { p50: { ratio: 1.5 }, p99: { ratio: 2 } };

function rowsOfRate(measured: Record<string, Times>, rate: number): Row[] {
  const floor = floors.floor.name;
  const times = (pick: (of: ScanTimes) => number[]) => (of: Times) => pick(of.get(rate)!);
  return [
    ...timesOf(
      measured,
      `${rate}/s: 'scanned' read by the page`,
      times(({ scanned }) => scanned),
      { floor, ...(rate === judged && goals) },
    ),
    ...timesOf(
      measured,
      `${rate}/s: 'confirmed' read by the page`,
      times(({ confirmed }) => confirmed),
      { floor },
    ),
    ...timesOf(
      measured,
      `${rate}/s: WeChat has its answer`,
      times(({ answered }) => answered),
      { floor },
    ),
  ];
}
