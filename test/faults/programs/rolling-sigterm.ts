import { setTimeout as sleep } from 'node:timers/promises';
import type { Fleet } from '../fleet.ts';
import { throughout } from '../load.ts';
import { endsWithin } from '../node.ts';
import type { Ending } from '../node.ts';
import { percentile } from '../report.ts';
import type { Program } from '../stage.ts';
import { logIn } from '../visitor.ts';

type TimedEnding = Ending & { ms: number };

/** A new version is rolled out while people log in: no login fails, and nobody is shown a new QR code for it. */
export const rollingSigterm: Program = {
  about: 'SIGTERM to each of 3 nodes in turn under load; each is started again when it has ended',
  async run(stage) {
    const redis = await stage.redis({ persistence: 'always' });
    const fleet = await stage.fleet({ nodes: 3, redisUrl: redis.url });
    const town = stage.town(fleet);
    const rollOuts = rollOut(fleet, stage.size(1, 10));
    await throughout(rollOuts, stage.size(60, 300), () =>
      logIn(town, { hesitates: stage.chance.between(0, stage.size(3_000, 8_000)), triesAgain: true }),
    );
    const endings = await rollOuts;
    const times = endings.map(({ ms }) => ms).sort((a, b) => a - b);
    const report = stage.report(town, fleet, { newQr: 'forbidden' }, [
      ['SIGTERMs', endings.length],
      ['from SIGTERM to exit, ms: p50', percentile(times, 0.5)],
      ['  most', percentile(times, 1)],
    ]);
    const bad = endings.filter(({ code, ms }) => code !== 0 || ms > endsWithin);
    return {
      ...report,
      faults: [...report.faults, ...bad.map((ending) => `ended ${JSON.stringify(ending)}`)],
    };
  },
};

async function rollOut({ nodes }: Fleet, rounds: number): Promise<TimedEnding[]> {
  const endings: TimedEnding[] = [];
  for (let round = 0; round < rounds; round++)
    for (const node of nodes) {
      // Its sockets are spread anew since the last one left.
      await sleep(500);
      endings.push(await node.terminate());
      await node.start();
    }
  return endings;
}
