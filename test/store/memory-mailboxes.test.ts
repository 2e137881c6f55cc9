import { describe, expect, test } from 'vitest';
import { settings } from '../../src/kit/settings.ts';
import type { Settings } from '../../src/kit/settings.ts';
import type { MailWakeUps } from '../../src/messaging/mailboxes.ts';
import { MemoryMailboxes } from '../../src/store/memory/mailboxes.ts';
import { conformMailboxes } from '../conformance/mailboxes.ts';
import { added, Heard, joined, wordsFor } from '../conformance/mailboxes/stage.ts';
import { FakeClock } from '../support/fake-clock.ts';

function open(figures: Settings['messaging'] = settings.messaging, wakeUps: MailWakeUps = new Heard()) {
  const clock = new FakeClock();
  const mailboxes = new MemoryMailboxes(clock, figures);
  mailboxes.listen(wakeUps);
  const pass = async (ms: number) => clock.advance(ms);
  return { clock, mailboxes, pass, close: () => mailboxes.close() };
}

conformMailboxes('the memory mailboxes', async (figures, wakeUps) => open(figures, wakeUps));

describe('of memory only', () => {
  const hour = 60 * 60_000;

  test('a message, an id and a seat end to the millisecond', async () => {
    const { clock, mailboxes } = open();
    const { box, post, join, waiting } = wordsFor(mailboxes);
    await post({ id: 'a', ttl: hour });
    await join();
    clock.advance(hour - 1);
    expect(await waiting()).toHaveLength(1);
    clock.advance(1);
    expect(await waiting()).toHaveLength(0);
    clock.advance(settings.messaging.seatLives - hour - 1);
    expect(await mailboxes.presence(box)).toMatchObject({ connections: 1 });
    clock.advance(1);
    expect(await mailboxes.presence(box)).toMatchObject({ connections: 0 });
    clock.advance(settings.messaging.idsLive - settings.messaging.seatLives - 1);
    expect(await post({ id: 'a' })).toMatchObject({ kind: 'repeated' });
    clock.advance(1);
    expect(await post({ id: 'a' })).toMatchObject({ kind: 'added' });
  });

  test('it takes no more than a bound, and room is made by whatever ends', async () => {
    const { clock, mailboxes } = open({ ...settings.messaging, heldBytes: 20_000, messageBytes: 1_000 });
    const { box, post } = wordsFor(mailboxes);
    const one = added(await post({ body: `"${'x'.repeat(4_498)}"`, ttl: hour }));
    await post({ body: `"${'x'.repeat(4_498)}"`, ttl: hour }, {}, 'another box');
    await expect(post()).rejects.toMatchObject({ code: 'store_unavailable' });
    await mailboxes.acknowledge(box, [one.seq]);
    const small = async (): Promise<unknown> => post({ body: '1234' });
    await expect(post({ from: 'oA' })).rejects.toMatchObject({ code: 'store_unavailable' });
    for (let i = 0; i < 10; i++) await small();
    await expect(small()).rejects.toMatchObject({ code: 'store_unavailable' });
    // What is over is forgotten without being asked for.
    clock.advance(hour + 5_000);
    await small();
  });

  test('who stays at a site is told its broadcasts for as long as he stays', async () => {
    const heard = new Heard();
    const { clock, mailboxes } = open(settings.messaging, heard);
    await mailboxes.enter('shop');
    clock.advance(30 * 24 * hour);
    await mailboxes.broadcast('shop', { id: 'a', from: null, body: '1', ttl: 0 });
    expect(heard.broadcasts).toHaveLength(1);
  });

  test('nothing of a user stays for ever', async () => {
    const { clock, mailboxes } = open();
    const { post, join, box } = wordsFor(mailboxes);
    const { since } = joined(await join({ id: 'a' }));
    await post({ ttl: hour });
    await mailboxes.leave(box, 'a');
    clock.advance(settings.messaging.boxLives - hour);
    expect((await mailboxes.presence(box)).lastSeenAt).toBe(since);
    clock.advance(2 * hour);
    expect(await mailboxes.read(box, 0, 10)).toStrictEqual({ messages: [], last: 0, more: false });
  });
});
