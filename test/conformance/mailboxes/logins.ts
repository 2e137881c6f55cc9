import { expect, test } from 'vitest';
import { boxId } from './stage.ts';
import type { Stage } from './stage.ts';

export function logins(stage: Stage): void {
  test('with a login that was ended there is no seat, with a later one and with a session there is', async () => {
    const { mailboxes, box, join, pass, post, waiting } = await stage();
    await post();
    const loginAt = mailboxes.now();
    await join({ id: 'page', loginAt });
    await join({ id: 'program', session: 'a session', loginAt: null });
    await pass(50);
    await mailboxes.endLogins(box);
    expect(await join({ id: 'page', loginAt })).toStrictEqual({ kind: 'ended' });
    expect(await join({ id: 'another', loginAt })).toStrictEqual({ kind: 'ended' });
    expect(await mailboxes.presence(box, [])).toMatchObject({ connections: 1 });
    await pass(50);
    const later = { id: 'later', loginAt: mailboxes.now() };
    expect(await join(later)).toMatchObject({ kind: 'joined', waiting: 1 });
    expect(await join({ id: 'program', session: 'a session' })).toMatchObject({ kind: 'joined' });
    expect(await waiting()).toHaveLength(1);
  });

  test('ended are those of this user', async () => {
    const { mailboxes, join } = await stage();
    await mailboxes.endLogins(boxId());
    expect(await join({ loginAt: mailboxes.now() - 1_000 })).toMatchObject({ kind: 'joined' });
  });

  test('whoever sits there is told to join again', async () => {
    const { mailboxes, box, join, heard } = await stage();
    await join({ loginAt: mailboxes.now() });
    await mailboxes.endLogins(box);
    await expect.poll(() => heard.misses.some((concerns) => concerns(box))).toBe(true);
    expect(heard.misses.some((concerns) => concerns(boxId()))).toBe(false);
  });
}
