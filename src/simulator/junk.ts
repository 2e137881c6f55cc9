import type { Account } from './options.ts';
import { eventFields, pushOf } from './push.ts';
import type { Push } from './push.ts';

/** What an account also gets to see: the first two are truly WeChat's, the others are somebody else's doing. */
export const junkKinds = [
  'unknown-event',
  'foreign-key',
  'forged-signature',
  'garbage-body',
  'old-timestamp',
] as const;
export type JunkKind = (typeof junkKinds)[number];

const tenMinutes = 600_000;

type Person = { id: string; openid: string };

export function junkPush(kind: JunkKind, account: Account, person: Person, now: number): Push {
  return makers[kind](
    (event, key, at = now) => pushOf(account, person, kind, eventFields(event, key), at),
    now,
  );
}

type Make = (event: string, key: string, at?: number) => Push;

const makers: Record<JunkKind, (make: Make, now: number) => Push> = {
  'unknown-event': (make) => make('some_future_event', ''),
  'foreign-key': (make) => make('SCAN', 'poster-2026'),
  'forged-signature': (make) => forged(make('SCAN', 'forged')),
  'garbage-body': (make) => garbage(make('SCAN', 'garbage')),
  'old-timestamp': (make, now) => make('SCAN', 'stale', now - tenMinutes),
};

function garbage(push: Push): Push {
  const body = '<xml><Event>SCAN</Ev \u0000 not xml at all';
  return { ...push, clear: body, sealed: { ...push.sealed, body } };
}

function forged(push: Push): Push {
  const { query, body } = push.sealed;
  const wrong = '0123456789abcdef0123456789abcdef01234567';
  const signatures =
    'msg_signature' in query ? { signature: wrong, msg_signature: wrong } : { signature: wrong };
  return { ...push, sealed: { query: { ...query, ...signatures }, body } };
}
