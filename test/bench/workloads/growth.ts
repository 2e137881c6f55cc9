/** Tens of thousands of logins through one process: whether anything of them stays. */
import { setTimeout as sleep } from 'node:timers/promises';
import { slope } from '../figures.ts';
import { logIn, onePort } from '../logins.ts';
import type { Server } from '../server.ts';
import { saoma } from '../targets.ts';
import { service } from '../workload.ts';
import type { Row, Workload } from '../workload.ts';

const step = 10_000;
const logins = 50_000;
const atOnce = 40;
/** A signature is remembered until it is 300 s old, and refused from then on; signed so long ago it is forgotten in a minute. */
const signedAgo = 240;
/** The service refuses what was signed before it started, and what comes first is signed at once: all that has to pass by. */
const untilForgotten = 310_000;
/** A code lives so long, its scene is kept for 60 s more, and addresses are counted for a minute. */
const codeTtlSeconds = 2;
const rest = 80_000;
const MiB = 2 ** 20;

export const growth: Workload = {
  name: 'growth',
  about: `${logins.toLocaleString('en')} logins through one process: live heap at rest, after each ${step.toLocaleString('en')}`,
  deadline: { short: 30 * 60_000, full: 30 * 60_000 },
  isLong: true,
  isOnce: true,
  async run(stage) {
    const heaps = await stage.with(saoma, measureGrowth, { config: { scene: { codeTtlSeconds } } });
    return tableOf(heaps);
  },
};

type Heaps = (readonly [logins: number, bytes: number])[];

/** The warm-up fills whatever has a fixed size, such as the memory of profiles. */
async function measureGrowth(server: Server): Promise<Heaps> {
  const ports = onePort(server.port);
  await logIn(ports, step, atOnce);
  await sleep(untilForgotten);
  const heaps: Heaps = [[0, (await server.heap()).heap]];
  for (let done = step; done <= logins; done += step) {
    await logIn(ports, step, atOnce, signedAgo);
    await sleep(rest);
    heaps.push([done, (await server.heap()).heap]);
  }
  return heaps;
}

function tableOf(heaps: Heaps): Row[] {
  return [
    ...heaps.map(([done, bytes]) =>
      rowOf(`heap after ${done.toLocaleString('en')} logins`, 'MiB', bytes / MiB),
    ),
    rowOf('growth', 'bytes per login', slope(heaps)),
  ];
}

function rowOf(what: string, unit: string, figure: number): Row {
  return { what, unit, of: { [service]: figure } };
}
