import { EventEmitter } from 'node:events';
import type { WebSocket } from 'ws';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/kit/clock.ts';
import { AppError } from '../../src/kit/errors.ts';
import { settings } from '../../src/kit/settings.ts';
import { Audience } from '../../src/messaging/audience.ts';
import { MailConnection } from '../../src/messaging/connection.ts';
import { Delivery } from '../../src/messaging/delivery.ts';
import type { Mailboxes } from '../../src/messaging/mailboxes.ts';
import { mailboxId } from '../../src/messaging/members.ts';
import { MemoryMailboxes } from '../../src/store/memory/mailboxes.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { FakeClock } from '../support/fake-clock.ts';

const log = createLog('silent', { write: () => undefined });
const joining = { limit: 50, living: [], after: 0, page: 3 };
const bounds = { perUser: 1000, fromPeers: 1000, perSender: null, beyond: 'refuse' } as const;
/** Small, so that everything happens often. */
const figures = { ...settings.messaging, page: 3, broadcastsWaiting: 2, spreadAtOnce: 2 };

/** As ws's, of a peer that takes what it is sent when it likes. */
class Socket extends EventEmitter {
  readonly OPEN = 1;
  readonly readyState = 1;
  bufferedAmount = 0;
  readonly got: string[] = [];
  readonly #pause: () => Promise<void>;

  constructor(pause: () => Promise<void>) {
    super();
    this.#pause = pause;
  }

  send(data: string | Buffer, _options: object, written?: () => void): void {
    this.got.push((JSON.parse(data.toString()) as { id: string }).id);
    this.bufferedAmount = figures.pageBytes;
    void this.#takeLater(written);
  }

  async #takeLater(written: (() => void) | undefined): Promise<void> {
    await this.#pause();
    this.bufferedAmount = 0;
    written?.();
  }
}

/** The same sequence for the same seed. */
function chanceOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function stageOf(seed: number) {
  const chance = chanceOf(seed);
  const pause = async (): Promise<void> => {
    for (let turns = chance(4); turns > 0; turns--)
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
  };
  const mailboxes = new MemoryMailboxes(systemClock, figures);
  const slow: Pick<Mailboxes, 'now' | 'read' | 'readBroadcasts'> = {
    now: () => mailboxes.now(),
    read: (...asked) => answered(pause, () => mailboxes.read(...asked)),
    readBroadcasts: (...asked) => answered(pause, () => mailboxes.readBroadcasts(...asked)),
  };
  const parts = { mailboxes: slow, clock: systemClock, retryAfter: 1, settings: figures, log };
  return { chance, pause, mailboxes, parts };
}

/** The store looks at once or a little later, and its answer takes as long as it likes. */
async function answered<T>(pause: () => Promise<void>, look: () => Promise<T>): Promise<T> {
  await pause();
  const answer = await look();
  await pause();
  return answer;
}

function connectionOf(socket: Socket, seat: string): MailConnection {
  const owner = {
    clock: systemClock,
    settings: settings.socket,
    bounds: figures,
    received: () => undefined,
    acknowledged: () => undefined,
    closed: () => undefined,
  };
  const visitor = { origin: '', ip: '::1', seat };
  const connection = new MailConnection(socket as unknown as WebSocket, visitor, owner);
  const box = mailboxId('shop', 'oAlice');
  connection.member = { site: 'shop', openid: 'oAlice', box, session: null, loginAt: 0, until: Infinity };
  return connection;
}

async function until(holds: () => boolean): Promise<void> {
  for (let turns = 0; !holds() && turns < 2_000; turns++)
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
}

const seeds = Array.from({ length: 60 }, (_, seed) => seed + 1);

test.each(seeds)('whatever happens between, each message comes once and in order (seed %i)', async (seed) => {
  const { chance, pause, mailboxes, parts } = stageOf(seed);
  const delivery = new Delivery(parts);
  const connections: MailConnection[] = [];
  const sockets: Socket[] = [];
  const box = mailboxId('shop', 'oAlice');
  mailboxes.listen({
    mail(_box, message, before) {
      // A wake-up may be lost: then it is missed.
      if (chance(10) === 0) return;
      for (const connection of connections) delivery.heard(connection, message, before);
    },
    broadcast: () => undefined,
    replaced: () => undefined,
    ended: () => undefined,
    loginsEnded: () => undefined,
    missed: () => undefined,
  });
  const sent: string[] = [];
  const come = async (): Promise<void> => {
    const socket = new Socket(pause);
    const connection = connectionOf(socket, String(sockets.length));
    sockets.push(socket);
    connections.push(connection);
    await pause();
    const seat = { id: connection.seat, session: null, loginAt: null, since: null };
    const joined = await answered(pause, () => mailboxes.join(box, seat, joining));
    if (joined.kind !== 'joined') throw new Error('no seat');
    connection.since = joined.since;
    void delivery.begin(connection, joined);
  };
  const comers: Promise<void>[] = [];
  for (let n = 0; n < 40; n++) {
    if (chance(8) === 0) comers.push(come());
    sent.push(String(n));
    await mailboxes.post(box, { id: String(n), from: null, body: '1', ttl: 60_000 }, bounds);
    await pause();
  }
  await Promise.all(comers);
  for (const connection of connections) {
    const askedAfter = connection.seq;
    const seat = { id: connection.seat, session: null, loginAt: null, since: connection.since };
    const joined = await answered(pause, () => mailboxes.join(box, seat, { ...joining, after: askedAfter }));
    if (joined.kind === 'joined') delivery.goOn(connection, joined, askedAfter);
  }
  await until(() => sockets.every(({ got }) => got.length >= sent.length));
  for (const { got } of sockets) expect(got).toEqual(sent);
  mailboxes.close();
});

