import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../src/kit/id.ts';
import { settings } from '../../src/kit/settings.ts';
import { added, draft } from '../conformance/mailboxes/stage.ts';
import { noRedis } from '../support/needs.ts';
import { RedisServer } from '../support/redis-server.ts';
import { openMailNodes } from './mail-nodes.ts';
import type { MailNode } from './mail-nodes.ts';

const day = 24 * 60 * 60_000;
const { boxLives, idsLive } = settings.messaging;

const enough = { least: expect.closeTo(1.12, 1) as number, most: expect.closeTo(1.12, 1) as number };

/** What is left of each for its life; an eighth more is given, so that not every step has to give it anew. */
function sharesOf(lives: readonly number[], least: readonly number[]): { least: number; most: number } {
  const shares = lives.map((life, index) => life / least[index]!);
  return { least: Math.min(...shares), most: Math.max(...shares) };
}

describe.skipIf(noRedis)('the keys of mailboxes', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  const lifeOf = async (key: string): Promise<number> => Number(await server.command('PTTL', key));
  const keysOf = async (box: string): Promise<string[]> =>
    ((await server.command('KEYS', `*${box}`)) as string[]).sort();

  const asked = async (): Promise<number> => {
    const calls = /^cmdstat_evalsha:calls=(\d+)/m.exec(await server.info('commandstats'));
    return Number(calls?.[1] ?? 0);
  };

  async function begin(): Promise<MailNode> {
    await server.command('FLUSHALL');
    return (await openMailNodes(server.url, 1))[0]!;
  }

  test('each has a lifetime, whatever is done', async () => {
    const { mailboxes, box, post, join, waiting } = await begin();
    await join({ id: 'a', session: sha256('a session') });
    for (let i = 0; i < 5; i++) await post({ from: 'oSender', ttl: 30 * day }, { perSender: 9 });
    const [first] = await waiting();
    await mailboxes.acknowledge(box, [first!.seq]);
    await mailboxes.acknowledgeBroadcasts(box, 1);
    await mailboxes.endSession(box, sha256('a session'));
    await mailboxes.leave(box, 'a');
    await mailboxes.enter('shop');
    await mailboxes.broadcast('shop', draft({ ttl: day }));
    await mailboxes.broadcast('shop', draft({ ttl: 0 }));
    await mailboxes.exit('shop');
    const keys = (await server.command('KEYS', '*')) as string[];
    for (const key of keys) expect([key, (await lifeOf(key)) > 0]).toStrictEqual([key, true]);
    expect(await keysOf(box)).toHaveLength(4);
  });

  test('messages live as long as the last of them, the box a week at least, ids a day', async () => {
    const { box, post, keys } = await begin();
    const bucket = keys.bucketOf(box);
    await post({ ttl: day }, { perSender: 9 });
    await post({ ttl: 0 });
    const lives = async (): Promise<number[]> =>
      Promise.all(['mail', 'counts', 'box', 'posted'].map((name) => lifeOf(`${bucket}:${name}:${box}`)));
    expect(sharesOf(await lives(), [day, day, boxLives, idsLive])).toStrictEqual(enough);
    await post({ ttl: 30 * day }, { perSender: 9 });
    expect(sharesOf(await lives(), [30 * day, 30 * day, 30 * day, idsLive])).toStrictEqual(enough);
  });

  test('the box of somebody who comes again and again lives on', async () => {
    const { box, join, keys } = await begin();
    const key = keys.ofBox(box)[0];
    await join({ id: 'a' });
    await server.command('PEXPIRE', key, 60_000);
    await join({ id: 'a' });
    expect(await lifeOf(key)).toBeGreaterThan(boxLives - 10_000);
  });

  test('with all read nothing is left but what is known of the user', async () => {
    const { mailboxes, box, post, waiting } = await begin();
    for (let i = 0; i < 10; i++) await post({ from: `o${i % 2}`, isFresh: true }, { perSender: 9 });
    await mailboxes.acknowledge(
      box,
      (await waiting()).map(({ seq }) => seq),
    );
    expect(await keysOf(box)).toHaveLength(1);
  });

  test('of what people are called, and of what they wrote, nothing is in a key or a channel', async () => {
    const { mailboxes, box, post, join } = await begin();
    await join({ id: 'a', session: sha256('a session') });
    await post({ from: 'oCanary', id: 'canary-id', body: '"canary"' }, { perSender: 9 });
    await mailboxes.enter('canary-site');
    await mailboxes.broadcast('canary-site', draft({ id: 'canary-id' }));
    const keys = (await server.command('KEYS', '*')) as string[];
    const channels = (await server.command('PUBSUB', 'SHARDCHANNELS')) as string[];
    expect([...keys, ...channels].filter((name) => /canary/i.test(name))).toStrictEqual([]);
    expect(keys.filter((key) => key.includes(box))).toHaveLength(4);
    expect(channels.length).toBeGreaterThan(0);
  });

  test('a Redis that is full takes no more, but what makes room in it', async () => {
    const { mailboxes, box, post, join, heard } = await begin();
    const loginAt = mailboxes.now();
    await join({ id: 'a', loginAt });
    const { seq } = added(await post({ from: 'oA' }));
    await server.command('CONFIG', 'SET', 'maxmemory', '1');
    try {
      await expect(post()).rejects.toMatchObject({ code: 'store_unavailable' });
      expect(await mailboxes.acknowledge(box, [seq])).toBe(1);
      await mailboxes.acknowledgeBroadcasts(box, 7);
      await mailboxes.endLogins(box);
      await expect.poll(() => heard.loginEnds).toHaveLength(1);
      await mailboxes.leave(box, 'a');
    } finally {
      await server.command('CONFIG', 'SET', 'maxmemory', '0');
    }
    expect(await join({ loginAt })).toStrictEqual({ kind: 'ended' });
    expect(await join()).toMatchObject({ waiting: 0, broadcastsAfter: 7 });
  });

  test('a waiting message costs little more than what it says', async () => {
    const { box, post, join, keys } = await begin();
    await join({ id: 'a', session: sha256('a session') });
    const body = JSON.stringify({ text: 'x'.repeat(180) });
    for (let i = 0; i < 100; i++) added(await post({ from: 'o'.padEnd(28, 'x'), body }));
    const used = async (name: string): Promise<number> =>
      Number(await server.command('MEMORY', 'USAGE', `${keys.bucketOf(box)}:${name}:${box}`, 'SAMPLES', 0));
    expect((await used('mail')) / 100).toBeLessThan(body.length + 170);
    expect((await used('posted')) / 100).toBeLessThan(60);
    expect(await used('box')).toBeLessThan(600);
    expect(await server.command('OBJECT', 'ENCODING', keys.ofBox(box)[0])).toBe('listpack');
  });

  test('each verb is one question', async () => {
    const { mailboxes, box, post, join, pass } = await begin();
    await pass(300);
    const verbs = [
      () => join({ id: 'a' }),
      () => post({ from: 'oA' }, { perSender: 1 }),
      () => mailboxes.read(box, 0, 10),
      () => mailboxes.acknowledge(box, [1, 2, 3]),
      () => mailboxes.presence(box, []),
      () => mailboxes.endSession(box, 'a'),
      () => mailboxes.leave(box, 'a'),
      () => mailboxes.enter('shop'),
      () => mailboxes.broadcast('shop', draft()),
      () => mailboxes.acknowledgeBroadcasts(box, 1),
      () => mailboxes.exit('shop'),
    ];
    for (const verb of verbs) await verb();
    const before = await asked();
    for (let round = 0; round < 20; round++) for (const verb of verbs) await verb();
    // Nodes look after their buckets meanwhile.
    expect((await asked()) - before).toBeLessThan(20 * verbs.length + 100);
  });
});
