import { setTimeout as sleep } from 'node:timers/promises';
import { Link } from '../../support/link.ts';
import type { RedisServer } from '../../support/redis-server.ts';
import type { Fleet } from '../fleet.ts';
import { openLoop } from '../load.ts';
import { deliverAgain, tryCodes } from '../past.ts';
import { tally } from '../report.ts';
import type { Row } from '../report.ts';
import type { Program, Stage } from '../stage.ts';
import { logIn, newOpenid } from '../visitor.ts';
import type { Town } from '../visitor.ts';

/** What the replica lacks in the end, ms. */
const lag = 1_000;
const givesUpAfter = 60_000;
/** Their scan is lost, and the page shows its code as before, ms. */
const scansAgainAfter = 4_000;
/** As the service has it unless told otherwise, ms. */
const profileWait = 1_500;

/** How the replica becomes a master that lacks the last second. */
const ways: Record<string, (replica: RedisServer) => Promise<void>> = {
  'promoted as it runs': (replica) => replica.promote(),
  // As after a change of its configuration: the process that takes over remembers no master.
  'promoted and restarted': async (replica) => {
    await replica.promote();
    await replica.restart();
  },
};

interface Figures {
  /** Logins the site knew of before the master died; of these, those that the replica cannot know. */
  spent: number;
  atStake: number;
  rows: Row[];
}

/** A failover loses what was acknowledged last: no spent code works again, and whoever had scanned scans once more. */
export const replicaPromoted: Program = {
  about: 'a replica that lacks the last second takes over; every spent code and every event is tried again',
  async run(stage) {
    let master = await stage.redis({ persistence: 'always' });
    const link = await Link.start(master.port);
    stage.atEnd(() => link.close());
    const fleet = await stage.fleet({ nodes: 3, redisUrl: `redis://127.0.0.1:${link.port}` });
    const town = stage.town(fleet);
    const rows: Row[] = [];
    const faults: string[] = [];
    for (const [way, promote] of Object.entries(ways)) {
      const replica = await stage.redis({ persistence: 'always', replicaOf: master });
      const takeOver = async (): Promise<number> => {
        const fallsBehind = performance.now();
        await promote(replica);
        await sleep(fallsBehind + lag - performance.now());
        await master.kill();
        link.pointAt(replica.port);
        return fallsBehind;
      };
      const figures = await failOver(stage, { town, fleet, way, takeOver });
      rows.push(...figures.rows);
      if (figures.atStake === 0) faults.push(`${way}: the replica lacked nothing, so nothing was shown`);
      master = replica;
    }
    const report = stage.report(town, fleet, { newQr: 'allowed' }, rows);
    return { ...report, faults: [...report.faults, ...faults] };
  },
};

async function failOver(
  stage: Stage,
  { town, fleet, way, takeOver }: { town: Town; fleet: Fleet; way: string; takeOver: () => Promise<number> },
): Promise<Figures> {
  const [count, perSecond] = stage.size([50, 25], [1_000, 100]);
  const logins = openLoop(count, perSecond, (index) => logInForSure(town, `${way}, ${index}`));
  // Half of them, or so.
  await sleep((count / perSecond) * 500 + lag / 2);
  const before = successes(town, 0).length;
  const fallsBehind = await takeOver();
  const atStake = successes(town, fallsBehind);
  const spent = successes(town, 0);
  // At once, while the nodes find out what has happened, and again when they have.
  const atOnce = await tryCodes(town, spent);
  await logins;
  const delivered = await deliverAgain(town, fleet, town.phones.sent);
  // What they set going is done.
  await sleep(profileWait);
  const later = await tryCodes(town, successes(town, 0));
  return {
    spent: spent.length,
    atStake: atStake.length,
    rows: [
      [`${way}: codes spent before the replica fell behind`, before],
      ['  codes spent while it was behind', atStake.length],
      ['  spent codes tried at once, answered', tally(atOnce)],
      ['  events delivered again, answered', tally(delivered)],
      ['  spent codes tried after that, answered', tally(later)],
    ],
  };
}

/** Whoever comes back from the site without having been logged in begins anew. */
async function logInForSure(town: Town, name: string): Promise<void> {
  const end = performance.now() + givesUpAfter;
  const openid = newOpenid();
  while (performance.now() < end) {
    // How they come back is another program's subject.
    const page = town.page({ name, random: () => town.chance.next() / 5 });
    // At any moment scenes of every state are there, and go on while the replica is behind.
    const [hesitates, dawdles] = [town.chance.between(0, lag), town.chance.between(0, lag)];
    const patience = end - performance.now();
    await logIn(town, { page, openid, hesitates, dawdles, scansAgainAfter, patience });
    if (page.code !== undefined && successes(town, 0).includes(page.code)) return;
  }
}

/** The codes that told the site who came, since then. */
function successes({ history }: Town, since: number): string[] {
  const codes = history.sightings.flatMap((one) =>
    one.kind === 'exchanged' && one.status === 200 && one.at >= since ? one.code : [],
  );
  return [...new Set(codes)];
}
