import { setTimeout as sleep } from 'node:timers/promises';
import { settings } from '../../../src/kit/settings.ts';
import { Link } from '../../support/link.ts';
import { until } from '../../support/redis-server.ts';
import type { RedisServer } from '../../support/redis-server.ts';
import type { FleetNode } from '../node.ts';
import type { Page } from '../page.ts';
import { percentile } from '../report.ts';
import type { Program } from '../stage.ts';
import { newOpenid } from '../visitor.ts';
import type { Town } from '../visitor.ts';
import { waitingPages } from '../waiting.ts';

const cutFor = 1_000;
const lateAtMost = 1_000;
/** Only a wake-up that was not cut is at the page so soon after the cut, ms. */
const tooEarly = settings.redis.missedAfter - 5;
/** One in so many may: a scene is read again for its neighbours' sake, too. If nothing were cut, all would. */
const earlyAtMost = 5;
const patience = 10_000;

/** What a node is told by the others may be lost: it finds out by itself, within a second. */
export const subscriberCut: Program = {
  about: "the node's subscriptions are cut for 1 s right before each push that another node has for it",
  async run(stage) {
    const redis = await stage.redis();
    const link = await Link.start(redis.port, { isTarget: (sent) => sent.includes('ssubscribe') });
    stage.atEnd(() => link.close());
    const fleet = await stage.fleet({ nodes: 2, redisUrl: `redis://127.0.0.1:${link.port}` });
    const town = stage.town(fleet);
    const [rounds, scenes] = stage.size([3, 10], [50, 20]);
    const results: Result[] = [];
    for (let round = 0; round < rounds; round++) {
      const pages = await waitingPages(town, scenes, { socketPort: () => fleet.node(0).port });
      await untilSubscribed(redis, fleet.nodes.length);
      link.cutTargets();
      const cutAt = performance.now();
      const mended = sleep(cutFor).then(() => link.mend());
      results.push(...(await Promise.all(pages.map((page) => push(town, page, fleet.node(1), cutAt)))));
      await mended;
    }
    const lateness = results.map((result) => result.lateness).sort((a, b) => a - b);
    const early = results.filter(({ sinceCut }) => sinceCut < tooEarly).length;
    const late = lateness.filter((ms) => ms > lateAtMost).length;
    const report = stage.report(town, fleet, { newQr: 'forbidden' }, [
      ['cuts', rounds],
      ['pushes', lateness.length],
      ['  of these at the page as if nothing had been cut', early],
      ['WeChat is answered -> code at the page, ms: p50', percentile(lateness, 0.5)],
      ['  p99', percentile(lateness, 0.99)],
      ['  most', percentile(lateness, 1)],
    ]);
    const faults = [
      ...report.faults,
      ...(late > 0 ? [`${late} results were more than ${lateAtMost} ms late`] : []),
      ...(early > lateness.length / earlyAtMost
        ? [`${early} results came as if nothing had been cut, so nothing was shown`]
        : []),
    ];
    return { ...report, faults };
  },
};

/** Each node hears all its channels, so that there is something to cut. */
async function untilSubscribed(redis: RedisServer, nodes: number): Promise<void> {
  await until('every node is subscribed', async () => {
    const clients = (await redis.command('CLIENT', 'LIST')) as string;
    return [...clients.matchAll(/ name=\S*-sub .* ssub=32 /g)].length === nodes;
  });
}

/** When the code was at the page, ms after the cut, and after WeChat was answered; for ever: not at all. */
interface Result {
  sinceCut: number;
  lateness: number;
}

/** Scans what the page shows. */
async function push(town: Town, page: Page, node: FleetNode, cutAt: number): Promise<Result> {
  const { history, phones, backend } = town;
  const event = phones.push(newOpenid(), page.scene ?? '');
  const postedAt = performance.now();
  const answer = await phones.deliver(event, node.port);
  const answeredAt = performance.now();
  history.note({ kind: 'scanned', openid: event.openid, scene: event.scene, answer, postedAt, attempts: 1 });
  const code = await page.until(() => page.code, answeredAt + patience);
  const shownAt = code === undefined ? Infinity : performance.now();
  if (code !== undefined) await backend.exchange(code);
  page.close();
  return { sinceCut: shownAt - cutAt, lateness: shownAt - answeredAt };
}
