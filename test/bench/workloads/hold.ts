/** Pages that wait: what one takes of the memory, and what ten thousand of them cost while nothing happens. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Crowd, fitting } from '../crowd.ts';
import type { Server } from '../server.ts';
import type { Stage } from '../stage.ts';
import { floors, saoma } from '../targets.ts';
import type { Target } from '../targets.ts';
import { rowsOf } from '../workload.ts';
import type { Row, Workload } from '../workload.ts';

/** They stay from before the first look at the memory until the end, so that nothing they left behind is counted. */
const warmUp = 100;
const measuredIdleAt = 10_000;
const MiB = 2 ** 20;

/** Every page is pinged once in it; the floor pings all of them in one moment, the service some of them each second. */
const pingRound = 25_000;

export interface Held {
  /** By the number of pages: bytes for each, and of the process. */
  at: Map<number, { heap: number; rss: number }>;
  idle: { cpu: number; pings: number; longestDelay: number };
}

export const hold: Workload = {
  name: 'hold',
  about: 'waiting pages: live heap after a forced collection, RSS, and computing time while nothing happens',
  deadline: { short: 240_000, full: 600_000 },
  async run(stage) {
    const held = await stage.each([floors.floor, saoma], (server, target) =>
      measureHold(stage, server, planFor(stage, target)),
    );
    if (stage.isFull && stage.repetition === 0) held[onRedis.name] = await holdOnRedis(stage);
    return tableOf(held);
  },
};

const onRedis = { name: 'saoma on Redis' };
const config = { scene: { ttlSeconds: 1_800 } };

interface Plan {
  sizes: number[];
  /** How long nothing happens, ms; whole seconds, which the service's pings are spread over. */
  window: number;
}

function planFor(stage: Stage, target: Target): Plan {
  const short =
    target === saoma ? { sizes: [1_000, 10_000, 19_500], window: 8_000 } : { sizes: [1_000, 10_000] };
  return stage.size({ window: pingRound, ...short }, { sizes: [1_000, 10_000, 19_500], window: pingRound });
}

async function holdOnRedis(stage: Stage): Promise<Held> {
  const redis = await stage.redis();
  const around = { redisUrl: redis.url, config };
  const server = await stage.start(saoma, around);
  const held = await measureHold(stage, server, planFor(stage, saoma));
  await stage.stop(server);
  await stage.stop(redis);
  return held;
}

async function measureHold(stage: Stage, server: Server, { sizes, window }: Plan): Promise<Held> {
  const crowd = new Crowd(server.port);
  await crowd.growTo(warmUp);
  const held: Held = { at: new Map(), idle: { cpu: NaN, pings: NaN, longestDelay: NaN } };
  const empty = await server.heap();
  for (const size of sizes) {
    const pages = fitting(size);
    await crowd.growTo(warmUp + pages);
    const { heap, rss } = await server.heap();
    held.at.set(size, { heap: (heap - empty.heap) / pages, rss });
    if (size === measuredIdleAt)
      held.idle = await stage.profiled(server, () => measureIdle(server, crowd, window));
  }
  crowd.close();
  return held;
}

/** In two windows: whoever looks at the event loop's delay wakes the process a thousand times a second. */
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

function tableOf(held: Record<string, Held>): Row[] {
  const floor = floors.floor.name;
  const sizes = [1_000, 10_000, 19_500];
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
