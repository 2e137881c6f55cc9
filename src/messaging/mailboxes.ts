/**
 * Owns the port of the mailboxes: what is kept for each user of a site until he acknowledges it, where he sits, and who is told.
 * A box is known by `mailboxId(site, openid)`; a site's broadcasts lie in a box of their own, `broadcastsId(site)`.
 */
import { sha256 } from '../kit/id.ts';

/** All times are ms since the epoch by the store's clock, all lifetimes ms. */
export interface Message {
  /** Whoever sent it chose it: unique for one sender only. */
  readonly id: string;
  /** Its place in the box: the later message has the greater one, no two have the same, and there are gaps. About the time. */
  readonly seq: number;
  /** The openid of another user of the site; null: the site itself. */
  readonly from: string | null;
  /** JSON text, as it was handed in. */
  readonly body: string;
  readonly sentAt: number;
  /** Whoever comes later than this does not get it; who sat there when it was sent may (see `isFor`). `sentAt + ttl`. */
  readonly expiresAt: number;
}

export interface Draft {
  readonly id: string;
  readonly from: string | null;
  /** JSON text. */
  readonly body: string;
  /** 0: only for those who sit there. */
  readonly ttl: number;
  /** The id was made for this very draft, and nobody can know it: no repeat is looked for, nor remembered. */
  readonly isFresh?: boolean;
}

/** What a box takes beside what it holds. What is acknowledged counts no more, what is over not for long. */
export interface Bounds {
  /** Messages in all; one more is `full`, always. */
  readonly perUser: number;
  /** Of those, messages of other users: however many write to somebody, the site still reaches him. One more is `full`. */
  readonly fromPeers: number;
  /**
   * Messages of one sender (the site is one, too) while nobody sits there; null: any number. While somebody does there may be
   * `settings.messaging.onTheWay` more: he may be about to acknowledge them.
   */
  readonly perSender: number | null;
  /** What becomes of one more than `perSender`: `refuse` makes it `full`, `drop` makes it `dropped`. */
  readonly beyond: 'refuse' | 'drop';
}

export type Posted =
  /** `online`: it was told to a node that has a seat of the user (or, a broadcast, of any); it is stored in any case. */
  | { kind: 'added'; message: Message; online: boolean }
  /** The same (from, id) was posted before: nothing happened now. `online`: as it was answered then. */
  | { kind: 'repeated'; online: boolean }
  | { kind: 'full' }
  | { kind: 'dropped' };

/** A connection of a user, by the node that holds it. */
export interface Seat {
  /** Unique at its node, for good: 1 to 32 of `A-Za-z0-9_-`. */
  readonly id: string;
  /** Hash of the session that it was taken with; null: it was none. */
  readonly session: string | null;
  /** Of which login the token is that it was taken with, ms; null: it was taken with a session. */
  readonly loginAt: number | null;
  /** When it was taken: `Joined.since`, told again with each renewal. null: it is taken now. */
  readonly since: number | null;
}

/** What whoever takes a seat asks for beside it. */
export interface Joining {
  /** Seats that the user may have. With more the oldest one goes (by `since`), which may be the very one that joins. */
  readonly limit: number;
  /** The nodes that live, by name. Seats of others are dropped once they are `settings.messaging.newcomer` old. */
  readonly living: readonly string[];
  /** Messages with a greater `seq` come with the answer: 0, or how far the connection has them. */
  readonly after: number;
  /** How many of them at most; 0: none. */
  readonly page: number;
}

/** Messages of a box in order. */
export interface Page {
  readonly messages: readonly Message[];
  /** Up to here all is told: what is asked for next comes after it. Never less than what was asked for. */
  readonly last: number;
  /** There may be messages after `last`; also a page that is empty may say so. */
  readonly more: boolean;
}

export type Joined =
  /** It has the seat. */
  | (Page & {
      kind: 'joined';
      since: number;
      /** How many messages come after `after`, those of the page included. */
      waiting: number;
      /** Up to where the user acknowledged the site's broadcasts; 0: none. */
      broadcastsAfter: number;
    })
  /** It was the oldest of too many: it has no seat, and its browser hears that it was replaced. */
  | { kind: 'replaced' }
  /** Its login was ended (`endLogins`), or may have been before the store's memory begins: it has no seat. */
  | { kind: 'ended' };

export type HasSeat = Extract<Joined, { kind: 'joined' }>;

export interface Presence {
  /** Seats of living nodes. */
  readonly connections: number;
  /** Now, with a connection; else when a seat was last taken, renewed or left; null: never, or not within a week. */
  readonly lastSeenAt: number | null;
}

/** Never `full`: it is the oldest broadcast that goes. */
export type Broadcast = Exclude<Posted, { kind: 'full' | 'dropped' }>;

