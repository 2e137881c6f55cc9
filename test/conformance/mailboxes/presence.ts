import { expect, test } from 'vitest';
import { boxId, pastShort, short } from './stage.ts';
import type { Stage } from './stage.ts';

export function presence(stage: Stage): void {
  test('who never came was never seen', async () => {
    const { mailboxes, box, post } = await stage();
    await post();
    expect(await mailboxes.presence(box, [])).toStrictEqual({ connections: 0, lastSeenAt: null });
    expect(await mailboxes.presence(boxId(), ['a'])).toStrictEqual({ connections: 0, lastSeenAt: null });
  });

  test('who is there is seen now, on each of his connections', async () => {
    const { mailboxes, box, join, pass } = await stage();
    await join({ id: 'a' });
    await join({ id: 'b' });
    await pass(500);
    const found = await mailboxes.presence(box, []);
    expect(found.connections).toBe(2);
    expect(Math.abs(found.lastSeenAt! - mailboxes.now())).toBeLessThan(300);
  });

  test('who left was seen then', async () => {
    const { mailboxes, box, join, pass } = await stage();
    await join({ id: 'a' });
    await pass(200);
    const left = mailboxes.now();
    await mailboxes.leave(box, 'a');
    await pass(500);
    const found = await mailboxes.presence(box, []);
    expect(found.connections).toBe(0);
    expect(Math.abs(found.lastSeenAt! - left)).toBeLessThan(150);
  });

  test('after a long while nobody knows', async () => {
    const { mailboxes, box, join, post, pass } = await stage({ boxLives: short });
    await join({ id: 'a' });
    await mailboxes.leave(box, 'a');
    await post();
    await pass(pastShort);
    expect(await mailboxes.presence(box, [])).toStrictEqual({ connections: 0, lastSeenAt: null });
  });
}
