import { expect, test } from 'vitest';
import { added, boxId, idsOf, joined, pastShort, short } from './stage.ts';
import type { Stage } from './stage.ts';

const nobody = { connections: 0, lastSeenAt: null };

export function seats(stage: Stage): void {
  test('whoever joins is told what waits, in order, the first page of it', async () => {
    const { post, join } = await stage();
    const messages = [];
    for (let i = 0; i < 5; i++) messages.push(added(await post({ body: `${i}` })));
    const answer = joined(await join({}, { page: 3 }));
    expect(answer).toStrictEqual({
      kind: 'joined',
      since: answer.since,
      waiting: 5,
      broadcastsAfter: 0,
      messages: messages.slice(0, 3),
      last: messages[2]!.seq,
      more: true,
    });
    expect(joined(await join({}, { page: 5 }))).toMatchObject({
      messages,
      last: messages[4]!.seq,
      more: false,
    });
    const after = messages[3]!.seq;
    expect(joined(await join({}, { after }))).toMatchObject({ waiting: 1, messages: [messages[4]] });
    expect(joined(await join({}, { page: 0 }))).toMatchObject({ messages: [], last: 0, more: true });
  });

  test('who joins an empty box goes on from where it is', async () => {
    const { mailboxes, box, post, join, heard } = await stage();
    const { seq } = added(await post());
    await mailboxes.acknowledge(box, [seq]);
    expect(joined(await join())).toMatchObject({ waiting: 0, messages: [], last: seq, more: false });
    await post();
    await expect.poll(() => heard.mails).toHaveLength(1);
    expect(heard.mails[0]).toMatchObject({ before: seq });
  });

  test('a box that was forgotten goes on behind what a connection has', async () => {
    const { post, join } = await stage();
    const ahead = Date.now() * 2;
    expect(joined(await join({}, { after: ahead }))).toMatchObject({ last: ahead, messages: [] });
    const next = added(await post());
    expect(next.seq).toBeGreaterThan(ahead);
    expect(joined(await join({}, { after: ahead }))).toMatchObject({ messages: [next] });
  });

  test('a seat that is taken again is the same one, since when it was', async () => {
    const { mailboxes, box, join, pass } = await stage();
    const { since } = joined(await join({ id: 'seat' }));
    await pass(20);
    expect(joined(await join({ id: 'seat', since }))).toMatchObject({ since });
    expect(joined(await join({ id: 'seat' }))).toMatchObject({ since });
    expect(await mailboxes.presence(box, [])).toMatchObject({ connections: 1 });
    expect(joined(await join({ id: 'former', since: since - 5_000 }))).toMatchObject({
      since: since - 5_000,
    });
  });

  test('beyond the limit the oldest seat goes, and its node is told', async () => {
    const { mailboxes, box, join, pass, heard } = await stage();
    for (const id of ['a', 'b', 'c']) {
      await join({ id }, { limit: 3 });
      await pass(5);
    }
    await join({ id: 'd' }, { limit: 3 });
    await expect.poll(() => heard.replacements).toStrictEqual([[box, 'a']]);
    await join({ id: 'e' }, { limit: 1 });
    await expect.poll(() => heard.replacements.map(([, id]) => id)).toStrictEqual(['a', 'b', 'c', 'd']);
    expect(await mailboxes.presence(box, [])).toMatchObject({ connections: 1 });
  });

  test('a renewal makes no seat younger: the oldest is the one that began first', async () => {
    const { box, join, pass, heard } = await stage();
    const { since } = joined(await join({ id: 'a' }));
    await pass(5);
    await join({ id: 'b' });
    await pass(5);
    await join({ id: 'a', since });
    await join({ id: 'c' }, { limit: 2 });
    await expect.poll(() => heard.replacements).toStrictEqual([[box, 'a']]);
  });

  test('one that had to go does not come back by renewing itself', async () => {
    const { mailboxes, box, join, pass, heard } = await stage();
    const { since } = joined(await join({ id: 'a' }));
    await pass(5);
    for (const id of ['b', 'c']) await join({ id }, { limit: 2 });
    await expect.poll(() => heard.replacements).toHaveLength(1);
    expect(await join({ id: 'a', since }, { limit: 2 })).toStrictEqual({ kind: 'replaced' });
    await mailboxes.leave(box, 'a');
    expect(heard.replacements).toHaveLength(1);
    expect(await mailboxes.presence(box, [])).toMatchObject({ connections: 2 });
  });

  test('seats of another user are his own', async () => {
    const { mailboxes, box, join, heard } = await stage();
    const other = boxId();
    await join({ id: 'a' }, { limit: 1 });
    await join({ id: 'a' }, { limit: 1 }, other);
    await mailboxes.leave(other, 'a');
    expect(await mailboxes.presence(box, [])).toMatchObject({ connections: 1 });
    expect(await mailboxes.presence(other, [])).toMatchObject({ connections: 0 });
    expect(heard.replacements).toStrictEqual([]);
  });

  test('to leave a seat that is not taken does nothing', async () => {
    const { mailboxes, box, join } = await stage();
    await mailboxes.leave(box, 'a');
    expect(await mailboxes.presence(box, [])).toStrictEqual(nobody);
    await join({ id: 'a' });
    await mailboxes.leave(box, 'b');
    expect(await mailboxes.presence(box, [])).toMatchObject({ connections: 1 });
  });

  test('a seat that nobody renews is none in the end', async () => {
    const { mailboxes, box, post, join, pass, heard } = await stage({ seatLives: short });
    const { since } = joined(await join({ id: 'a' }));
    await pass(short * 0.6);
    await join({ id: 'a', since });
    await pass(short * 0.6);
    expect(await mailboxes.presence(box, [])).toMatchObject({ connections: 1 });
    await pass(pastShort);
    expect(await mailboxes.presence(box, [])).toMatchObject({ connections: 0 });
    expect(await post()).toMatchObject({ online: false });
    expect(heard.mails).toStrictEqual([]);
  });

  test('what waits stays with the user, not with a seat', async () => {
    const { mailboxes, box, post, join } = await stage();
    await join({ id: 'a' });
    const { id } = added(await post());
    await mailboxes.leave(box, 'a');
    expect(idsOf(joined(await join({ id: 'b' })).messages)).toStrictEqual([id]);
    expect(idsOf(joined(await join({ id: 'c' })).messages)).toStrictEqual([id]);
  });
}