test.each(seeds)('nor does one to all come twice, or not at all (seed %i)', async (seed) => {
  const { chance, pause, mailboxes, parts } = stageOf(seed);
  const audience = new Audience('shop', parts);
  const sockets: { socket: Socket; from: number }[] = [];
  mailboxes.listen({
    mail: () => undefined,
    broadcast(_site, message, before) {
      if (chance(10) === 0) return;
      audience.heard(message, before);
    },
    replaced: () => undefined,
    ended: () => undefined,
    loginsEnded: () => undefined,
    missed: () => undefined,
  });
  await mailboxes.enter('shop');
  const sent: string[] = [];
  const come = async (): Promise<void> => {
    const socket = new Socket(pause);
    const connection = connectionOf(socket, String(sockets.length));
    audience.members.add(connection);
    audience.go();
    await pause();
    const seat = { id: connection.seat, session: null, loginAt: null, since: null };
    const joined = await mailboxes.join(connection.box, seat, joining);
    if (joined.kind !== 'joined') throw new Error('no seat');
    connection.since = joined.since;
    sockets.push({ socket, from: sent.length });
    await pause();
    await audience.begin(connection);
  };
  const comers: Promise<void>[] = [];
  for (let n = 0; n < 40; n++) {
    if (chance(6) === 0) comers.push(come());
    const ttl = chance(3) === 0 ? 60_000 : 0;
    sent.push(`${n}:${ttl}`);
    await mailboxes.broadcast('shop', { id: sent[n]!, from: null, body: '1', ttl });
    await pause();
  }
  await Promise.all(comers);
  audience.readAgain();
  // What was sent in the very millisecond in which it came may come, or not.
  const isBefore = (id: string, from: number): boolean => sent.indexOf(id) < from && id.endsWith(':0');
  const gotSince = ({ socket, from }: (typeof sockets)[0]): string[] =>
    socket.got.filter((id) => !isBefore(id, from));
  await until(() => sockets.every((one) => gotSince(one).length >= dueTo(sent, one.from).length));
  await pause();
  for (const one of sockets) {
    expect(gotSince(one)).toEqual(dueTo(sent, one.from));
    expect(new Set(one.socket.got).size).toBe(one.socket.got.length);
  }
  mailboxes.close();
});

/** All that was sent since, and what was sent before and waits. */
function dueTo(sent: readonly string[], from: number): string[] {
  return sent.filter((id, place) => place >= from || !id.endsWith(':0'));
}

test('a store that forgot its broadcasts is not asked without end', async () => {
  let mailboxes = new MemoryMailboxes(systemClock, figures);
  let reads = 0;
  const forgetful: Pick<Mailboxes, 'now' | 'readBroadcasts'> = {
    now: () => mailboxes.now(),
    readBroadcasts(...asked) {
      reads++;
      return mailboxes.readBroadcasts(...asked);
    },
  };
  const audience = new Audience('shop', {
    mailboxes: forgetful,
    clock: systemClock,
    retryAfter: 1,
    settings: figures,
    log,
  });
  const socket = new Socket(async () => undefined);
  const connection = connectionOf(socket, '1');
  audience.members.add(connection);
  const posted = await mailboxes.broadcast('shop', { id: 'kept', from: null, body: '1', ttl: 60_000 });
  if (posted.kind !== 'added') throw new Error('not added');
  audience.go();
  connection.since = posted.message.sentAt;
  await audience.begin(connection);
  mailboxes.close();
  mailboxes = new MemoryMailboxes(systemClock, figures);
  reads = 0;
  const newcomer = connectionOf(new Socket(async () => undefined), '2');
  newcomer.since = posted.message.sentAt;
  await audience.begin(newcomer);
  expect(socket.got).toEqual(['kept']);
  expect(reads).toBe(1);
  mailboxes.close();
});

test('while the store is away what is heard has it asked no more often', async () => {
  let reads = 0;
  const away = async (): Promise<never> => {
    reads++;
    throw new AppError('store_unavailable');
  };
  const clock = new FakeClock();
  const mailboxes = { now: () => clock.now(), read: away, readBroadcasts: away };
  const parts = { mailboxes, clock, retryAfter: 500, settings: figures, log };
  const [audience, delivery] = [new Audience('shop', parts), new Delivery(parts)];
  const connection = connectionOf(new Socket(async () => undefined), '1');
  connection.reading = false;
  audience.members.add(connection);
  for (let seq = 2; seq < 40; seq += 2) {
    const message = { id: 'a', seq, from: null, body: '1', sentAt: 1, expiresAt: 1 };
    delivery.heard(connection, message, seq - 1);
    audience.heard(message, seq - 1);
    await until(() => reads >= 2);
  }
  expect(reads).toBe(2);
  clock.advance(500);
  await until(() => reads >= 4);
  expect(reads).toBe(4);
});
