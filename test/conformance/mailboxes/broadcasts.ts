import { expect, test } from 'vitest';
import { randomId } from '../../../src/kit/id.ts';
import { isFor } from '../../../src/messaging/mailboxes.ts';
import { added, draft, joined, long, pastShort, short } from './stage.ts';
import type { Stage } from './stage.ts';

export function broadcasts(stage: Stage): void {
  test('one is told to whoever entered the site, once, with the place of the one before', async () => {
    const { mailboxes, join, heard } = await stage();
    const site = randomId(6);
    const early = added(await mailboxes.broadcast(site, draft({ ttl: 0 })));
    await mailboxes.enter(site);
    await mailboxes.enter(site);
    for (const id of ['a', 'b']) await join({ id });
    const posted = await mailboxes.broadcast(site, draft({ body: '{"n":1}', ttl: 0 }));
    expect(posted).toMatchObject({ kind: 'added', online: true });
    const message = added(posted);
    await expect.poll(() => heard.broadcasts).toHaveLength(1);
    const [told] = heard.broadcasts;
    expect(told).toMatchObject({ box: site, message });
    // What nobody could hear or come for was not kept.
    expect([0, early.seq]).toContain(told!.before);
    expect(heard.mails).toStrictEqual([]);
  });

  test('not to another site, and not after the exit', async () => {
    const { mailboxes, heard, pass } = await stage();
    const [site, other] = [randomId(6), randomId(6)];
    await mailboxes.enter(site);
    expect(await mailboxes.broadcast(other, draft())).toMatchObject({ online: false });
    await mailboxes.exit(site);
    expect(await mailboxes.broadcast(site, draft())).toMatchObject({ online: false });
    await pass(200);
    expect(heard.broadcasts).toStrictEqual([]);
    await mailboxes.enter(site);
    expect(await mailboxes.broadcast(site, draft())).toMatchObject({ online: true });
  });

  test('who comes later reads those that last, and none of another site', async () => {
    const { mailboxes, pass } = await stage();
    const [site, other] = [randomId(6), randomId(6)];
    await mailboxes.enter(site);
    added(await mailboxes.broadcast(site, draft({ ttl: 0 })));
    added(await mailboxes.broadcast(site, draft({ ttl: short })));
    const lasting = added(await mailboxes.broadcast(site, draft({ ttl: long })));
    await pass(pastShort);
    const { messages, last, more } = await mailboxes.readBroadcasts(site, 0, 10);
    const now = mailboxes.now();
    expect(messages.filter((message) => isFor(message, now, now))).toStrictEqual([lasting]);
    expect({ last, more }).toStrictEqual({ last: lasting.seq, more: false });
    expect((await mailboxes.readBroadcasts(other, 0, 10)).messages).toStrictEqual([]);
    expect((await mailboxes.readBroadcasts(site, last, 10)).messages).toStrictEqual([]);
  });

  test('the same id is the same broadcast', async () => {
    const { mailboxes } = await stage();
    const site = randomId(6);
    await mailboxes.enter(site);
    await mailboxes.broadcast(site, draft({ id: 'a' }));
    expect(await mailboxes.broadcast(site, draft({ id: 'a' }))).toStrictEqual({
      kind: 'repeated',
      online: true,
    });
    expect((await mailboxes.readBroadcasts(site, 0, 10)).messages).toHaveLength(1);
  });

  test('of too many the oldest go', async () => {
    const { mailboxes } = await stage({ broadcastsKept: 3 });
    const site = randomId(6);
    const sent = [];
    for (let i = 0; i < 5; i++) sent.push(added(await mailboxes.broadcast(site, draft())));
    expect((await mailboxes.readBroadcasts(site, 0, 10)).messages).toStrictEqual(sent.slice(2));
  });

  test('a user is known to have them up to a place, which only moves on', async () => {
    const { mailboxes, box, join } = await stage();
    const heardUpTo = async (): Promise<number> => joined(await join()).broadcastsAfter;
    expect(await heardUpTo()).toBe(0);
    const at = mailboxes.now();
    await mailboxes.acknowledgeBroadcasts(box, at);
    expect(await heardUpTo()).toBe(at);
    await mailboxes.acknowledgeBroadcasts(box, at - 1);
    expect(await heardUpTo()).toBe(at);
    await mailboxes.acknowledgeBroadcasts(box, at + 7);
    expect(await heardUpTo()).toBe(at + 7);
  });

  test('50 at once each have a place of their own, and are told in order', async () => {
    const { mailboxes, heard } = await stage();
    const site = randomId(6);
    await mailboxes.enter(site);
    const posted = await Promise.all(Array.from({ length: 50 }, () => mailboxes.broadcast(site, draft())));
    const places = posted.map((each) => added(each).seq).sort((a, b) => a - b);
    expect(new Set(places).size).toBe(50);
    await expect.poll(() => heard.broadcasts.map(({ message }) => message.seq)).toStrictEqual(places);
    expect(heard.broadcasts.map(({ before }) => before)).toStrictEqual([0, ...places.slice(0, -1)]);
  });
}
