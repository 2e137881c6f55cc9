import { expect, test } from 'vitest';
import { added, boxId, idsOf } from './stage.ts';
import type { Stage } from './stage.ts';

export function acknowledging(stage: Stage): void {
  test('what is acknowledged is gone, and the rest stays in order', async () => {
    const { mailboxes, box, post, waiting } = await stage();
    const messages = [];
    for (const id of ['a', 'b', 'c', 'd', 'e']) messages.push(added(await post({ id })));
    const [a, b, c, d, e] = messages.map(({ seq }) => seq);
    expect(await mailboxes.acknowledge(box, [c!])).toBe(1);
    expect(idsOf(await waiting())).toStrictEqual(['a', 'b', 'd', 'e']);
    expect(await mailboxes.acknowledge(box, [a!])).toBe(1);
    expect(await mailboxes.acknowledge(box, [e!, b!])).toBe(2);
    expect(idsOf(await waiting())).toStrictEqual(['d']);
    expect(await mailboxes.acknowledge(box, [d!])).toBe(1);
    expect(await waiting()).toStrictEqual([]);
  });

  test('what is not there has no effect', async () => {
    const { mailboxes, box, post, waiting } = await stage();
    const { seq } = added(await post());
    expect(await mailboxes.acknowledge(box, [])).toBe(0);
    expect(await mailboxes.acknowledge(box, [seq - 1, seq + 1, 0])).toBe(0);
    expect(await mailboxes.acknowledge(boxId(), [seq])).toBe(0);
    expect(await mailboxes.acknowledge(box, [seq, seq])).toBe(1);
    expect(await mailboxes.acknowledge(box, [seq])).toBe(0);
    expect(await waiting()).toStrictEqual([]);
  });

  test('after it the box goes on where it was', async () => {
    const { mailboxes, box, post, waiting } = await stage();
    const first = added(await post());
    await mailboxes.acknowledge(box, [first.seq]);
    const second = added(await post());
    expect(second.seq).toBeGreaterThan(first.seq);
    expect(await waiting()).toStrictEqual([second]);
  });
}
