import { expect, test } from 'vitest';
import { added, boxId, pastShort, short } from './stage.ts';
import type { Stage } from './stage.ts';

export function repeats(stage: Stage): void {
  test('the same id of the same sender is the same message, whatever else it says', async () => {
    const { post, waiting } = await stage();
    const message = added(await post({ id: 'a', from: 'oA' }));
    expect(await post({ id: 'a', from: 'oA', body: '2' })).toStrictEqual({ kind: 'repeated', online: false });
    expect(await waiting()).toStrictEqual([message]);
  });

  test('of another sender, or to another user, it is another', async () => {
    const { post, waiting } = await stage();
    const other = boxId();
    await post({ id: 'a', from: 'oA' });
    expect(await post({ id: 'a', from: 'oB' })).toMatchObject({ kind: 'added' });
    expect(await post({ id: 'a', from: null })).toMatchObject({ kind: 'added' });
    expect(await post({ id: 'a', from: 'oA' }, {}, other)).toMatchObject({ kind: 'added' });
    expect((await waiting()).map(({ from }) => from)).toStrictEqual(['oA', 'oB', null]);
  });

  test('it is so also when the first one is acknowledged, and says what was said then', async () => {
    const { mailboxes, box, post, join, waiting } = await stage();
    await join({ id: 'seat' });
    const { seq } = added(await post({ id: 'a' }));
    await mailboxes.acknowledge(box, [seq]);
    await mailboxes.leave(box, 'seat');
    expect(await post({ id: 'a' })).toStrictEqual({ kind: 'repeated', online: true });
    expect(await waiting()).toStrictEqual([]);
  });

  test('what was refused was not posted: it may be tried again', async () => {
    const { mailboxes, box, post } = await stage();
    const { seq } = added(await post({}, { perUser: 1 }));
    expect(await post({ id: 'a' }, { perUser: 1 })).toStrictEqual({ kind: 'full' });
    await mailboxes.acknowledge(box, [seq]);
    expect(await post({ id: 'a' }, { perUser: 1 })).toMatchObject({ kind: 'added' });
  });

  test('a repeat is one before any bound is looked at', async () => {
    const { post } = await stage();
    await post({ id: 'a' }, { perUser: 1, perSender: 1 });
    expect(await post({ id: 'a' }, { perUser: 1, perSender: 1 })).toMatchObject({ kind: 'repeated' });
  });

  test('a fresh id is looked for nowhere', async () => {
    const { post, waiting } = await stage();
    await post({ id: 'a', isFresh: true });
    expect(await post({ id: 'a', isFresh: true })).toMatchObject({ kind: 'added' });
    expect(await waiting()).toHaveLength(2);
  });

  test('ids are forgotten in time', async () => {
    const { post, pass } = await stage({ idsLive: short });
    await post({ id: 'a' });
    expect(await post({ id: 'a' })).toMatchObject({ kind: 'repeated' });
    await pass(pastShort);
    expect(await post({ id: 'a' })).toMatchObject({ kind: 'added' });
  });

  test('and when there are too many, the oldest first', async () => {
    const { post } = await stage({ idsKept: 3 });
    for (const id of ['a', 'b', 'c', 'd']) await post({ id });
    expect(await post({ id: 'b' })).toMatchObject({ kind: 'repeated' });
    expect(await post({ id: 'd' })).toMatchObject({ kind: 'repeated' });
    expect(await post({ id: 'a' })).toMatchObject({ kind: 'added' });
  });
}
