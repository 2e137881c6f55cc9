/** Pages that wait by the thousand, opened once for all that is asked of them: what they take, how fast they are told, and how they come back. */
import { Crowd } from '../crowd.ts';
import type { Server } from '../server.ts';
import type { Stage } from '../stage.ts';
import { floors, saoma } from '../targets.ts';
import { measureFull, measureHold, rowsOfHold } from '../waiting/hold.ts';
import type { Held } from '../waiting/hold.ts';
import { measureLatency, rowsOfLatency } from '../waiting/latency.ts';
import type { Times } from '../waiting/latency.ts';
import { measureSlow, rowsOfSlow } from '../waiting/slow-wechat.ts';
import type { SlowTimes } from '../waiting/slow-wechat.ts';
import { measureStorm, rowsOfStorm } from '../waiting/storm.ts';
import type { Storm } from '../waiting/storm.ts';
import type { Workload } from '../workload.ts';

interface Waited {
  held: Held;
  times: Times;
  slow: SlowTimes;
  storm: Storm;
}

const config = { scene: { ttlSeconds: 1_800 } };

export const waiting: Workload = {
  name: 'waiting',
  about:
    'waiting pages: live heap after a forced collection, RSS, and computing time while nothing happens; ' +
    '200 and 500 scans a second at steady intervals, at least 10,000 of them waiting, and 100 a second while user/info takes 100 ms, or is never answered; all sockets of some are cut at once',
  deadline: { short: 240_000, full: 600_000 },
  async run(stage) {
    const measured = await stage.each([floors.floor, saoma], (server) => measure(stage, server), { config });
    const held = pick(measured, 'held');
    if (stage.isFull && stage.repetition === 0) held['saoma on Redis'] = await holdOnRedis(stage);
    return [
      ...rowsOfHold(held),
      ...rowsOfLatency(pick(measured, 'times')),
      ...rowsOfSlow(pick(measured, 'slow')),
      ...rowsOfStorm(pick(measured, 'storm')),
    ];
  },
};

async function measure(stage: Stage, server: Server): Promise<Waited> {
  const crowd = new Crowd(server.port);
  const held = await measureHold(stage, server, crowd);
  const times = await measureLatency(stage, server, crowd);
  const slow = await measureSlow(stage, server, crowd);
  const storm = await measureStorm(stage, server, crowd);
  if (stage.isFull || server.name === saoma.name) await measureFull(held, server, crowd);
  crowd.close();
  return { held, times, slow, storm };
}

async function holdOnRedis(stage: Stage): Promise<Held> {
  const redis = await stage.redis();
  const hold = async (server: Server): Promise<Held> => {
    const crowd = new Crowd(server.port);
    const held = await measureHold(stage, server, crowd);
    await measureFull(held, server, crowd);
    crowd.close();
    return held;
  };
  const held = await stage.with(saoma, hold, { redisUrl: redis.url, config });
  await stage.stop(redis);
  return held;
}

function pick<K extends keyof Waited>(measured: Record<string, Waited>, part: K): Record<string, Waited[K]> {
  return Object.fromEntries(Object.entries(measured).map(([target, all]) => [target, all[part]]));
}
