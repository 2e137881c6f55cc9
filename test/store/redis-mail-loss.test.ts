import { describe, expect, onTestFinished, test } from 'vitest';
import { broadcastsId } from '../../src/messaging/mailboxes.ts';
import { added, draft, idsOf, joined } from '../conformance/mailboxes/stage.ts';
import { change, draft as sceneDraft, long } from '../conformance/scene-store/stage.ts';
import { noRedis } from '../support/needs.ts';
import { RedisServer } from '../support/redis-server.ts';
import { openMailNodes } from './mail-nodes.ts';
import type { MailNode } from './mail-nodes.ts';

async function begin(): Promise<{ server: RedisServer; a: MailNode; b: MailNode; box: string }> {
  const server = await RedisServer.start();
  onTestFinished(() => server.stop());
  const [a, b] = await openMailNodes(server.url, 2);
  return { server, a: a!, b: b!, box: a!.box };
}

function isMissed({ heard }: MailNode, id: string): boolean {
  return heard.misses.some((concerns) => concerns(id));
}

describe.skipIf(noRedis)('a Redis that forgot everything', () => {
  test.each([
    { name: 'with nothing else going on', isBusy: false },
    { name: 'while its buckets are marked as sound at once', isBusy: true },
  ])('emptied, $name: a node to which nothing was ever told takes its seats again', async ({ isBusy }) => {
    const { server, a, b, box } = await begin();
    const { since } = joined(await b.join({ id: 'seat' }));
    await b.pass(700);
    await server.command('FLUSHALL');
    const emptied = Date.now();
    if (isBusy) {
      // Scenes in each bucket: what comes first writes down that the bucket is sound.
      const scenes = await Promise.all(Array.from({ length: 200 }, () => a.store.add(sceneDraft(), long)));
      await Promise.all(scenes.map(({ id }) => a.store.move(id, change('scan'))));
    }
    expect(await a.post({ id: 'meanwhile' })).toMatchObject({ kind: 'added', online: false });
    await expect.poll(() => isMissed(b, box), { interval: 10 }).toBe(true);
    expect(Date.now() - emptied).toBeLessThan(1_000);
    const again = joined(await b.join({ id: 'seat', since }));
    expect(again).toMatchObject({ since, waiting: 1 });
    expect(idsOf(again.messages)).toStrictEqual(['meanwhile']);
    expect(await a.post({ id: 'later' })).toMatchObject({ online: true });
    await expect.poll(() => b.heard.mails).toMatchObject([{ message: { id: 'later' }, before: again.last }]);
  });

  test('what comes afterwards has a later place than whatever came before', async () => {
    const { server, a, b, box } = await begin();
    await b.join({ id: 'seat' });
    const before = added(await a.post());
    await expect.poll(() => b.heard.mails).toHaveLength(1);
    await server.command('FLUSHALL');
    const after = added(await a.post());
    expect(after.seq).toBeGreaterThan(before.seq);
    await expect.poll(() => isMissed(b, box)).toBe(true);
    const again = joined(await b.join({ id: 'seat' }, { after: before.seq }));
    expect(again).toMatchObject({ messages: [after], last: after.seq });
  });

  test('the sites that a node entered are known again by themselves', async () => {
    const { server, a, b } = await begin();
    await b.mailboxes.enter('shop');
    await b.pass(700);
    await server.command('FLUSHALL');
    await expect.poll(() => isMissed(b, broadcastsId('shop'))).toBe(true);
    await b.pass(50);
    const message = added(await a.mailboxes.broadcast('shop', draft()));
    await expect.poll(() => b.heard.broadcasts).toMatchObject([{ box: 'shop', message }]);
  });

  test('restarted without its data: every box is looked at again, and the sites are known', async () => {
    const { server, a, b } = await begin();
    await b.mailboxes.enter('shop');
    await b.join({ id: 'seat' });
    await server.kill();
    await expect.poll(() => b.connection.isUp).toBe(false);
    await server.restartEmpty();
    await expect
      .poll(async () => (await a.mailboxes.broadcast('shop', draft()).catch(() => undefined))?.kind, {
        timeout: 5_000,
      })
      .toBe('added');
    await expect
      .poll(async () => await a.mailboxes.broadcast('shop', draft()).catch(() => undefined), {
        timeout: 5_000,
      })
      .toMatchObject({ online: true });
    await expect.poll(() => b.heard.broadcasts.length).toBeGreaterThan(0);
    joined(await b.join({ id: 'seat' }));
    expect(await a.post()).toMatchObject({ online: true });
  });
});

describe.skipIf(noRedis)('a Redis that is away', () => {
  test('each verb says so, and at once', async () => {
    const { server, a, box } = await begin();
    await a.mailboxes.enter('shop');
    await server.kill();
    await expect.poll(() => a.connection.isUp).toBe(false);
    const begun = performance.now();
    const { mailboxes } = a;
    const answers = await Promise.allSettled([
      a.post(),
      a.join(),
      mailboxes.leave(box, 'seat'),
      mailboxes.read(box, 0, 10),
      mailboxes.acknowledge(box, [1]),
      mailboxes.presence(box, []),
      mailboxes.endSession(box, 'a session'),
      mailboxes.enter('another'),
      mailboxes.exit('shop'),
      mailboxes.broadcast('shop', draft()),
      mailboxes.readBroadcasts('shop', 0, 10),
      mailboxes.acknowledgeBroadcasts(box, 1),
    ]);
    expect(performance.now() - begun).toBeLessThan(500);
    for (const answer of answers) expect(answer).toMatchObject({ reason: { code: 'store_unavailable' } });
  });
});
