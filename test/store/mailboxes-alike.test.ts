import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomId } from '../../src/kit/id.ts';
import { settings } from '../../src/kit/settings.ts';
import type { Bounds, Draft, Joined, Mailboxes, Posted } from '../../src/messaging/mailboxes.ts';
import { MemoryMailboxes } from '../../src/store/memory/mailboxes.ts';
import { boxId, Heard, long, noBounds } from '../conformance/mailboxes/stage.ts';
import type { Mail } from '../conformance/mailboxes/stage.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { noRedis } from '../support/needs.ts';
import { RedisServer, until } from '../support/redis-server.ts';
import { openListening } from './mail-nodes.ts';

/** A failure prints its seed; `FC_SEED` repeats it. */
const seed = process.env['FC_SEED'];
const runs = { numRuns: 150, ...(seed === undefined ? {} : { seed: Number(seed) }) };
/** Few ids that come again and again, and few messages that are kept. */
const messaging = { ...settings.messaging, idsKept: 8, broadcastsKept: 5 };

/** Messages are named by how many were stored before: their places differ from one store to the other. */
type Step =
  | { does: 'post'; draft: Draft; bounds: Bounds }
  | { does: 'broadcast'; draft: Draft }
  | { does: 'acknowledge'; which: number[] }
  | { does: 'join'; seat: number; limit: number; after: number; page: number; loginAt: number | null }
  | { does: 'read' | 'readBroadcasts'; after: number; limit: number }
  | { does: 'leave' | 'end'; seat: number }
  | { does: 'presence' | 'enter' | 'exit' | 'endLogins' }
  | { does: 'acknowledgeBroadcasts'; upTo: number };

const anyDraft: fc.Arbitrary<Draft> = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'),
  from: fc.constantFrom(null, 'oA', 'oB'),
  body: fc.json({ maxDepth: 1 }),
  ttl: fc.constantFrom(0, long, long, long),
  isFresh: fc.boolean(),
});
const anyBounds: fc.Arbitrary<Bounds> = fc.record({
  perUser: fc.constantFrom(3, 6, 1_000),
  fromPeers: fc.constantFrom(2, 1_000),
  perSender: fc.constantFrom(null, 2),
  beyond: fc.constantFrom('refuse' as const, 'drop' as const),
});
const place = fc.nat(8);
const few = fc.nat(4);

