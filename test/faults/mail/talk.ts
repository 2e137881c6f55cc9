/** Owns who says how much to whom: each sender says the next thing when the one before it is answered. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { History } from '../history.ts';
import { sooner } from '../patience.ts';
import { newMailId } from './backend.ts';
import type { MailBackend } from './backend.ts';
import type { MailClient } from './client.ts';
import type { MailUser } from './people.ts';
import type { Mark } from './sights.ts';

const patience = 90_000;
const passing = new Set(['store_unavailable', 'inbox_full', 'rate_limited']);
const passesIn = 1_000;

export interface Talk {
  /** How much each receiver is told. */
  count: number;
  /** How long it takes until the next thing is said, ms. */
  pause: () => number;
}

/** The site tells one of its users. */
export async function siteTalk(backend: MailBackend, user: MailUser, { count, pause }: Talk): Promise<void> {
  for (let number = 0; number < count; number++) {
    await sleep(pause());
    await backend.post({ to: user.openid, number });
  }
}

/** A user tells others in turn. */
export async function peerTalk(
  client: MailClient,
  receivers: readonly MailUser[],
  history: History,
  { count, pause }: Talk,
): Promise<void> {
  const { at, openid } = client.user;
  for (let number = 0; number < count; number++)
    for (const { openid: to } of receivers) {
      await sleep(pause());
      await say(client, { site: at.id, from: openid, to, number }, history);
    }
}

/** With the same id, until it is answered. */
async function say(client: MailClient, mark: Mark, history: History): Promise<void> {
  const id = newMailId();
  const askedAt = performance.now();
  const isLate = (): boolean => performance.now() > askedAt + patience;
  for (let attempts = 1; ; attempts++) {
    await sooner(() => client.isWelcome, patience, 100);
    const answer = await client.send(mark, id);
    const status = answer?.type === 'sent' ? answer.status : undefined;
    const goesOn = answer?.type === 'refused' ? passing.has(answer.error) : answer === undefined;
    if (!goesOn || isLate()) return history.note({ kind: 'posted', ...mark, id, status, askedAt, attempts });
    if (answer) await sleep(passesIn);
  }
}
