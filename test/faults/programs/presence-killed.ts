import { setTimeout as sleep } from 'node:timers/promises';
import { settings } from '../../../src/kit/settings.ts';
import { site } from '../fleet.ts';
import type { Fleet } from '../fleet.ts';
import { throughout } from '../load.ts';
import { MailBackend } from '../mail/backend.ts';
import { judgeMail } from '../mail/checker.ts';
import type { MailClient } from '../mail/client.ts';
import { People, welcomed } from '../mail/people.ts';
import type { MailUser } from '../mail/people.ts';
import { judgePresence } from '../mail/presence.ts';
import { mailFaults, mailOf } from '../mail/report.ts';
import type { FleetNode } from '../node.ts';
import { percentile } from '../report.ts';
import type { Program, Stage } from '../stage.ts';

/** What is promised, ms; more than it takes until a silent node counts as dead. */
const rightWithin = 10_000;
/** How long it is asked after a kill. */
const watched = rightWithin + 1_500;
const calm = 1_000;
const askers = 4;

/** A node dies, and within ten seconds nobody is taken to be there who was only there. */
export const presenceKilled: Program = {
  about: 'a node with a part of the users is killed with kill -9: who is there is known within 10 s',
  async run(stage) {
    const redis = await stage.redis();
    const fleet = await stage.fleet({ nodes: 3, redisUrl: redis.url });
    const town = stage.town(fleet);
    const people = new People(town, fleet);
    const users = await people.arrive(stage.size(60, 600), site);
    const backend = new MailBackend(site, fleet, town.history);
    const rounds = stage.size(1, 6);
    for (let round = 0; round < rounds; round++) await play({ stage, fleet, people, users, backend }, round);
    const mail = mailOf(town.history);
    const { violations, staleness } = judgePresence(mail, rightWithin);
    const stale = staleness.filter((ms) => ms > 0);
    const report = stage.report(town, fleet, { newQr: 'forbidden' }, [
      ['kills', rounds],
      ['answers about who is there', staleness.length],
      ['  that still count a socket that is gone', stale.length],
      ['  gone for, ms: p50', percentile(stale, 0.5)],
      ['  most', percentile(stale, 1)],
      ['violations in presence', violations.length],
    ]);
    const few = staleness.length < users.length * rounds ? ['hardly anybody was asked about'] : [];
    const away = judgeMail(mail).violations;
    return { ...report, faults: [...report.faults, ...mailFaults([...violations, ...away]), ...few] };
  },
};

interface Scenery {
  stage: Stage;
  fleet: Fleet;
  people: People;
  users: readonly MailUser[];
  backend: MailBackend;
}

/** Every other time the node is there again at once, under another name: its dead self must not be taken for it. */
async function play(scenery: Scenery, round: number): Promise<void> {
  const { fleet } = scenery;
  const victim = fleet.node(round % fleet.nodes.length);
  const isBackAtOnce = round % 2 === 1;
  const clients = seated(scenery, victim);
  await welcomed(clients);
  const killing = async (): Promise<void> => {
    await sleep(calm);
    await victim.kill();
    if (isBackAtOnce) await victim.start();
    await sleep(watched);
  };
  await ask(scenery, killing());
  await leave(clients);
  if (!isBackAtOnce) await victim.start();
}

/** Everybody's clients, each with a place of its own at first, and anywhere when it comes back. */
function seated({ stage, fleet, people, users }: Scenery, victim: FleetNode): MailClient[] {
  const others = fleet.nodes.filter((node) => node !== victim);
  return users.flatMap((user, index) =>
    seats(index).map(({ at, returns }) => {
      const first = at === 'victim' ? victim : stage.chance.pick(others);
      let sockets = 0;
      const port = (): number => (sockets++ === 0 ? first.port : fleet.anyPort());
      return people.client(user, { returns, port });
    }),
  );
}

interface Seating {
  at: 'victim' | 'other';
  /** Whether it comes back by itself. */
  returns: boolean;
}

/** Four kinds of users. */
function seats(index: number): Seating[] {
  const lost: Seating = { at: 'victim', returns: false };
  const kept: Seating = { at: 'other', returns: true };
  return [[lost], [{ ...lost, returns: true }], [lost, kept], [kept]][index % 4]!;
}

/** Somebody is asked about all the time. */
async function ask({ stage, users, backend }: Scenery, during: Promise<void>): Promise<void> {
  let next = 0;
  await throughout(during, stage.size(askers, 2 * askers), async () => {
    await backend.look(users[next++ % users.length]!.openid);
    await sleep(10);
  });
}

/** Their seats are known to be free before the next come. */
async function leave(clients: readonly MailClient[]): Promise<void> {
  for (const client of clients) client.close();
  await sleep(settings.messaging.livingFreshFor);
}
