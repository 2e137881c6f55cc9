import { setTimeout as sleep } from 'node:timers/promises';
import { settings } from '../../../src/kit/settings.ts';
import { otherSite, site } from '../fleet.ts';
import type { Fleet, SiteOptions } from '../fleet.ts';
import { every, throughout } from '../load.ts';
import { MailBackend } from '../mail/backend.ts';
import { judgeMail } from '../mail/checker.ts';
import type { MailClient } from '../mail/client.ts';
import { Flood, stillOpen } from '../mail/flood.ts';
import { People, welcomed } from '../mail/people.ts';
import { mailFaults, mailOf, mailRows } from '../mail/report.ts';
import { Spread } from '../mail/spread.ts';
import { Memory } from '../memory.ts';
import { sooner } from '../patience.ts';
import { demandOpenFiles } from '../process-figures.ts';
import { percentile } from '../report.ts';
import type { Program } from '../stage.ts';

/** Sockets of one user: as many as he may have. */
const each = 5;
/** One in so many of those who never read is among the readers; the others are users of the other site, which is flooded. */
const amongReaders = 10;
/** So many at a time: the system has some megabytes for each of them before a node has to keep anything, and an end to all. */
const wave = 300;
const few = 5;
/** A socket that says nothing is found dead by then, ms. */
const foundDeadWithin = settings.socket.deadAfter + settings.socket.pingEvery;
/** Beyond what its queues may hold, MiB. */
const growsAtMost = 250;

/** One message for all, to each socket once; and whoever does not read costs a node what it keeps for him, and nobody else anything. */
export const broadcast: Program = {
  about: 'broadcasts to the sockets of two nodes, of which some never read what they are sent',
  async run(stage) {
    const [readerCount, deafCount] = stage.size([400, 20], [10_000, 2_000]);
    demandOpenFiles(readerCount + deafCount + 1_000);
    const redis = await stage.redis();
    const fleet = await stage.fleet({ nodes: 2, redisUrl: redis.url });
    const town = stage.town(fleet);
    const people = new People(town, fleet);
    const empty = new Memory(fleet);
    const readers = await audience(people, fleet, readerCount, site);
    const silent = await deafAudience(people, fleet, deafCount / amongReaders, site);
    await sleep(1_000);
    const memory = new Memory(fleet);
    const shop = new MailBackend(site, fleet, town.history);
    const spread = new Spread(shop, town.history, { readers: readerCount, pause: stage.size(300, 3_000) });
    const flood = new Flood(fleet, new MailBackend(otherSite, fleet, town.history));
    const times = await playBeside(
      spread,
      () => floodAll(flood, people, fleet, deafCount - silent.length),
      memory,
    );
    // Their silence gives them away later than the short form takes.
    if (stage.full) await sooner(() => stillOpen(fleet, silent) === 0, foundDeadWithin, 1_000);
    const silentLeft = stillOpen(fleet, silent);
    memory.look();
    for (const client of [...readers, ...silent]) client.close();
    const verdict = judgeMail(mailOf(town.history));
    const report = stage.report(town, fleet, { newQr: 'forbidden' }, [
      ['sockets that read', readerCount],
      ['messages to all; sent -> at the last of them, ms: p50, most', summary(times.before)],
      ['  while others are flooded who never read', summary(times.meanwhile)],
      ['  after that', summary(times.after)],
      ['flooded until closed; of these still open', `${flood.flooded}; ${flood.left}`],
      ['  with messages of 4 KiB; seconds', `${flood.sent}; ${Math.round(flood.seconds)}`],
      ['silent among the readers; of these still open', `${silent.length}; ${silentLeft}`],
      ['MiB of each node without sockets', empty.first.join(', ')],
      ['  with all sockets', memory.first.join(', ')],
      ['  at most', memory.peak.join(', ')],
      ['  at last', memory.last.join(', ')],
      ['MiB that the system keeps for connections, at most', flood.kept],
      ...mailRows(town.history, verdict),
    ]);
    const queues = Math.ceil((wave * settings.socket.queueBytes) / 2 ** 20 / fleet.nodes.length);
    const faults = [
      ...report.faults,
      ...mailFaults(verdict.violations),
      ...memory.faults(queues + growsAtMost),
      ...(Object.values(times).flat().includes(Infinity) ? ['a message did not reach everybody'] : []),
      ...(flood.left > 0 ? [`${flood.left} who never read were not closed at their bound`] : []),
      ...(stage.full && silentLeft > 0 ? [`${silentLeft} who never read were not found dead`] : []),
    ];
    return { ...report, faults };
  },
};

/** How long each message took until the last of those who read had it, ms: before, while and after something else happens. */
async function playBeside(
  spread: Spread,
  begin: () => Promise<void>,
  memory: Memory,
): Promise<Record<'before' | 'meanwhile' | 'after', number[]>> {
  const before = await spread.several(few);
  const meanwhile: number[] = [];
  const during = begin();
  await Promise.all([
    every(250, async () => memory.look(), during),
    throughout(during, 1, async () => void meanwhile.push(...(await spread.several(1)))),
  ]);
  return { before, meanwhile, after: await spread.several(few) };
}

function summary(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  return `${times.length}; ${percentile(sorted, 0.5)}, ${percentile(sorted, 1)}`;
}

/** Sockets of users who log in for them, as many at each node. */
async function audience(people: People, fleet: Fleet, count: number, at: SiteOptions): Promise<MailClient[]> {
  const users = await people.arrive(Math.ceil(count / each), at);
  const clients = Array.from({ length: count }, (_, index) => {
    const { port } = fleet.node(index % fleet.nodes.length);
    return people.client(users[Math.floor(index / each)]!, { port: () => port, returns: false });
  });
  await welcomed(clients);
  return clients;
}

/** Once they are welcome they read nothing any more. */
async function deafAudience(...those: Parameters<typeof audience>): Promise<MailClient[]> {
  const clients = await audience(...those);
  for (const client of clients) client.stopReading();
  return clients;
}

async function floodAll(flood: Flood, people: People, fleet: Fleet, count: number): Promise<void> {
  for (let left = count; left > 0; left -= wave) {
    const clients = await deafAudience(people, fleet, Math.min(wave, left), otherSite);
    await flood.closes(clients);
    for (const client of clients) client.close();
  }
}
