import { describe } from 'vitest';
import { acknowledging } from './mailboxes/acknowledging.ts';
import { bounds } from './mailboxes/bounds.ts';
import { broadcasts } from './mailboxes/broadcasts.ts';
import { expiry } from './mailboxes/expiry.ts';
import { logins } from './mailboxes/logins.ts';
import { posting } from './mailboxes/posting.ts';
import { presence } from './mailboxes/presence.ts';
import { races } from './mailboxes/races.ts';
import { reading } from './mailboxes/reading.ts';
import { repeats } from './mailboxes/repeats.ts';
import { seats } from './mailboxes/seats.ts';
import { stageOf } from './mailboxes/stage.ts';
import type { OpenMailboxes } from './mailboxes/stage.ts';
import { telling } from './mailboxes/telling.ts';

export type { OpenedMailboxes, OpenMailboxes } from './mailboxes/stage.ts';

const parts = {
  post: posting,
  repeats,
  read: reading,
  acknowledge: acknowledging,
  bounds,
  expiry,
  'join and leave': seats,
  presence,
  logins,
  'wake-ups': telling,
  broadcasts,
  races,
};

/** What every store of mailboxes promises, whatever it is made of. */
export function conformMailboxes(name: string, open: OpenMailboxes): void {
  const stage = stageOf(open);
  describe(`${name}:`, () => {
    describe.each(Object.entries(parts))('%s', (_, part) => {
      part(stage);
    });
  });
}
