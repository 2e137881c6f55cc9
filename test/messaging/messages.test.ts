import { expect, test } from 'vitest';
import { createLimiter, unlimited } from '../../src/http/limiter.ts';
import { randomId } from '../../src/kit/id.ts';
import { settings } from '../../src/kit/settings.ts';
import { mailboxId } from '../../src/messaging/members.ts';
import { Messages } from '../../src/messaging/messages.ts';
import { MemoryMailboxes } from '../../src/store/memory/mailboxes.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { somebody } from './stage.ts';

const queued = 20;
const queuedWindow = 60_000;

test('one user cannot fill the store with messages to people who are not there', async () => {
  const clock = new FakeClock();
  const mailboxes = new MemoryMailboxes(clock, settings.messaging);
  const messages = new Messages({
    mailboxes,
    rulesOf: () => ({
      inboxPerUser: 100,
      inboxDays: 7,
      inboxPerSender: null,
      beyondPerSender: 'refuse',
      peers: true,
    }),
    peersShare: 1,
    living: () => Promise.resolve([]),
    newId: randomId,
    paced: unlimited,
    queued: createLimiter(queued, queuedWindow / 1000, clock),
    observe: () => undefined,
  });
  const from = memberOf(somebody());
  const send = async (to: string): Promise<string> => {
    const answer = await messages.fromUser(from, { type: 'send', to, body: 'hello', id: randomId(8) });
    return answer.type === 'sent' ? answer.status : answer.type === 'refused' ? answer.error : answer.type;
  };
  const outcomes = async (count: number, to: () => string): Promise<Record<string, number>> => {
    const found: Record<string, number> = {};
    for (let n = 0; n < count; n++) {
      const outcome = await send(to());
      found[outcome] = (found[outcome] ?? 0) + 1;
    }
    return found;
  };
  expect(await outcomes(queued, somebody)).toEqual({ queued });
  expect(await send(somebody())).toBe('rate_limited');

  mailboxes.listen({
    mail: () => undefined,
    broadcast: () => undefined,
    replaced: () => undefined,
    ended: () => undefined,
    loginsEnded: () => undefined,
    missed: () => undefined,
  });
  clock.advance(queuedWindow);
  const there = somebody();
  const seat = { id: '1', session: null, loginAt: null, since: null };
  await mailboxes.join(mailboxId('shop', there), seat, { limit: 5, living: [], after: 0, page: 20 });
  expect(await outcomes(100, () => there)).toEqual({ delivered: 100 });
  expect(await outcomes(queued, somebody)).toEqual({ queued });
  expect(await send(somebody())).toBe('rate_limited');
  mailboxes.close();
});

function memberOf(openid: string) {
  return { site: 'shop', openid, box: mailboxId('shop', openid), session: null, loginAt: 0, until: Infinity };
}
