import { AppError } from '../kit/errors.ts';
import type { Clock } from '../kit/clock.ts';
import type { Settings } from '../kit/settings.ts';
import type { Log } from '../telemetry/log.ts';
import type { MailConnection } from './connection.ts';
import { frameOf } from './frames.ts';
import { isFor } from './mailboxes.ts';
import type { HasSeat, Mailboxes, Message, Page } from './mailboxes.ts';

export interface DeliveryParts {
  mailboxes: Pick<Mailboxes, 'now' | 'read'>;
  clock: Clock;
  /** How long it waits when the store was away, ms. */
  retryAfter: number;
  settings: Pick<Settings['messaging'], 'page'>;
  log: Log;
}

/**
 * Sends each socket what its mailbox holds, in order and no faster than it is read: in the moment that it comes while the socket
 * has all that came before, and else from the store.
 */
export class Delivery {
  readonly #parts: DeliveryParts;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /** A message came into the mailbox. @param before the `seq` of the one before it */
  heard(connection: MailConnection, message: Message, before: number): void {
    if (message.seq <= connection.seq) return;
    if (connection.reading || before > connection.seq) connection.behind = true;
    else this.#show(connection, message);
    this.go(connection);
  }

  /** How many messages come to it now. What is over counts where it is not seen; where all is seen, it does not. */
  waitingFor({ messages, more, waiting, since }: HasSeat): number {
    const now = this.#parts.mailboxes.now();
    return more ? waiting : messages.filter((message) => isFor(message, since, now)).length;
  }

  /** What the store told comes first, and then the rest. The socket is served from now on. Resolves when it has what waited. */
  begin(connection: MailConnection, page: Page): Promise<void> {
    this.#showPage(connection, page);
    connection.reading = false;
    return this.#start(connection);
  }

  /** A seat was taken anew: what the store told of may be news. */
  goOn(connection: MailConnection, page: Page, askedAfter: number): void {
    if (connection.reading || connection.seq !== askedAfter) connection.behind = true;
    else this.#showPage(connection, page);
    this.go(connection);
  }

  /** Goes on with what waits, if anything does and it is not under way. */
  go(connection: MailConnection): void {
    void this.#start(connection);
  }

  async #start(connection: MailConnection): Promise<void> {
    if (connection.reading || !hasMore(connection)) return;
    connection.reading = true;
    await this.#run(connection);
  }

  async #run(connection: MailConnection): Promise<void> {
    try {
      while (hasMore(connection)) {
        await connection.room;
        if (connection.behind) await this.#readOn(connection);
      }
      connection.reading = false;
    } catch (error) {
      this.#putOff(connection, error);
    }
  }

  async #readOn(connection: MailConnection): Promise<void> {
    // Whatever comes from now on is behind again.
    connection.behind = false;
    const { mailboxes, settings } = this.#parts;
    try {
      this.#showPage(connection, await mailboxes.read(connection.box, connection.seq, settings.page));
    } catch (error) {
      connection.behind = true;
      throw error;
    }
  }

  #showPage(connection: MailConnection, { messages, last, more }: Page): void {
    for (const message of messages) this.#show(connection, message);
    connection.seq = Math.max(connection.seq, last);
    if (more) connection.behind = true;
  }

  #show(connection: MailConnection, message: Message): void {
    connection.seq = message.seq;
    if (!isFor(message, connection.since ?? 0, this.#parts.mailboxes.now())) return;
    connection.show(message.id, frameOf(message, 'user'), {
      seq: message.seq,
      in: 'mailbox',
      from: message.from,
    });
  }

  /** The store was away: it may be there again a little later, and until then nothing that comes has it asked. */
  #putOff(connection: MailConnection, error: unknown): void {
    const { clock, retryAfter, log } = this.#parts;
    const goOn = (): void => {
      connection.reading = false;
      this.go(connection);
    };
    if (error instanceof AppError) return void clock.after(retryAfter, goOn);
    log.error({ err: error }, 'unexpected');
    connection.close('failed');
  }
}

function hasMore(connection: MailConnection): boolean {
  return connection.isOpen && (connection.behind || connection.room !== undefined);
}
