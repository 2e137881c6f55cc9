import { setTimeout as sleep } from 'node:timers/promises';
import { closedLoop } from '../load.ts';
import type { Page } from '../page.ts';
import { demandOpenFiles } from '../process-figures.ts';
import { Relays } from '../relays.ts';
import { percentile } from '../report.ts';
import type { Program } from '../stage.ts';
import { newOpenid } from '../visitor.ts';
import type { Town } from '../visitor.ts';
import { waitingPages } from '../waiting.ts';

const backWithin = 15_000;
/** Nobody waits longer than that for the last ones, ms. */
const patience = 60_000;
const lookEvery = 100;

/** A network goes away under everybody at once: all come back by themselves, to what has happened meanwhile. */
export const massCut: Program = {
  about: 'every page is cut off in one moment; one in fifty is scanned while it is away',
  async run(stage) {
    const count = stage.size(400, 10_000);
    demandOpenFiles(count + 1_000);
    const redis = await stage.redis();
    // Nobody's QR code expires while the others are opened.
    const fleet = await stage.fleet({
      nodes: 3,
      redisUrl: redis.url,
      config: { scene: { ttlSeconds: 900 } },
    });
    const town = stage.town(fleet);
    const relays = await Relays.start(
      4,
      fleet.nodes.map(({ port }) => port),
    );
    stage.atEnd(() => relays.stop());
    const pages = await waitingPages(town, count, { socketPort: relays.anyPort });
    // All that they were brought has been heard.
    await sleep(1_000);
    const minted = await fleet.wechat.minted();
    const cutAt = performance.now();
    const cut = await relays.cut();
    const scanned = pages.filter((_, index) => index % 50 === 0);
    const scans = scanned.map((page) => town.phones.scan(newOpenid(), page.held[0]?.sceneId ?? ''));
    const times = await comeBacks(town, pages, cutAt);
    await Promise.all(scans);
    const wrong = pages.filter((page) => !isRight(page, scanned.includes(page)));
    const mintedSince = (await fleet.wechat.minted()) - minted;
    const late = times.filter((ms) => ms > backWithin).length;
    await closedLoop(scanned.length, 20, async (index) => {
      const { code } = scanned[index]!;
      if (code !== undefined) await town.backend.exchange(code);
    });
    for (const page of pages) page.close();
    const report = stage.report(town, fleet, { newQr: 'forbidden', everyoneLogsIn: false }, [
      ['connections cut at once', cut],
      ['cut -> attached again, ms: p50', percentile(times, 0.5)],
      ['  p99', percentile(times, 0.99)],
      ['  most', percentile(times, 1)],
      ['scanned while away, and in', `${scanned.filter(({ code }) => code).length} of ${scanned.length}`],
      ['QR codes minted for it', mintedSince],
    ]);
    const faults = [
      ...report.faults,
      ...(cut < count ? [`only ${cut} of ${count} pages were cut`] : []),
      ...(late > 0 ? [`${late} pages were not back within ${backWithin} ms`] : []),
      ...wrong.slice(0, 5).map((page) => `${page.name} is ${page.phase}, attached: ${page.isAttached}`),
      ...(mintedSince > 0 ? [`${mintedSince} QR codes were minted for it`] : []),
    ];
    return { ...report, faults };
  },
};

/** When each page saw its scene again, ms after the cut, sorted; for ever: not at all. */
async function comeBacks({ history }: Town, pages: readonly Page[], cutAt: number): Promise<number[]> {
  const seen = new Map<string, number>();
  let next = 0;
  while (seen.size < pages.length && performance.now() < cutAt + patience) {
    for (; next < history.sightings.length; next++) {
      const one = history.sightings[next]!;
      if (one.kind === 'shown' && one.at > cutAt && !seen.has(one.page)) seen.set(one.page, one.at - cutAt);
    }
    await sleep(lookEvery);
  }
  return pages.map(({ name }) => seen.get(name) ?? Infinity).sort((a, b) => a - b);
}

/** Whoever was scanned has the code, everybody else waits on as before. */
function isRight(page: Page, wasScanned: boolean): boolean {
  if (page.held.length !== 1) return false;
  return wasScanned ? page.code !== undefined : page.isAttached && page.scene === page.held[0]?.sceneId;
}
