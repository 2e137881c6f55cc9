import type { Fleet } from '../fleet.ts';
import { closedLoop } from '../load.ts';
import type { Page } from '../page.ts';
import { attachAgain, deliverAgain, lookAgain, tryCodes } from '../past.ts';
import { percentile, tally } from '../report.ts';
import type { Row } from '../report.ts';
import type { Program } from '../stage.ts';
import { logIn, newOpenid } from '../visitor.ts';
import type { Town } from '../visitor.ts';
import { untilWaiting, waitingPages, waitsFor } from '../waiting.ts';

/** How soon after Redis's return every waiting page has a new QR code, ms. */
const newCodeWithin = 10_000;
const patience = 30_000;
const atOnce = 20;

/** Redis comes back without its memory: nothing from before opens a door, and who waits is shown another QR code. */
export const redisEmptied: Program = {
  about:
    'redis-server restarted empty under waiting pages and finished logins; all from before is tried again',
  async run(stage) {
    const redis = await stage.redis();
    const fleet = await stage.fleet({ nodes: 3, redisUrl: redis.url });
    const town = stage.town(fleet);
    const gone = [
      ...(await finished(town, stage.size(20, 500))),
      ...(await unspent(town, fleet, stage.size(10, 100))),
    ];
    const waiting = await waitingPages(town, stage.size(100, 1_000));
    for (const page of waiting.slice(0, stage.size(10, 100))) seal(town, page);
    const past = {
      claims: [...gone, ...waiting].flatMap(({ held }) => held),
      codes: gone.flatMap(({ code }) => code ?? []),
      pushes: [...town.phones.sent],
    };
    await redis.restartEmpty();
    const back = performance.now();
    const shows = Promise.all(waiting.map((page) => untilNew(page, back)));
    const replays = await replay(town, fleet, past);
    const times = (await shows).sort((a, b) => a - b);
    const again = await replay(town, fleet, past);
    const effects = town.history.sightings.filter(
      (one) => one.kind === 'shown' && one.at > back && one.state !== 'pending',
    );
    const late = times.filter((ms) => ms > newCodeWithin);
    const logins = stage.size(20, 200);
    const loggedIn = await finish(town, waiting.slice(0, logins));
    for (const page of waiting) page.close();
    const report = stage.report(town, fleet, { newQr: 'allowed', everyoneLogsIn: false }, [
      ['pages that waited', waiting.length],
      ['Redis is back -> a new QR code, attached, ms: p50', percentile(times, 0.5)],
      ['  p99', percentile(times, 0.99)],
      ['  most', percentile(times, 1)],
      ...replays.rows,
      ...again.rows.map(([what, figure]): Row => [`  once more: ${what}`, figure]),
      ['of those who waited, logged in with the new QR code', `${loggedIn} of ${logins}`],
    ]);
    const faults = [
      ...report.faults,
      ...(late.length > 0 ? [`${late.length} pages had no new QR code within ${newCodeWithin} ms`] : []),
      ...effects.slice(0, 3).map((one) => `what is from before had an effect: ${JSON.stringify(one)}`),
      ...replays.faults,
      ...again.faults,
      ...(loggedIn < logins ? [`${logins - loggedIn} did not get in afterwards`] : []),
    ];
    return { ...report, faults };
  },
};

async function finished(town: Town, count: number): Promise<Page[]> {
  const pages = Array.from({ length: count }, () => town.page());
  await closedLoop(count, atOnce, (index) => logIn(town, { page: pages[index]! }));
  return pages;
}

/** They have their codes, and no site has exchanged them. */
async function unspent(town: Town, fleet: Fleet, count: number): Promise<Page[]> {
  const pages = Array.from({ length: count }, () => town.page());
  await closedLoop(count, atOnce, async (index) => {
    const page = pages[index]!;
    const push = town.phones.push(newOpenid(), await untilWaiting(page));
    await town.phones.deliver(push, fleet.anyPort());
    await page.until(() => page.code, performance.now() + patience);
    page.close();
  });
  return pages;
}

/** An event that WeChat made before the loss, and that nobody was sent yet. */
function seal(town: Town, page: Page): void {
  town.phones.push(newOpenid(), page.scene ?? '');
}

/** When it shows another code that is attached, ms after `back`; for ever: not at all. */
async function untilNew(page: Page, back: number): Promise<number> {
  const old = page.held.at(-1)?.sceneId;
  const isNew = () => (waitsFor(page) === undefined || page.scene === old ? undefined : performance.now());
  return ((await page.until(isNew, back + patience)) ?? Infinity) - back;
}

async function replay(
  town: Town,
  fleet: Fleet,
  { claims, codes, pushes }: { claims: Page['held']; codes: string[]; pushes: Town['phones']['sent'] },
): Promise<{ rows: Row[]; faults: string[] }> {
  const tried = {
    'codes exchanged again': await tryCodes(town, codes),
    'claims looked with again': await lookAgain(fleet, claims),
    'claims attached with again': await attachAgain(fleet, claims),
    'pushes delivered again': await deliverAgain(town, fleet, pushes),
  };
  const rows = Object.entries(tried).map(([what, answers]): Row => [what, tally(answers)]);
  // An exchange that is refused, a scene that is not there, a socket that is told so, and a chat that names no site.
  const right = /^(400|404|4401|refused)$/;
  const faults = rows.filter(
    (_, index) => !Object.values(tried)[index]?.every((answer) => right.test(answer)),
  );
  return { rows, faults: faults.map(([what, figure]) => `${what}, answered ${figure}`) };
}

async function finish(town: Town, pages: readonly Page[]): Promise<number> {
  let loggedIn = 0;
  await closedLoop(pages.length, atOnce, async (index) => {
    const page = pages[index]!;
    await town.phones.scan(newOpenid(), page.scene ?? '');
    const code = await page.until(() => page.code, performance.now() + patience);
    if (code !== undefined && (await town.backend.exchange(code)).status === 200) loggedIn += 1;
  });
  return loggedIn;
}
