/** Scans at a steady rate while ten thousand wait: how long the page does not know yet. */
import { Crowd, fitting } from '../crowd.ts';
import { logIn, onePort } from '../logins.ts';
import { scanAll } from '../scans.ts';
import type { ScanTimes } from '../scans.ts';
import type { Server } from '../server.ts';
import { floors, saoma } from '../targets.ts';
import { timesOf } from '../workload.ts';
import type { Goal, Row, Workload } from '../workload.ts';

const waiting = 10_000;
const rates = [200, 500];
/** The rate that has goals. */
const judged = 500;
const warmUp = { logins: 500, scans: { count: 200, perSecond: 200, until: 'confirmed' } } as const;
const config = { scene: { ttlSeconds: 1_800 } };

export const latency: Workload = {
  name: 'latency',
  about:
    '200 and 500 scans a second at steady intervals, at least 10,000 pages waiting; from the writing of the event',
  deadline: { short: 240_000, full: 600_000 },
  async run(stage) {
    // At 500 a second as many pages are needed as fit into one process.
    const seconds = stage.size(3, 18);
    const measure = async (server: Server): Promise<Map<number, ScanTimes>> => {
      await logIn(onePort(server.port), warmUp.logins, 40);
      const crowd = new Crowd(server.port);
      await crowd.growTo(waiting);
      await scanAll(crowd, server.port, warmUp.scans);
      const times = new Map<number, ScanTimes>();
      for (const perSecond of rates) {
        const count = perSecond * seconds;
        await crowd.growTo(fitting(waiting + count));
        const scans = { count, perSecond, until: 'confirmed' } as const;
        times.set(perSecond, await stage.profiled(server, () => scanAll(crowd, server.port, scans)));
      }
      crowd.close();
      return times;
    };
    const measured = await stage.each([floors.floor, saoma], measure, { config });
    return rates.flatMap((rate) => tableOf(measured, rate));
  },
};

const goals: { p50: Goal; p99: Goal } = { p50: { ratio: 1.5 }, p99: { ratio: 2 } };

function tableOf(measured: Record<string, Map<number, ScanTimes>>, rate: number): Row[] {
  const floor = floors.floor.name;
  const times = (pick: (of: ScanTimes) => number[]) => (of: Map<number, ScanTimes>) => pick(of.get(rate)!);
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
