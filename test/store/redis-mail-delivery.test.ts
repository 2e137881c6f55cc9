import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomId, sha256 } from '../../src/kit/id.ts';
import { settings } from '../../src/kit/settings.ts';
import { added, draft, idsOf, joined } from '../conformance/mailboxes/stage.ts';
import { noRedis } from '../support/needs.ts';
import { RedisCluster } from '../support/redis-cluster.ts';
import { RedisServer } from '../support/redis-server.ts';
import { openMailNodes } from './mail-nodes.ts';
import type { MailNode } from './mail-nodes.ts';

interface Started {
  url: string;
  killClients(name: string): Promise<unknown>;
  stop(): Promise<void>;
}

const backends: { backend: string; start: () => Promise<Started> }[] = [
  { backend: 'a single redis-server', start: () => RedisServer.start() },
  { backend: 'a Cluster of three masters', start: startCluster },
];

async function startCluster(): Promise<Started> {
  const cluster = await RedisCluster.start();
  const killClients = (name: string) =>
    Promise.all(cluster.masters.map((master) => master.killClients(name)));
  return { url: cluster.url, killClients, stop: () => cluster.stop() };
}

const messaging = { ...settings.messaging, newcomer: 500 };

function mailIds({ heard }: MailNode): string[] {
  return idsOf(heard.mails.map(({ message }) => message));
}

