import { setTimeout as sleep } from 'node:timers/promises';
import { every, openLoop } from '../load.ts';
import type { Program } from '../stage.ts';
import { logIn } from '../visitor.ts';

/** Less than the webhook waits, ms. */
const longestAway = 3_000;
/** So that the short form is short: every wait of a page doubles the next. */
const restartsInShort = 3;

/** Redis dies at any instant and comes back with all that it acknowledged: nobody notices but by the clock. */
export const redisRestarts: Program = {
  about: 'redis-server with fsync always, killed with kill -9 and started again with its data, under load',
  async run(stage) {
    const redis = await stage.redis({ persistence: 'always' });
    const fleet = await stage.fleet({ nodes: 3, redisUrl: redis.url });
    const town = stage.town(fleet);
    const begun = performance.now();
    // A closed loop would stand still with Redis, and nobody would ask for anything meanwhile.
    const logins = openLoop(stage.size(150, 2_000), stage.size(30, 20), () =>
      logIn(town, { hesitates: stage.chance.between(0, stage.size(3_000, 8_000)), triesAgain: true }),
    );
    let restarts = 0;
    const restart = async (): Promise<void> => {
      if (restarts === stage.size(restartsInShort, Infinity)) return;
      restarts += 1;
      await redis.kill();
      await sleep(stage.chance.between(0, stage.size(1_000, longestAway)));
      await redis.restart();
    };
    await every(stage.size(3_000, 20_000), restart, logins);
    return stage.report(town, fleet, { newQr: 'forbidden' }, [
      ['Redis killed and restarted', restarts],
      ['seconds', Math.round((performance.now() - begun) / 1_000)],
    ]);
  },
};
