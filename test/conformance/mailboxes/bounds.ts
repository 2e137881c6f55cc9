import { expect, test } from 'vitest';
import type { Bounds } from '../../../src/messaging/mailboxes.ts';
import { added, idsOf, noBounds, pastShort, short } from './stage.ts';
import type { Stage, Staged } from './stage.ts';

/** @returns what became of each, one after the other */
async function kinds({ post }: Staged, from: string | null, count: number, bound: Partial<Bounds>) {
  const found: string[] = [];
  for (let i = 0; i < count; i++) found.push((await post({ from }, bound)).kind);
  return found;
}

export function bounds(stage: Stage): void {
  test.each(['refuse', 'drop'] as const)('a user has so many at most, with %s as well', async (beyond) => {
    const staged = await stage();
    const { mailboxes, box, waiting } = staged;
    const bound: Bounds = { ...noBounds, perUser: 3, beyond };
    expect(await kinds(staged, null, 4, bound)).toStrictEqual(['added', 'added', 'added', 'full']);
    const messages = await waiting();
    expect(messages).toHaveLength(3);
    await mailboxes.acknowledge(box, [messages[1]!.seq]);
    expect(await kinds(staged, 'oA', 2, bound)).toStrictEqual(['added', 'full']);
  });

  test('also while he is there', async () => {
    const staged = await stage();
    await staged.join();
    expect(await kinds(staged, null, 3, { perUser: 2 })).toStrictEqual(['added', 'added', 'full']);
  });

  test.each([
    { beyond: 'refuse', then: 'full' },
    { beyond: 'drop', then: 'dropped' },
  ] as const)('a sender beyond his bound: $beyond', async ({ beyond, then }) => {
    const staged = await stage();
    const bound: Bounds = { ...noBounds, perSender: 3, beyond };
    expect(await kinds(staged, 'oA', 4, bound)).toStrictEqual(['added', 'added', 'added', then]);
    expect(await kinds(staged, 'oB', 1, bound)).toStrictEqual(['added']);
    expect(await kinds(staged, null, 4, bound)).toStrictEqual(['added', 'added', 'added', then]);
    expect(await staged.waiting()).toHaveLength(7);
  });

  test('what was acknowledged makes room for its sender', async () => {
    const staged = await stage();
    const { mailboxes, box, waiting } = staged;
    await kinds(staged, 'oA', 2, { perSender: 2 });
    await kinds(staged, 'oB', 2, { perSender: 2 });
    const [first] = await waiting();
    await mailboxes.acknowledge(box, [first!.seq]);
    expect(await kinds(staged, 'oB', 1, { perSender: 2 })).toStrictEqual(['full']);
    expect(await kinds(staged, 'oA', 2, { perSender: 2 })).toStrictEqual(['added', 'full']);
  });

  test('what expired makes room, for its sender and for all', async () => {
    const staged = await stage({ keptAtLeast: short });
    const { post, pass } = staged;
    const bound: Bounds = { ...noBounds, perUser: 2, perSender: 1 };
    for (const from of ['oA', 'oB']) await post({ from, ttl: short }, bound);
    expect(await kinds(staged, 'oA', 1, bound)).toStrictEqual(['full']);
    await pass(pastShort);
    expect(await kinds(staged, 'oA', 2, bound)).toStrictEqual(['added', 'full']);
    expect(await kinds(staged, 'oC', 2, bound)).toStrictEqual(['added', 'full']);
    expect(await staged.waiting()).toHaveLength(2);
  });

  test('the bound of a sender holds while nobody is there, and only then', async () => {
    const staged = await stage();
    const { mailboxes, box, join } = staged;
    expect(await kinds(staged, 'oA', 3, { perSender: 2 })).toStrictEqual(['added', 'added', 'full']);
    await join({ id: 'seat' });
    expect(await kinds(staged, 'oA', 3, { perSender: 2 })).toStrictEqual(['added', 'added', 'added']);
    await mailboxes.leave(box, 'seat');
    expect(await kinds(staged, 'oA', 1, { perSender: 2 })).toStrictEqual(['full']);
    const sent = await staged.waiting();
    await mailboxes.acknowledge(
      box,
      sent.slice(0, 4).map(({ seq }) => seq),
    );
    expect(await kinds(staged, 'oA', 2, { perSender: 2 })).toStrictEqual(['added', 'full']);
  });

  test('to somebody who is there it holds, too, with so many more that may be on their way', async () => {
    const staged = await stage({ onTheWay: 3 });
    const { mailboxes, box, join, waiting } = staged;
    await join({ id: 'seat' });
    const found = await kinds(staged, 'oA', 6, { perSender: 2 });
    expect(found).toStrictEqual(['added', 'added', 'added', 'added', 'added', 'full']);
    expect(await kinds(staged, 'oB', 1, { perSender: 2 })).toStrictEqual(['added']);
    await mailboxes.acknowledge(
      box,
      (await waiting()).map(({ seq }) => seq),
    );
    expect(await kinds(staged, 'oA', 1, { perSender: 2 })).toStrictEqual(['added']);
  });

  test('what nobody is there for and will not wait is no matter of bounds', async () => {
    const { post } = await stage();
    const bound: Bounds = { ...noBounds, perUser: 1, perSender: 1 };
    await post({ from: 'oA' }, bound);
    expect(await post({ from: 'oA', ttl: 0 }, bound)).toMatchObject({ kind: 'added', online: false });
  });

  test('what he sent while there was no bound is counted, too', async () => {
    const staged = await stage();
    await kinds(staged, 'oA', 3, {});
    expect(await kinds(staged, 'oA', 1, { perSender: 3 })).toStrictEqual(['full']);
  });

  test.each(['refuse', 'drop'] as const)(
    'other users have a share of the box, and the site has the rest; with %s as well',
    async (beyond) => {
      const staged = await stage();
      const { mailboxes, box, waiting } = staged;
      const bound: Bounds = { ...noBounds, perUser: 4, fromPeers: 2, beyond };
      expect(await kinds(staged, 'oA', 1, bound)).toStrictEqual(['added']);
      expect(await kinds(staged, 'oB', 2, bound)).toStrictEqual(['added', 'full']);
      expect(await kinds(staged, null, 1, bound)).toStrictEqual(['added']);
      const [first] = await waiting();
      await mailboxes.acknowledge(box, [first!.seq]);
      expect(await kinds(staged, 'oB', 2, bound)).toStrictEqual(['added', 'full']);
      expect(await kinds(staged, null, 2, bound)).toStrictEqual(['added', 'full']);
    },
  );

  test('the share of other users holds while he is there, too, and what expired makes room in it', async () => {
    const staged = await stage({ keptAtLeast: short });
    const bound: Bounds = { ...noBounds, fromPeers: 1 };
    await staged.join();
    await staged.post({ from: 'oA', ttl: short }, bound);
    expect(await kinds(staged, 'oB', 1, bound)).toStrictEqual(['full']);
    await staged.pass(pastShort);
    expect(await kinds(staged, 'oB', 2, bound)).toStrictEqual(['added', 'full']);
  });

  test('what is refused leaves no trace', async () => {
    const { post, waiting, join, heard } = await stage();
    const kept = added(await post({ from: 'oA' }, { perSender: 1 }));
    await post({ from: 'oA', id: 'late' }, { perSender: 1 });
    await join();
    await post({ from: 'oA', id: 'full' }, { perUser: 1 });
    expect(idsOf(await waiting())).toStrictEqual([kept.id]);
    const next = added(await post());
    await expect.poll(() => heard.mails).toHaveLength(1);
    expect(heard.mails).toMatchObject([{ message: next, before: kept.seq }]);
  });
}