function does<const T extends Step['does']>(...names: T[]): fc.Arbitrary<T> {
  return fc.constantFrom(...names);
}

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ does: does('post'), draft: anyDraft, bounds: anyBounds }) },
  { weight: 3, arbitrary: fc.record({ does: does('broadcast'), draft: anyDraft }) },
  {
    weight: 4,
    arbitrary: fc.record({ does: does('acknowledge'), which: fc.array(place, { maxLength: 3 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      does: does('join'),
      seat: few,
      limit: fc.integer({ min: 1, max: 4 }),
      after: place,
      page: few,
      // Long ago, or yet to come.
      loginAt: fc.constantFrom(null, 1_000, 9e12),
    }),
  },
  { weight: 3, arbitrary: fc.record({ does: does('read', 'readBroadcasts'), after: place, limit: few }) },
  { weight: 3, arbitrary: fc.record({ does: does('leave', 'end'), seat: few }) },
  { weight: 2, arbitrary: fc.record({ does: does('presence', 'enter', 'exit', 'endLogins') }) },
  { weight: 1, arbitrary: fc.record({ does: does('acknowledgeBroadcasts'), upTo: fc.nat(50) }) },
);

/** One store, and all that it answers and tells, in words that do not depend on its clock. */
class Course {
  readonly #mailboxes: Mailboxes;
  readonly #heard: Heard;
  readonly #box = boxId();
  readonly #site = randomId(8);
  /** The places of all that was stored, in order. */
  readonly #ofBox: number[] = [];
  readonly #ofSite: number[] = [];

  constructor(mailboxes: Mailboxes, heard: Heard) {
    this.#mailboxes = mailboxes;
    this.#heard = heard;
  }

  async run(steps: readonly Step[]): Promise<unknown[]> {
    const answers = [];
    for (const one of steps) {
      const places = /broadcast/i.test(one.does) ? this.#ofSite : this.#ofBox;
      answers.push(named(await this.#take(one), places));
    }
    return answers;
  }

  /** What was told of one box is in the order in which it happened; that of two is not. */
  async hearsay(): Promise<unknown> {
    await this.#untilToldAll();
    const { mails, broadcasts, replacements, ends } = this.#heard;
    return {
      mails: named(mails.filter(isOf(this.#box)), this.#ofBox),
      broadcasts: named(broadcasts.filter(isOf(this.#site)).slice(0, -1), this.#ofSite),
      replacements: replacements.filter(([box]) => box === this.#box).map(([, seat]) => seat),
      ends: ends.filter(([box]) => box === this.#box).map(([, session]) => session),
    };
  }

  /** What comes last to both of them. */
  async #untilToldAll(): Promise<void> {
    const { mails, broadcasts } = this.#heard;
    const last: Draft = { id: 'last', from: null, body: '"the last"', ttl: 0, isFresh: true };
    const hasLast = (told: readonly Mail[], box: string): boolean =>
      told.findLast(isOf(box))?.message.id === last.id;
    await this.#mailboxes.enter(this.#site);
    await this.#mailboxes.broadcast(this.#site, last);
    await this.#join({
      does: 'join',
      seat: 0,
      limit: 99,
      after: 0,
      page: 0,
      loginAt: null,
    });
    await this.#mailboxes.post(this.#box, last, noBounds);
    const hasAll = async (): Promise<boolean> => hasLast(mails, this.#box) && hasLast(broadcasts, this.#site);
    await until('all was told', hasAll);
  }

  async #take(one: Step): Promise<unknown> {
    const mailboxes = this.#mailboxes;
    if (one.does === 'join') return this.#join(one);
    if (one.does === 'post') return this.#post(one);
    if (one.does === 'broadcast') return this.#broadcast(one.draft);
    if (one.does === 'acknowledge')
      return mailboxes.acknowledge(this.#box, one.which.map(placeIn(this.#ofBox)));
    if (one.does === 'leave') return mailboxes.leave(this.#box, `seat-${one.seat}`);
    if (one.does === 'end') return mailboxes.endSession(this.#box, `session-${one.seat % 2}`);
    if (one.does === 'read') return mailboxes.read(this.#box, placeIn(this.#ofBox)(one.after), one.limit);
    if (one.does === 'readBroadcasts')
      return mailboxes.readBroadcasts(this.#site, placeIn(this.#ofSite)(one.after), one.limit);
    if (one.does === 'presence') return this.#presence();
    if (one.does === 'endLogins') return mailboxes.endLogins(this.#box);
    if (one.does === 'acknowledgeBroadcasts') return mailboxes.acknowledgeBroadcasts(this.#box, one.upTo);
    return mailboxes[one.does](this.#site);
  }

  #join({ seat, limit, after, page, loginAt }: Extract<Step, { does: 'join' }>): Promise<Joined> {
    const taken = { id: `seat-${seat}`, session: `session-${seat % 2}`, loginAt, since: 1_000 + seat };
    return this.#mailboxes.join(this.#box, taken, {
      limit,
      page,
      living: [],
      after: placeIn(this.#ofBox)(after),
    });
  }

  async #post({ draft, bounds }: Extract<Step, { does: 'post' }>): Promise<Posted> {
    return noted(await this.#mailboxes.post(this.#box, draft, bounds), this.#ofBox);
  }

  async #broadcast(draft: Draft): Promise<Posted> {
    const posted = noted(await this.#mailboxes.broadcast(this.#site, draft), this.#ofSite);
    // On its way when the node exits, it is told to nobody.
    if (posted.kind === 'added' && posted.online) await this.#untilTold(posted.message.seq);
    return posted;
  }

  #untilTold(seq: number): Promise<void> {
    const isTold = (): boolean =>
      this.#heard.broadcasts.some(({ box, message }) => box === this.#site && message.seq === seq);
    return until('a broadcast was told', async () => isTold());
  }

  async #presence(): Promise<unknown> {
    const { connections, lastSeenAt } = await this.#mailboxes.presence(this.#box, []);
    return { connections, wasSeen: lastSeenAt !== null };
  }
}

function isOf(wanted: string): (mail: Mail) => boolean {
  return ({ box }) => box === wanted;
}

function placeIn(places: readonly number[]): (index: number) => number {
  return (index) => places[index] ?? 0;
}

/** What nobody was there for was not stored: its place is the next one's, too. */
function noted(posted: Posted, places: number[]): Posted {
  if (posted.kind !== 'added') return posted;
  const { seq, sentAt, expiresAt } = posted.message;
  if (posted.online || expiresAt > sentAt) places.push(seq);
  return posted;
}

/** With places replaced by how many there were before, and without times. */
function named(answer: unknown, places: readonly number[]): unknown {
  const text = JSON.stringify(answer ?? null, (key, value: unknown) => {
    if (['seq', 'last', 'before'].includes(key)) return places.indexOf(value as number);
    return ['expiresAt', 'sentAt', 'box'].includes(key) ? undefined : value;
  });
  return JSON.parse(text);
}

describe.skipIf(noRedis)('memory and Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  test('answer and tell the same, whatever happens', { timeout: 60_000 }, async () => {
    const heard = { redis: new Heard(), memory: new Heard() };
    const redis = await openListening(server.url, { messaging }, heard.redis);
    const memory = new MemoryMailboxes(new FakeClock(), messaging);
    memory.listen(heard.memory);
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
          const [one, other] = [new Course(memory, heard.memory), new Course(redis.mailboxes, heard.redis)];
          expect(await other.run(steps)).toStrictEqual(await one.run(steps));
          expect(await other.hearsay()).toStrictEqual(await one.hearsay());
        }),
        runs,
      );
    } finally {
      redis.close();
      memory.close();
    }
  });
});
