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
    expect(await join({ loginAt: mailboxes.now() })).toMatchObject({ kind: 'joined' });
  });

  test('whoever sits there is told, once, up to when', async () => {
    const { mailboxes, box, join, pass, heard } = await stage();
    const loginAt = mailboxes.now();
    await join({ id: 'a', loginAt });
    await join({ id: 'b', loginAt });
    await pass(50);
    await mailboxes.endLogins(box);
    await mailboxes.endLogins(boxId());
    await expect.poll(() => heard.loginEnds).toHaveLength(1);
    await pass(200);
    expect(heard.loginEnds).toStrictEqual([[box, expect.any(Number)]]);
    expect(heard.loginEnds[0]![1]).toBeGreaterThan(loginAt);
  });

  test('a login from before the store has any memory may have been ended: it is', async () => {
    const { mailboxes, join } = await stage();
    expect(await join({ loginAt: mailboxes.now() - 60_000 })).toStrictEqual({ kind: 'ended' });
  });
}
