/** Owns what a waiting page takes of the memory, and what ten thousand of them cost while nothing happens. */
import { setTimeout as sleep } from 'node:timers/promises';
import { fitting } from '../crowd.ts';
import type { Crowd } from '../crowd.ts';
import type { Server } from '../server.ts';
import type { Stage } from '../stage.ts';
import { floors, saoma } from '../targets.ts';
import { rowsOf } from '../workload.ts';
import type { Row } from '../workload.ts';

/** They stay from before the first look at the memory until the end, so that nothing they left behind is counted. */
const warmUp = 100;
const measuredIdleAt = 10_000;
const most = 19_500;
const sizes = [1_000, measuredIdleAt, most];
const MiB = 2 ** 20;

/** Every page is pinged once in it; the floor pings all of them in one moment, the service some of them each second. */
const pingRound = 25_000;

export interface Held {
  /** Bytes before the pages came. */
  empty: number;
  /** By the number of pages: bytes for each, and of the process. */
  at: Map<number, { heap: number; rss: number }>;
  idle: { cpu: number; pings: number; longestDelay: number };
}

/** Ten thousand come and wait. */
export async function measureHold(stage: Stage, server: Server, crowd: Crowd): Promise<Held> {
  // All pages of the floor are pinged in one moment: nothing shorter than a whole round says anything of it.
  const window = server.name === saoma.name ? stage.size(6_000, pingRound) : pingRound;
  await crowd.growTo(warmUp);
  const { heap: empty } = await server.heap();
  const held: Held = { empty, at: new Map(), idle: { cpu: NaN, pings: NaN, longestDelay: NaN } };
  for (const size of [1_000, measuredIdleAt]) await measureSize(held, server, crowd, size);
  held.idle = await stage.profiled(server, () => measureIdle(server, crowd, window));
  return held;
}

/** As many as one process holds. Where something was done before, what is left of that is counted, too. */
export async function measureFull(held: Held, server: Server, crowd: Crowd): Promise<void> {
  await measureSize(held, server, crowd, most);
}

async function measureSize(held: Held, server: Server, crowd: Crowd, size: number): Promise<void> {
  const pages = fitting(size);
  await crowd.growTo(warmUp + pages);
  const { heap, rss } = await server.heap();
  held.at.set(size, { heap: (heap - held.empty) / pages, rss });
}

/** In two windows of so many ms, whole seconds, which the service's pings are spread over: whoever looks at the event loop's delay wakes the process a thousand times a second. */
async function measureIdle(server: Server, crowd: Crowd, window: number): Promise<Held['idle']> {
  const [before, pinged] = [server.cpu, crowd.pings];
  await sleep(window);
  const seconds = window / 1_000;
  const cpu = (server.cpu - before) / seconds;
  const pings = (crowd.pings - pinged) / seconds;
  // Of the floor it says nothing new: all its pings go in one moment.
  if (server.name !== saoma.name) return { cpu, pings, longestDelay: NaN };
  await server.longestDelay();
  await sleep(window);
  return { cpu, pings, longestDelay: await server.longestDelay() };
}

export function rowsOfHold(held: Record<string, Held>): Row[] {
  const floor = floors.floor.name;
  const heaps = sizes.map((size) => ({
    what: `heap per waiting page, ${size.toLocaleString('en')} waiting`,
    unit: 'bytes',
    floor,
    ...(size === measuredIdleAt && { goal: { ratio: 1.5, stretch: 1.2 } }),
    figure: ({ at }: Held) => at.get(size)?.heap ?? NaN,
  }));
  const rsses = sizes.map((size) => ({
    what: `RSS, ${size.toLocaleString('en')} waiting`,
    unit: 'MiB',
    floor,
    figure: ({ at }: Held) => (at.get(size)?.rss ?? NaN) / MiB,
  }));
  return rowsOf(held, [
    ...heaps,
    ...rsses,
    {
      what: 'CPU while nothing but pings happens, 10,000 waiting',
      unit: 'ms/s',
      floor,
      goal: { ratio: 1.5 },
      figure: ({ idle }) => idle.cpu,
    },
    { what: 'pings meanwhile', unit: '/s', floor, figure: ({ idle }) => idle.pings },
    {
      what: 'longest delay of the event loop meanwhile',
      unit: 'ms',
      goal: { below: 10 },
      figure: ({ idle }) => idle.longestDelay,
    },
  ]);
}
