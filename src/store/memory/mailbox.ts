import type { Settings } from '../../kit/settings.ts';
import type {
  Bounds,
  Draft,
  Joined,
  Joining,
  Message,
  Page,
  Posted,
  Presence,
  Seat,
} from '../../messaging/mailboxes.ts';

interface Kept {
  readonly message: Message;
  readonly keptUntil: number;
}

interface Taken {
  id: string;
  session: string | null;
  since: number;
  renewed: number;
}

export interface MailboxParts {
  figures: Settings['messaging'];
  /** When the store began: what was ended before that nobody knows. ms */
  begun: number;
  /** The oldest message gives way when there are too many. */
  isForBroadcasts: boolean;
  /** Tells whoever sits there of a message. @returns whether anybody hears */
  tell: (message: Message, before: number) => boolean;
  /** Tells that a seat had to go. */
  replace: (seatId: string) => void;
  /** Told how many bytes it takes more, or less. */
  count: (bytes: number) => void;
}

/** What is known of one box. All of it happens in one turn of the event loop. */
export class Mailbox {
  readonly #parts: MailboxParts;
  #seq = 0;
  #seen: number | null = null;
  #heard = 0;
  /** Up to when logins were ended. */
  #out = 0;
  /** Until when the box is worth knowing although it is empty. */
  #knownUntil = 0;
  /** In order. */
  #messages: Kept[] = [];
  readonly #seats = new Map<string, Taken>();
  /** By sender and id, in the order in which they came. */
  readonly #posted = new Map<string, { at: number; online: boolean }>();

  constructor(parts: MailboxParts) {
    this.#parts = parts;
  }

