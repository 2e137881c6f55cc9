import { expect, test } from 'vitest';
import { isFor } from '../../../src/messaging/mailboxes.ts';
import { added, idsOf, joined, long, pastShort, short } from './stage.ts';
import type { Stage } from './stage.ts';

export function expiry(stage: Stage): void {
  test('a message is gone after its time, wherever it stands', async () => {
    const { mailboxes, box, post, pass, waiting } = await stage({ keptAtLeast: short });
    for (const [id, ttl] of Object.entries({ a: short, b: long, c: short, d: long, e: short }))
      await post({ id, ttl });
    expect(idsOf(await waiting())).toStrictEqual(['a', 'b', 'c', 'd', 'e']);
    await pass(pastShort);
    expect(idsOf(await waiting())).toStrictEqual(['b', 'd']);
    await post({ id: 'f' });
    expect(idsOf(await waiting())).toStrictEqual(['b', 'd', 'f']);
    const [b] = await waiting();
    expect(await mailboxes.acknowledge(box, [b!.seq])).toBe(1);
    expect(idsOf(await waiting())).toStrictEqual(['d', 'f']);
  });

  test('pages lead past what is over', async () => {
    const { mailboxes, box, post, pass } = await stage({ keptAtLeast: short });
    for (const ttl of [short, short]) await post({ ttl });
    const kept = added(await post({ ttl: long }));
    await pass(pastShort);
    const found = [];
    for (let after = 0, more = true; more;) {
      const page = await mailboxes.read(box, after, 2);
      found.push(...page.messages);
      ({ last: after, more } = page);
    }
    expect(found).toStrictEqual([kept]);
  });

  test('one of a short life is kept a little longer, for whoever was there and missed it', async () => {
    const { mailboxes, post, join, pass, waiting } = await stage({ keptAtLeast: 60_000 });
    const { since } = joined(await join());
    const message = added(await post({ ttl: short }));
    await pass(pastShort);
    expect(await waiting()).toStrictEqual([message]);
    expect(isFor(message, since, mailboxes.now())).toBe(true);
    const later = joined(await join());
    expect(later.messages.filter((each) => isFor(each, later.since, mailboxes.now()))).toStrictEqual([]);
  });

  test('one without any time is for those who are there', async () => {
    const { mailboxes, box, post, join, waiting, heard } = await stage();
    expect(await post({ ttl: 0 })).toMatchObject({ kind: 'added', online: false });
    expect(await waiting()).toStrictEqual([]);
    const { since } = joined(await join({ id: 'seat' }));
    const message = added(await post({ ttl: 0 }));
    expect(message.expiresAt).toBe(message.sentAt);
    expect(isFor(message, since, mailboxes.now())).toBe(true);
    await expect.poll(() => heard.mails.map((mail) => mail.message)).toStrictEqual([message]);
    expect(await waiting()).toStrictEqual([message]);
    expect(await mailboxes.acknowledge(box, [message.seq])).toBe(1);
  });

  test('an empty box forgets its place after a long while, and begins behind it', async () => {
    const { mailboxes, box, post, pass } = await stage({ keptAtLeast: short, boxLives: short });
    const first = added(await post({ ttl: short }));
    await pass(pastShort);
    expect(await mailboxes.read(box, 0, 10)).toMatchObject({ messages: [] });
    expect(added(await post()).seq).toBeGreaterThan(first.seq);
  });
}
