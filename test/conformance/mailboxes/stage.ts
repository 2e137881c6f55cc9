import { onTestFinished } from 'vitest';
import { randomId, sha256 } from '../../../src/kit/id.ts';
import { settings } from '../../../src/kit/settings.ts';
import type { Settings } from '../../../src/kit/settings.ts';
import type {
  Bounds,
  Broadcast,
  Draft,
  Joined,
  Joining,
  Mailboxes,
  MailWakeUps,
  Message,
  Posted,
  Seat,
} from '../../../src/messaging/mailboxes.ts';

type Figures = Settings['messaging'];

export interface OpenedMailboxes {
  mailboxes: Mailboxes;
  /** Resolves once so much of the store's time has passed, ms. */
  pass: (ms: number) => Promise<void>;
  close: () => void | Promise<void>;
}

/** Opens an empty store that tells these, with these figures. */
export type OpenMailboxes = (figures: Figures, wakeUps: MailWakeUps) => Promise<OpenedMailboxes>;

/** Longer than any test takes, ms. */
export const long = 120_000;
/** Short enough to be waited for, ms. */
export const short = 300;
/** Past `short`, and past any rhythm at which a store tidies up, ms. */
export const pastShort = 500;

/** What a node was told of one kind. */
export interface Mail {
  box: string;
  message: Message;
  before: number;
}

/** All that a node was told, in order. */
export class Heard implements MailWakeUps {
  readonly mails: Mail[] = [];
  readonly broadcasts: Mail[] = [];
  readonly replacements: [box: string, seat: string][] = [];
  readonly ends: [box: string, session: string][] = [];
  readonly loginEnds: [box: string, upTo: number][] = [];
  readonly misses: ((box: string) => boolean)[] = [];

  mail = (box: string, message: Message, before: number): void =>
    void this.mails.push({ box, message, before });
  broadcast = (box: string, message: Message, before: number): void =>
    void this.broadcasts.push({ box, message, before });
  replaced = (box: string, seatId: string): void => void this.replacements.push([box, seatId]);
  ended = (box: string, session: string): void => void this.ends.push([box, session]);
  loginsEnded = (box: string, upTo: number): void => void this.loginEnds.push([box, upTo]);
  missed = (concerns: (box: string) => boolean): void => {
    // When a connection to a master comes up a node looks at all there is, whether anything was missed or not.
    if (!['A', '_'].every(concerns)) this.misses.push(concerns);
  };
}

export type Stage = (figures?: Partial<Figures>) => Promise<Staged>;

/** A store, and how a test speaks of one user's box. */
export interface Staged {
  mailboxes: Mailboxes;
  heard: Heard;
  pass: (ms: number) => Promise<void>;
  box: string;
  /** A message to the user, or to another. */
  post: (fields?: Partial<Draft>, bounds?: Partial<Bounds>, box?: string) => Promise<Posted>;
  join: (seat?: Partial<Seat>, joining?: Partial<Joining>, box?: string) => Promise<Joined>;
  /** What waits for the user. */
  waiting: (box?: string) => Promise<readonly Message[]>;
}

export function stageOf(open: OpenMailboxes): Stage {
  return async (figures) => {
    const heard = new Heard();
    const { mailboxes, pass, close } = await open(
      { ...settings.messaging, tidyEvery: 50, ...figures },
      heard,
    );
    onTestFinished(async () => close());
    return { ...wordsFor(mailboxes), heard, pass };
  };
}

/** How a test speaks to a store. @param own the box that is meant unless another is named */
export function wordsFor(
  mailboxes: Mailboxes,
  own = boxId(),
): Pick<Staged, 'mailboxes' | 'box' | 'post' | 'join' | 'waiting'> {
  return {
    mailboxes,
    box: own,
    post: (fields, bounds, box = own) => mailboxes.post(box, draft(fields), { ...noBounds, ...bounds }),
    join: (fields, joining, box = own) => mailboxes.join(box, seat(fields), { ...noHurry, ...joining }),
    waiting: async (box = own) => (await mailboxes.read(box, 0, 10_000)).messages,
  };
}

export const noBounds: Bounds = { perUser: 1_000, fromPeers: 1_000, perSender: null, beyond: 'refuse' };
const noHurry: Joining = { limit: 5, living: [], after: 0, page: 100 };

export function boxId(): string {
  return sha256(randomId(16));
}

export function draft(fields: Partial<Draft> = {}): Draft {
  return { id: randomId(8), from: null, body: '"a body"', ttl: long, ...fields };
}

function seat(fields: Partial<Seat> = {}): Seat {
  return { id: randomId(8), session: null, loginAt: null, since: null, ...fields };
}

export function added(posted: Posted | Broadcast): Message {
  if (posted.kind !== 'added') throw new Error(`it was ${posted.kind}`);
  return posted.message;
}

export function joined(answer: Joined): Extract<Joined, { kind: 'joined' }> {
  if (answer.kind !== 'joined') throw new Error('it was replaced');
  return answer;
}

export function idsOf(messages: readonly Message[]): string[] {
  return messages.map(({ id }) => id);
}

/** Makes all calls before any of them is answered. */
export function together<T>(count: number, call: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => call(index)));
}