  /** Takes off what is over. @returns whether anything is left that is worth knowing */
  tidy(now: number): boolean {
    const { idsLive, seatLives } = this.#parts.figures;
    this.#keepOnly(({ keptUntil }) => keptUntil > now);
    for (const { id, renewed } of this.#seats.values())
      if (renewed + seatLives <= now) this.#seats.delete(id);
    for (const [mark, { at }] of this.#posted) {
      if (at + idsLive > now) break;
      this.#posted.delete(mark);
    }
    return this.#knownUntil > now || this.#messages.length + this.#seats.size + this.#posted.size > 0;
  }

  post(draft: Draft, bounds: Bounds, now: number): Posted {
    this.tidy(now);
    const mark = JSON.stringify([draft.from, draft.id]);
    const known = draft.isFresh ? undefined : this.#posted.get(mark);
    if (known) return { kind: 'repeated', online: known.online };
    const isKept = draft.ttl > 0 || this.isAttended;
    const refusal = isKept ? this.#refusalOf(draft, bounds) : undefined;
    if (refusal) return { kind: refusal };
    const before = this.#seq;
    const message = this.#messageOf(draft, now);
    const keptUntil = now + Math.max(draft.ttl, this.#parts.figures.keptAtLeast);
    if (isKept) this.#keep({ message, keptUntil });
    const online = this.isAttended && this.#parts.tell(message, before);
    if (!draft.isFresh) this.#remember(mark, online, now);
    return { kind: 'added', message, online };
  }

  join({ id, session, loginAt, since }: Seat, { limit, after, page }: Joining, now: number): Joined {
    this.tidy(now);
    if (loginAt !== null && (loginAt <= this.#out || loginAt < this.#parts.begun)) {
      this.#seats.delete(id);
      return { kind: 'ended' };
    }
    const known = this.#seats.get(id);
    const taken = { id, session, since: Math.min(since ?? now, known?.since ?? now), renewed: now };
    this.#seats.set(id, taken);
    this.#makeRoom(limit, id);
    if (!this.#seats.has(id)) return { kind: 'replaced' };
    this.#see(now);
    this.#seq = Math.max(this.#seq, after);
    const waiting = this.#messages.length - this.#placeAfter(after);
    const told = { since: taken.since, waiting, broadcastsAfter: this.#heard };
    return { kind: 'joined', ...told, ...this.read(after, page, now) };
  }

  leave(seatId: string, now: number): void {
    if (this.#seats.delete(seatId)) this.#see(now);
  }

  read(after: number, limit: number, now: number): Page {
    const place = this.#placeAfter(after);
    const looked = this.#messages.slice(place, place + limit);
    const more = place + looked.length < this.#messages.length;
    const last = more ? (looked.at(-1)?.message.seq ?? after) : Math.max(after, this.#seq);
    const messages = looked.filter(({ keptUntil }) => keptUntil > now).map(({ message }) => message);
    return { messages, last, more };
  }

  acknowledge(seqs: readonly number[]): number {
    return this.#keepOnly(({ message }) => !seqs.includes(message.seq));
  }

  acknowledgeBroadcasts(seq: number, now: number): void {
    this.#heard = Math.max(this.#heard, seq);
    this.#knownUntil = now + this.#parts.figures.boxLives;
  }

  endLogins(now: number): void {
    this.#out = now;
    this.#knownUntil = now + this.#parts.figures.boxLives;
  }

  presence(now: number): Presence {
    this.tidy(now);
    const connections = this.#seats.size;
    const isForgotten = this.#seen === null || this.#seen + this.#parts.figures.boxLives <= now;
    return { connections, lastSeenAt: connections > 0 ? now : isForgotten ? null : this.#seen };
  }

  get isAttended(): boolean {
    return this.#seats.size > 0;
  }

  hasSession(session: string): boolean {
    return [...this.#seats.values()].some((seat) => seat.session === session);
  }

  #refusalOf({ from }: Draft, bounds: Bounds): 'full' | 'dropped' | undefined {
    const { perUser, fromPeers, perSender, beyond } = bounds;
    const onTheWay = this.isAttended ? this.#parts.figures.onTheWay : 0;
    if (perSender !== null && this.#count((one) => one === from) >= perSender + onTheWay)
      return beyond === 'drop' ? 'dropped' : 'full';
    if (from !== null && this.#count((one) => one !== null) >= fromPeers) return 'full';
    if (this.#messages.length < perUser) return undefined;
    if (!this.#parts.isForBroadcasts) return 'full';
    const [oldest] = this.#messages;
    this.#keepOnly((kept) => kept !== oldest);
    return undefined;
  }

  #count(isMeant: (from: string | null) => boolean): number {
    return this.#messages.filter(({ message }) => isMeant(message.from)).length;
  }

  #messageOf({ id, from, body, ttl }: Draft, now: number): Message {
    return { id, seq: Math.max(this.#seq + 1, now), from, body, sentAt: now, expiresAt: now + ttl };
  }

  #keep(kept: Kept): void {
    this.#messages.push(kept);
    this.#seq = kept.message.seq;
    this.#parts.count(this.#sizeOf(kept));
  }

  /** @returns how many are gone */
  #keepOnly(stays: (kept: Kept) => boolean): number {
    const gone = this.#messages.filter((kept) => !stays(kept));
    if (gone.length === 0) return 0;
    this.#messages = this.#messages.filter(stays);
    for (const kept of gone) this.#parts.count(-this.#sizeOf(kept));
    return gone.length;
  }

  #sizeOf({ message }: Kept): number {
    // Two bytes for a character that is not Latin.
    return 2 * message.body.length + this.#parts.figures.messageBytes;
  }

  #see(now: number): void {
    this.#seen = now;
    this.#knownUntil = now + this.#parts.figures.boxLives;
  }

  #remember(mark: string, online: boolean, now: number): void {
    this.#posted.set(mark, { at: now, online });
    const [first] = this.#posted.keys();
    if (this.#posted.size > this.#parts.figures.idsKept) this.#posted.delete(first!);
  }

  #makeRoom(limit: number, joining: string): void {
    const oldestFirst = [...this.#seats.values()].sort((a, b) => a.since - b.since || (a.id < b.id ? -1 : 1));
    for (const { id } of oldestFirst.slice(0, Math.max(0, oldestFirst.length - limit))) {
      this.#seats.delete(id);
      if (id !== joining) this.#parts.replace(id);
    }
  }

  #placeAfter(after: number): number {
    const place = this.#messages.findIndex(({ message }) => message.seq > after);
    return place < 0 ? this.#messages.length : place;
  }
}
