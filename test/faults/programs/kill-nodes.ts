import type { Program } from '../stage.ts';
import { closedLoop, every } from '../load.ts';
import { logIn } from '../visitor.ts';

/** So that the short form is short: every wait of a page doubles the next. */
const killsInShort = 4;

/** Nodes die at any instant, and nothing that was confirmed is lost, doubled, or shown to somebody else. */
export const killNodes: Program = {
  about: '3 nodes under load, one after the other killed with kill -9 and started again',
  async run(stage) {
    const redis = await stage.redis({ persistence: 'always' });
    const fleet = await stage.fleet({
      nodes: 3,
      redisUrl: redis.url,
      balancer: stage.size<'attentive' | 'blind'>('attentive', 'blind'),
    });
    const town = stage.town(fleet);
    const begun = performance.now();
    const logins = closedLoop(stage.size(300, 10_000), stage.size(120, 400), () =>
      logIn(town, { hesitates: stage.chance.between(0, 3_000), triesAgain: true }),
    );
    let kills = 0;
    const kill = async (): Promise<void> => {
      if (kills === stage.size(killsInShort, Infinity)) return;
      kills += 1;
      await stage.chance.pick(fleet.nodes).restart();
    };
    await every(stage.size(2_000, 5_000), kill, logins);
    return stage.report(town, fleet, { newQr: 'forbidden' }, [
      ['nodes killed', kills],
      ['seconds', Math.round((performance.now() - begun) / 1_000)],
    ]);
  },
};
