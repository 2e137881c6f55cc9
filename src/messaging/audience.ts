import { AppError } from '../kit/errors.ts';
import type { Clock } from '../kit/clock.ts';
import type { Settings } from '../kit/settings.ts';
import type { Log } from '../telemetry/log.ts';
import type { MailConnection, Sent } from './connection.ts';
import { frameOf } from './frames.ts';
import { isFor } from './mailboxes.ts';
import type { Mailboxes, Message, Page } from './mailboxes.ts';

export interface AudienceParts {
  mailboxes: Pick<Mailboxes, 'now' | 'readBroadcasts'>;
  clock: Clock;
  /** How long it waits when the store was away, ms. */
  retryAfter: number;
  settings: Pick<Settings['messaging'], 'page' | 'broadcastsWaiting' | 'spreadAtOnce'>;
  log: Log;
}

/** One message as all its sockets get it, made once. */
interface Parcel {
  message: Message;
  frame: Buffer;
  sent: Sent | undefined;
}

/** The sockets of one site at this node: sends them what goes to all, to some of them at a time, so that nobody else has to wait. */
export class Audience {
  readonly members = new Set<MailConnection>();
  readonly #parts: AudienceParts;
  readonly #site: string;
  /** Up to where broadcasts were heard or read; those from `#queue` on are still to be sent. */
  #seq = 0;
  #queue: Message[] = [];
  /** The store has some that were not heard. */
  #behind = true;
  #reading = false;
  #working = false;
  /** When the last of those that were heard is over, ms by the store's clock: until then somebody who comes may get it. */
  #lastEnd = 0;

  constructor(site: string, parts: AudienceParts) {
    this.#site = site;
    this.#parts = parts;
  }

  heard(message: Message, before: number): void {
    if (message.seq <= this.#seq) return;
    const isFull = this.#queue.length >= this.#parts.settings.broadcastsWaiting;
    if (this.#behind || this.#reading || isFull || before > this.#seq) this.#behind = true;
    else this.#take(message);
    this.go();
  }

  /** Something may have been missed. */
  readAgain(): void {
    this.#behind = true;
    this.go();
  }

  /** Goes on with what waits. The node has entered the site. */
  go(): void {
    if (!this.#working) void this.#work();
  }

  /**
   * Sends the socket what came before it and is for it; from then on, whatever comes. It has its seat, and the node has entered the
   * site. @throws AppError `store_unavailable`
   */
  async begin(connection: MailConnection): Promise<void> {
    // What was heard while it read was not for a socket that had not begun.
    for (let more = this.#mayConcern(connection); more && connection.isOpen;) {
      const known = this.#seq;
      more = (await this.#catchUp(connection)) || this.#seq > known;
    }
    connection.broadcast = Math.max(connection.broadcast, this.#seq);
    connection.hearsAll = true;
  }

  /** Whether there is anything that the socket might have to be sent: each that comes asks, and mostly there is not. */
  #mayConcern({ since }: MailConnection): boolean {
    return this.#behind || this.#reading || since === null || this.#lastEnd >= since;
  }

  /** A page of what is stored. Answers whether there is more. */
  async #catchUp(connection: MailConnection): Promise<boolean> {
    const { messages, last, more } = await this.#read(connection.broadcast);
    for (const message of messages) this.#show(connection, this.#packed(message));
    connection.broadcast = Math.max(connection.broadcast, last);
    await connection.room;
    return more;
  }

  #take(message: Message): void {
    this.#seq = message.seq;
    this.#lastEnd = Math.max(this.#lastEnd, message.expiresAt);
    this.#queue.push(message);
  }

  async #work(): Promise<void> {
    this.#working = true;
    try {
      while (this.members.size > 0 && (this.#queue.length > 0 || this.#behind)) {
        const next = this.#queue.shift();
        if (next) await this.#spread(next);
        else await this.#readOn();
      }
      this.#working = false;
    } catch (error) {
      this.#putOff(error);
    }
  }

  async #spread(message: Message): Promise<void> {
    const parcel = this.#packed(message);
    let turns = 0;
    for (const connection of this.members) {
      if (connection.hearsAll && connection.broadcast < message.seq) this.#show(connection, parcel);
      if (++turns % this.#parts.settings.spreadAtOnce === 0) await othersTurn();
    }
  }

  async #readOn(): Promise<void> {
    this.#behind = false;
    this.#reading = true;
    try {
      const { messages, last, more } = await this.#read(this.#seq);
      for (const message of messages) this.#take(message);
      this.#seq = Math.max(this.#seq, last);
      if (more) this.#behind = true;
    } catch (error) {
      this.#behind = true;
      throw error;
    } finally {
      this.#reading = false;
    }
  }

  #read(after: number): Promise<Page> {
    const { mailboxes, settings } = this.#parts;
    return mailboxes.readBroadcasts(this.#site, after, settings.page);
  }

  /** Without a ttl it is over at once: the store need not know who has it. */
  #packed(message: Message): Parcel {
    const isKept = message.expiresAt > message.sentAt;
    const sent: Sent | undefined = isKept
      ? { seq: message.seq, in: 'broadcasts', from: message.from }
      : undefined;
    return { message, frame: Buffer.from(frameOf(message, 'all')), sent };
  }

  #show(connection: MailConnection, { message, frame, sent }: Parcel): void {
    const now = this.#parts.mailboxes.now();
    connection.broadcast = message.seq;
    if (isFor(message, connection.since ?? now, now)) connection.show(message.id, frame, sent);
  }

  /** The store was away: until it is asked again nothing that is heard has it asked. */
  #putOff(error: unknown): void {
    const { clock, retryAfter, log } = this.#parts;
    const goOn = (): void => {
      this.#working = false;
      this.go();
    };
    if (error instanceof AppError) return void clock.after(retryAfter, goOn);
    // A fault is there the next time too: with the next broadcast is soon enough.
    this.#working = false;
    log.error({ err: error }, 'unexpected');
  }
}

function othersTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