/**
 * The mailboxes of all users. Each verb is one round trip and one atomic step on one box; away, it fails with
 * `store_unavailable`. What is answered is stored. The node that asks takes seats in its own name.
 *
 * How a connection stays whole: it knows `seq`, up to where it sent everything. `join` tells the first page; as long as there is
 * `more` it reads on, and `seq` becomes each page's `last`. A wake-up with `before <= seq < message.seq` is sent at once, one
 * with `before > seq` has it read from `seq`, and one with `message.seq <= seq` it has already. A wake-up may overtake the answer
 * to a `join` or a `read` that was asked for before it: whoever waits for one remembers that something came, and looks at it then.
 * For broadcasts the same, with a `seq` of their own that begins with `broadcastsAfter`. What comes twice has the same `seq`.
 */
export interface Mailboxes {
  /** The store's time, ms. */
  now(): number;

  /**
   * Puts a message into the box, then tells the nodes that have a seat of the user, this one included. The same (from, id) again
   * is `repeated` for 24 h, or until `settings.messaging.idsKept` others came. Those of one sender keep the order in which he
   * called. With `ttl` under a minute it is kept for a minute, for a node that missed it; with 0, and nobody there, not at all.
   */
  post(box: string, draft: Draft, bounds: Bounds): Promise<Posted>;

  /**
   * Takes a seat, or renews it (by its id): at the latest each `settings.messaging.renewSeatEvery`, and whenever something may have
   * been missed, for the store may have forgotten it. A seat that is not renewed for a little more than twice as long is none.
   * The node of a seat that had to go is told `replaced`.
   */
  join(box: string, seat: Seat, joining: Joining): Promise<Joined>;

  /** Leaves a seat of this node. Unknown: no effect. */
  leave(box: string, seatId: string): Promise<void>;

  /** What is not acknowledged, with `seq` greater than `after`, in order, at most `limit`. Whom it is for says `isFor`. */
  read(box: string, after: number, limit: number): Promise<Page>;

  /** They are gone, for all seats of the user. Unknown: no effect. @returns how many were still there */
  acknowledge(box: string, seqs: readonly number[]): Promise<number>;

  /** @param living as in `Joining`: seats of others count while they are new and their node hears, so that it is right at once */
  presence(box: string, living: readonly string[]): Promise<Presence>;

  /** The nodes with seats that were taken with this session are told `ended`, this one included; they leave by themselves. */
  endSession(box: string, session: string): Promise<void>;

  /**
   * No seat is taken any more with a login up to now; the nodes that have any seat of the user are told `loginsEnded`, this one
   * included. As safe as configured when it is answered; a store that lost all it had takes no login from before that.
   */
  endLogins(box: string): Promise<void>;

  /**
   * From now on this node is told the site's broadcasts, until `exit`; the store keeps it up by itself, also when it forgot it. Called
   * for each connection, it costs a round trip for the first one only. Read the broadcasts after it, not before.
   */
  enter(site: string): Promise<void>;

  /** The node's last connection of the site is gone. */
  exit(site: string): Promise<void>;

  /**
   * One message for every user of the site: tells the nodes that entered it, this one included. Kept for its ttl, at least for a
   * minute, and no more than `settings.messaging.broadcastsKept` of a site: beyond that the oldest goes. Repeats as with `post`.
   */
  broadcast(site: string, draft: Draft): Promise<Broadcast>;

  /** As `read`. */
  readBroadcasts(site: string, after: number, limit: number): Promise<Page>;

  /** The user has the site's broadcasts up to here; a `seq` before that has no effect. For one without ttl there is no need. */
  acknowledgeBroadcasts(box: string, seq: number): Promise<void>;

  /** Whom the store tells; once, before anything else is asked for. */
  listen(wakeUps: MailWakeUps): void;
}

/** A hint, at most once and in order; what it tells of is stored before. May not throw. */
export interface MailWakeUps {
  /** `before`: the `seq` of the box's message before this one; 0: there was none, or it is forgotten. */
  mail(box: string, message: Message, before: number): void;

  broadcast(site: string, message: Message, before: number): void;

  /** The seat had to go: it is taken already, and need not be left. */
  replaced(box: string, seatId: string): void;

  /** @param session as it was handed to `endSession` */
  ended(box: string, session: string): void;

  /** @param upTo ms: whoever sits there with a login of then or before leaves */
  loginsEnded(box: string, upTo: number): void;

  /**
   * Something may have been missed or forgotten of the boxes that this picks: each seat in one joins again (with `since` and
   * `after`, which is one step), and of a site whose `broadcastsId` it picks the broadcasts are read again.
   */
  missed(concerns: (box: string) => boolean): void;
}

/** The name of the box of a site's broadcasts. */
export function broadcastsId(site: string): string {
  return sha256(site);
}

/** Whether a message is for a connection that sits there since then; one that comes after its end finds it still kept at times. */
export function isFor({ sentAt, expiresAt }: Message, since: number, now: number): boolean {
  return expiresAt > now || sentAt >= since;
}