describe.skipIf(noRedis).each(backends)('over $backend', ({ start }) => {
  let redis: Started;
  beforeAll(async () => {
    redis = await start();
  });
  afterAll(() => redis.stop());

  async function three(): Promise<{ a: MailNode; b: MailNode; c: MailNode; box: string; living: string[] }> {
    const [a, b, c] = await openMailNodes(redis.url, 3, { messaging });
    return { a: a!, b: b!, c: c!, box: a!.box, living: [a!, b!, c!].map(({ node }) => node) };
  }

  test('a message is told to the nodes where the user sits, whole, and to no other', async () => {
    const { a, b, c, box } = await three();
    await b.join();
    const first = added(await a.post({ body: '{"to":"b"}', from: 'oA' }));
    await expect.poll(() => b.heard.mails).toStrictEqual([{ box, message: first, before: 0 }]);
    await c.join();
    const second = added(await c.post());
    await expect.poll(() => c.heard.mails).toStrictEqual([{ box, message: second, before: first.seq }]);
    await expect.poll(() => b.heard.mails).toHaveLength(2);
    await a.pass(700);
    expect(a.heard.mails).toStrictEqual([]);
    expect([b.heard.mails, c.heard.mails].map(({ length }) => length)).toStrictEqual([2, 1]);
  });

  test('a seat that is taken elsewhere has its node told that another had to go', async () => {
    const { a, b, c, box, living } = await three();
    await a.join({ id: 'a' }, { limit: 2, living });
    await a.pass(5);
    await b.join({ id: 'b' }, { limit: 2, living });
    await c.join({ id: 'c' }, { limit: 2, living });
    await expect.poll(() => a.heard.replacements).toStrictEqual([[box, 'a']]);
    expect(await a.mailboxes.presence(box, living)).toMatchObject({ connections: 2 });
    await a.mailboxes.leave(box, 'b');
    expect(await a.mailboxes.presence(box, living)).toMatchObject({ connections: 2 });
    await b.mailboxes.leave(box, 'b');
    expect(await a.mailboxes.presence(box, living)).toMatchObject({ connections: 1 });
    expect([b, c].flatMap(({ heard }) => heard.replacements)).toStrictEqual([]);
  });

  test('the end of a session is told wherever somebody sits with it', async () => {
    const { a, b, c, box } = await three();
    const [session, other] = [sha256('one'), sha256('other')];
    await a.join({ session });
    await b.join({ session });
    await c.join({ session: other });
    await c.mailboxes.endSession(box, session);
    await expect.poll(() => [a.heard.ends, b.heard.ends]).toStrictEqual([[[box, session]], [[box, session]]]);
    await a.pass(200);
    expect(c.heard.ends).toStrictEqual([]);
  });

  test('a broadcast is told once to each node that has somebody of the site', async () => {
    const { a, b, c } = await three();
    const site = randomId(6);
    await Promise.all([a, b].flatMap(({ mailboxes }) => [mailboxes.enter(site), mailboxes.enter(site)]));
    await c.mailboxes.enter('another');
    const message = added(await c.mailboxes.broadcast(site, draft()));
    for (const { heard } of [a, b])
      await expect.poll(() => heard.broadcasts).toStrictEqual([{ box: site, message, before: 0 }]);
    await a.mailboxes.exit(site);
    await c.mailboxes.broadcast(site, draft());
    await expect.poll(() => b.heard.broadcasts).toHaveLength(2);
    await a.pass(200);
    expect([a.heard.broadcasts, c.heard.broadcasts].map(({ length }) => length)).toStrictEqual([1, 0]);
  });

  test('what is told while nobody listens is found out in less than a second', async () => {
    const { a, b, box } = await three();
    const boxes = Array.from({ length: 20 }, () => sha256(randomId(8)));
    const site = randomId(6);
    await b.mailboxes.enter(site);
    await Promise.all(boxes.map((each) => b.join({}, {}, each)));
    await redis.killClients(`${b.node}-sub`);
    const since = Date.now();
    await Promise.all([...boxes.map((each) => a.post({}, {}, each)), a.mailboxes.broadcast(site, draft())]);
    const isTold = (id: string): boolean =>
      b.heard.mails.some((mail) => mail.box === id) || b.heard.misses.some((concerns) => concerns(id));
    await expect.poll(() => [...boxes, sha256(site)].every(isTold), { interval: 10 }).toBe(true);
    expect(Date.now() - since).toBeLessThan(1000);
    // Healed: what comes now is told again, and nothing more was missed.
    await b.join();
    const { id } = added(await a.post());
    await expect.poll(() => mailIds(b)).toContain(id);
    expect((await b.mailboxes.read(box, 0, 10)).messages).toHaveLength(1);
  });

  // What a busy machine brings late counts as missed.
  test('a node that joins where nothing was ever told missed nothing', { retry: 2 }, async () => {
    const { a, b } = await three();
    for (let i = 0; i < 3; i++) await b.join();
    await b.mailboxes.enter(randomId(6));
    await a.pass(1_200);
    expect([a, b].flatMap(({ heard }) => heard.misses)).toStrictEqual([]);
  });

  test('a node that died: nobody sits there, at once if it no longer counts as living', async () => {
    const { a, b, box, living } = await three();
    await b.join();
    expect(await a.post({ from: 'oA' }, { perSender: 1 })).toMatchObject({ online: true });
    expect(await a.post({ from: 'oA' }, { perSender: 1 })).toMatchObject({ online: true });
    b.close();
    await a.pass(100);
    expect(await a.mailboxes.presence(box, [a.node])).toMatchObject({ connections: 0 });
    expect(await a.mailboxes.presence(box, living)).toMatchObject({ connections: 1 });
    expect(await a.post({ from: 'oA' }, { perSender: 1 })).toStrictEqual({ kind: 'full' });
    expect(await a.post({ from: 'oB' }, { perSender: 1 })).toMatchObject({ kind: 'added', online: false });
  });

  test('a new node that is not listed yet counts, for it hears', async () => {
    const { a, b, box } = await three();
    await b.join();
    expect(await a.mailboxes.presence(box, [a.node])).toMatchObject({ connections: 1 });
    await a.pass(messaging.newcomer + 100);
    expect(await a.mailboxes.presence(box, [a.node])).toMatchObject({ connections: 0 });
    expect(await a.mailboxes.presence(box, [a.node, b.node])).toMatchObject({ connections: 1 });
  });

  test('seats of the dead take nobody his place, once they are not new any more', async () => {
    const { a, b, box, living } = await three();
    for (const id of ['1', '2']) await b.join({ id }, { limit: 2, living });
    b.close();
    await a.pass(messaging.newcomer + 100);
    const { since } = joined(await a.join({ id: '3' }, { limit: 2, living: [a.node] }));
    await a.join({ id: '4' }, { limit: 2, living: [a.node] });
    expect(joined(await a.join({ id: '3', since }, { limit: 2, living: [a.node] })).since).toBe(since);
    expect(a.heard.replacements).toStrictEqual([]);
    expect(await a.mailboxes.presence(box, living)).toMatchObject({ connections: 2 });
  });

  test('a node whose seats were dropped though it lives is told to take them again', async () => {
    const { a, b, box } = await three();
    await b.join();
    await a.pass(messaging.newcomer + 100);
    await a.join({}, { living: [a.node] });
    await expect.poll(() => b.heard.misses.some((concerns) => concerns(box))).toBe(true);
    expect(b.heard.misses.some((concerns) => concerns(sha256('another')))).toBe(false);
  });

  test('posts of two nodes at once have places of their own, and are told in order', async () => {
    const { a, b, c } = await three();
    await c.join();
    const sent = await Promise.all(
      Array.from({ length: 100 }, (_, i) => (i % 2 ? a : b).post({ from: `o${i % 2}`, body: `${i}` })),
    );
    await expect.poll(() => c.heard.mails).toHaveLength(100);
    const places = c.heard.mails.map(({ message }) => message.seq);
    expect(places).toStrictEqual([...new Set(places)].sort((x, y) => x - y));
    expect(new Set(places)).toStrictEqual(new Set(sent.map((each) => added(each).seq)));
    expect(c.heard.mails.map(({ before }) => before)).toStrictEqual([0, ...places.slice(0, -1)]);
    for (const rest of [0, 1]) {
      const bodies = c.heard.mails.map(({ message }) => Number(message.body)).filter((n) => n % 2 === rest);
      expect(bodies).toStrictEqual([...bodies].sort((x, y) => x - y));
    }
  });
});
