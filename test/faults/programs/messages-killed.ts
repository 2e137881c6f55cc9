import { setTimeout as sleep } from 'node:timers/promises';
import { otherSite, site } from '../fleet.ts';
import type { Fleet } from '../fleet.ts';
import { every } from '../load.ts';
import { MailBackend } from '../mail/backend.ts';
import { judgeMail } from '../mail/checker.ts';
import type { MailClient } from '../mail/client.ts';
import { People, welcomed } from '../mail/people.ts';
import type { MailUser } from '../mail/people.ts';
import { mailFaults, mailOf, mailRows } from '../mail/report.ts';
import { peerTalk, siteTalk } from '../mail/talk.ts';
import type { Talk } from '../mail/talk.ts';
import { sooner } from '../patience.ts';
import type { Program, Stage } from '../stage.ts';
import type { Town } from '../visitor.ts';

/** So that the short form is short: every wait of a client doubles the next. */
const killsInShort = 2;
/** Whoever met dead nodes waits half a minute, and then has it all, ms. */
const lastWithin = 60_000;
/** One in so many users has two clients; one in so many is a user of the other site, too. */
const twoClientsEach = 10;
const guestEach = 6;
/** The neighbours that a user writes to. */
const receivers = [1, 7];

/** Nodes die while messages are stored and shown, and each message is there in the end, in its order, for its user alone. */
export const messagesKilled: Program = {
  about: 'users and their site send messages while nodes are killed with kill -9 and networks break',
  async run(stage) {
    const redis = await stage.redis({ persistence: 'always' });
    const messaging = { peers: true };
    const fleet = await stage.fleet({ nodes: 3, redisUrl: redis.url, config: { messaging } });
    const town = stage.town(fleet);
    const crowd = await gather(stage, new People(town, fleet));
    const begun = performance.now();
    const talking = talk(stage, town, fleet, crowd);
    let kills = 0;
    const kill = async (): Promise<void> => {
      if (kills === stage.size(killsInShort, Infinity)) return;
      kills += 1;
      await stage.chance.pick(fleet.nodes).restart();
    };
    const drop = async (): Promise<void> => stage.chance.pick(crowd.clients).drop();
    await Promise.all([
      every(stage.size(3_500, 5_000), kill, talking),
      every(stage.size(700, 200), drop, talking),
    ]);
    const seconds = (performance.now() - begun) / 1_000;
    const left = await leftOver(crowd);
    const verdict = judgeMail(mailOf(town.history));
    const report = stage.report(town, fleet, { newQr: 'forbidden' }, [
      ['nodes killed', kills],
      [
        'seconds of talk; messages a second',
        `${Math.round(seconds)}; ${Math.round(verdict.taken / seconds)}`,
      ],
      ...mailRows(town.history, verdict),
      ['messages that are told again when all is acknowledged', left],
    ]);
    const faults = [
      ...report.faults,
      ...mailFaults(verdict.violations),
      ...(left > 0 ? [`${left} messages were acknowledged, and come again`] : []),
    ];
    return { ...report, faults };
  },
};

interface Crowd {
  people: People;
  users: MailUser[];
  /** Some of them, at the other site. */
  guests: MailUser[];
  clients: MailClient[];
}

/** All of them log in, and listen. */
async function gather(stage: Stage, people: People): Promise<Crowd> {
  const users = await people.arrive(stage.size(60, 1_000), site);
  const same = users.filter((_, index) => index % guestEach === 0).map(({ openid }) => openid);
  const guests = await people.signIn(same, otherSite);
  const second = users.filter((_, index) => index % twoClientsEach === 0);
  // The first of each user's is at his own place in the list.
  const clients = [...users, ...guests, ...second].map((user) => people.client(user));
  await welcomed(clients);
  return { people, users, guests, clients };
}

/** Half of what each user gets is the site's, half is his neighbours'. Resolves once everybody has everything, or does not get it. */
async function talk(
  stage: Stage,
  town: Town,
  fleet: Fleet,
  { users, guests, clients }: Crowd,
): Promise<void> {
  const half = stage.size(10, 50);
  const [least, most] = stage.size([400, 1_600], [2_000, 4_000]);
  const pause = (): number => stage.chance.between(least, most);
  const ofSite: Talk = { count: half, pause };
  const ofPeer: Talk = { count: half / receivers.length, pause };
  const shop = new MailBackend(site, fleet, town.history);
  const cafe = new MailBackend(otherSite, fleet, town.history);
  const neighbours = (index: number): MailUser[] =>
    receivers.map((away) => users[(index + away) % users.length]!);
  await Promise.all([
    ...users.map((user) => siteTalk(shop, user, ofSite)),
    ...guests.map((guest) => siteTalk(cafe, guest, ofSite)),
    ...users.map((_, index) => peerTalk(clients[index]!, neighbours(index), town.history, ofPeer)),
  ]);
  const hasAll = (): boolean =>
    users.every(({ received }) => received >= 2 * half) && guests.every(({ received }) => received >= half);
  await sooner(hasAll, lastWithin);
}

/** Everybody leaves, and looks once more: what is still there for them, though all was acknowledged? */
async function leftOver({ people, users, guests, clients }: Crowd): Promise<number> {
  // The last acknowledgements are on their way.
  await sleep(1_000);
  for (const client of clients) client.close();
  const again = [...users, ...guests].map((user) => people.client(user));
  await welcomed(again);
  const waiting = again.reduce((sum, client) => sum + client.waiting, 0);
  for (const client of again) client.close();
  return waiting;
}
