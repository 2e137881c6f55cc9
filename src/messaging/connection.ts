import type { WebSocket } from 'ws';
import type { Settings } from '../kit/settings.ts';
import { decodeMailClientMessage } from '../protocol/mail.ts';
import type { MailClientMessage, MailServerMessage } from '../protocol/mail.ts';
import { Peer } from '../realtime/peer.ts';
import type { PeerOwner } from '../realtime/peer.ts';
import type { Appointment } from '../realtime/wheel.ts';
import type { Member } from './members.ts';

/** What a connection tells its hub. */
export interface MailOwner extends PeerOwner {
  readonly bounds: Settings['messaging'];
  received(connection: MailConnection, message: Exclude<MailClientMessage, { type: 'ack' }>): void;
  /** It has a message that it was sent. */
  acknowledged(connection: MailConnection, sent: Sent): void;
  closed(connection: MailConnection): void;
}

type Acknowledgement = Extract<MailClientMessage, { type: 'ack' }>;

/** Where the store has a message that was sent and not acknowledged. */
export interface Sent {
  seq: number;
  in: 'mailbox' | 'broadcasts';
  /** As in the message. */
  from: string | null;
}

/** One socket of a signed-in user: how far he was told what his mailbox holds, and what of that he has not acknowledged. */
export class MailConnection extends Peer<MailOwner> {
  /** Of the page; empty: it is no page. */
  readonly origin: string;
  readonly ip: string;
  /** Names the socket's seat, at this node. */
  readonly seat: string;
  /** Who it is; `undefined`: he has not said, or not rightly. */
  member: Member | undefined;
  /** When the hub has to look after it next. */
  due: Appointment<MailConnection> | undefined;
  /** When its seat was taken, ms by the store's clock; null: it has none. */
  since: number | null = null;
  /** Up to where it was sent what is in its mailbox. */
  seq = 0;
  /** Up to where it was sent what went to all. */
  broadcast = 0;
  /** Whether it is sent what goes to all in the moment that it comes. */
  hearsAll = false;
  /** The store has messages that it was not sent, or may have. */
  behind = false;
  /** What it is sent comes from the store, in order; nothing comes before it is welcome. */
  reading = true;
  /** Something that it said could not be done: what it said after that is not. */
  isCut = false;
  /** What it said that is not done yet. */
  inLine = 0;
  /** Pending as long as it does not take what it was sent. */
  room: Promise<void> | undefined;
  /** By id, the oldest first: two users may have given theirs the same. */
  #unacknowledged: Map<string, readonly Sent[]> | undefined;
  /** The latest broadcast that it acknowledged. */
  #broadcastsHeard = 0;
  /** How many acknowledgements there may be yet. */
  #acksDue = 0;

  constructor(socket: WebSocket, visitor: { origin: string; ip: string; seat: string }, owner: MailOwner) {
    super(socket, owner);
    this.origin = visitor.origin;
    this.ip = visitor.ip;
    this.seat = visitor.seat;
  }

  /** Its mailbox; empty: nobody knows whose it is. */
  get box(): string {
    return this.member?.box ?? '';
  }

  tell(message: MailServerMessage): void {
    if (this.mayBeSent()) this.send(JSON.stringify(message));
  }

  /** Sends a message that it shall acknowledge. @param sent what that means to the store; absent: nothing */
  show(id: string, frame: string | Buffer, sent?: Sent): void {
    if (!this.mayBeSent()) return;
    this.#acksDue++;
    if (sent) this.#remember(id, sent);
    if (this.waiting < this.owner.bounds.pageBytes) this.send(frame);
    else this.#waitForRoom(frame);
  }

  left(): void {
    this.owner.closed(this);
  }

  /** As many acknowledgements as messages are always in order, however many those were. */
  protected read(text: string): void {
    const message = decodeMailClientMessage(text);
    if (message?.type === 'ack' && this.#acksDue > 0) this.#acksDue--;
    else if (this.isTooMany()) return this.close('tooMany');
    if (!message) return this.close('badMessage');
    if (message.type !== 'ack') this.owner.received(this, message);
    else if (this.greeted) this.#acknowledge(message);
    else this.close('badMessage');
  }

  /** Without its sender, it is the oldest of this id. */
  #acknowledge({ id, from }: Acknowledgement): void {
    const all = this.#unacknowledged?.get(id) ?? [];
    const place = from === undefined ? 0 : all.findIndex((each) => each.from === from);
    const sent = all[place];
    if (!sent) return;
    const others = all.toSpliced(place, 1);
    if (others.length > 0) this.#unacknowledged?.set(id, others);
    else this.#unacknowledged?.delete(id);
    this.owner.acknowledged(
      this,
      sent.in === 'mailbox' ? sent : { ...sent, seq: this.#heardAllUpTo(sent.seq) },
    );
  }

  /** The store knows of broadcasts only up to where they are: one that was not acknowledged shall come again, with those after it. */
  #heardAllUpTo(seq: number): number {
    this.#broadcastsHeard = Math.max(this.#broadcastsHeard, seq);
    let before = this.#broadcastsHeard;
    for (const each of [...(this.#unacknowledged?.values() ?? [])].flat())
      if (each.in === 'broadcasts') before = Math.min(before, each.seq - 1);
    return before;
  }

  #remember(id: string, sent: Sent): void {
    const all = (this.#unacknowledged ??= new Map());
    all.set(id, [...(all.get(id) ?? []), sent]);
    const [oldest] = all.keys();
    // Not acknowledged any more, it comes again on the next socket.
    if (oldest !== undefined && all.size > this.owner.bounds.unacknowledged) all.delete(oldest);
  }

  #waitForRoom(frame: string | Buffer): void {
    const written = new Promise<void>((resolve) => {
      this.send(frame, resolve);
    });
    const room: Promise<void> = written.finally(() => {
      if (this.room === room) this.room = undefined;
    });
    this.room = room;
  }
}
