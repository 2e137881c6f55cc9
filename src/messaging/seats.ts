import { AppError } from '../kit/errors.ts';
import type { Clock } from '../kit/clock.ts';
import type { Settings } from '../kit/settings.ts';
import type { Log } from '../telemetry/log.ts';
import type { MailConnection } from './connection.ts';
import type { Joined, Mailboxes } from './mailboxes.ts';

export interface SeatsParts {
  mailboxes: Pick<Mailboxes, 'join' | 'leave'>;
  /** How many sockets one user may have at one site. */
  perUser: number;
  /** The nodes that live, by name. */
  living: () => Promise<readonly string[]>;
  /** Takes the seat of the socket anew, if it is still to have one. @throws AppError `store_unavailable` */
  again: (connection: MailConnection) => Promise<void>;
  clock: Clock;
  /** How long it waits when the store was away, ms. */
  retryAfter: number;
  settings: Pick<Settings['messaging'], 'page' | 'rejoinAtOnce'>;
  log: Log;
}

/** Where the sockets of this node sit, as the store knows it: what it was not told, it is told again until it knows. */
export class Seats {
  readonly #parts: SeatsParts;
  readonly #toRenew = new Set<MailConnection>();
  /** Seats by their names, with the mailbox of each. */
  readonly #toLeave = new Map<string, string>();
  #isAtWork = false;
  #callOff: () => void = () => {};

  constructor(parts: SeatsParts) {
    this.#parts = parts;
  }

  /** Takes a seat, or takes it anew. What is in the mailbox comes with it. @throws AppError `store_unavailable` */
  async take({ box, seat, member, since, seq }: MailConnection): Promise<Joined> {
    const { mailboxes, living, perUser, settings } = this.#parts;
    const joining = { limit: perUser, living: await living(), after: seq, page: settings.page };
    const { session, loginAt = null } = member ?? {};
    return mailboxes.join(box, { id: seat, session: session?.hash ?? null, loginAt, since }, joining);
  }

  /** The store may have forgotten them, or something may have been missed: so many at a time, and until the store was there. */
  renew(connections: Iterable<MailConnection>): void {
    for (const connection of connections) this.#toRenew.add(connection);
    this.#go();
  }

  /** The socket is gone. Never rejects: if the store is away, it hears of it later. */
  async leave(connection: MailConnection): Promise<void> {
    this.#toRenew.delete(connection);
    await this.#leave(connection.seat, connection.box);
  }

  stop(): void {
    this.#callOff();
    this.#toRenew.clear();
    this.#toLeave.clear();
  }

  #go(): void {
    if (!this.#isAtWork) void this.#work();
  }

  async #work(): Promise<void> {
    this.#callOff();
    this.#isAtWork = true;
    let isThere = true;
    while (isThere && this.#toRenew.size + this.#toLeave.size > 0) {
      const { rejoinAtOnce } = this.#parts.settings;
      const leaving = [...this.#toLeave].slice(0, rejoinAtOnce).map(([seat, box]) => this.#leave(seat, box));
      const renewing = [...this.#toRenew].slice(0, rejoinAtOnce).map((each) => this.#renew(each));
      isThere = (await Promise.all([...leaving, ...renewing])).every(Boolean);
    }
    this.#isAtWork = false;
  }

  #leave(seat: string, box: string): Promise<boolean> {
    this.#toLeave.delete(seat);
    const step = (): Promise<void> => this.#parts.mailboxes.leave(box, seat);
    // Left without a word, the seat is none when it was not renewed for long enough.
    return this.#try(
      step,
      () => this.#toLeave.set(seat, box),
      () => undefined,
    );
  }

  async #renew(connection: MailConnection): Promise<boolean> {
    this.#toRenew.delete(connection);
    if (!connection.isOpen) return true;
    const step = (): Promise<void> => this.#parts.again(connection);
    const giveUp = (): void => connection.close('failed');
    const wasThere = await this.#try(step, () => this.#toRenew.add(connection), giveUp);
    // It left before it had the seat again, or may have: nobody would leave that.
    if (!connection.isOpen) await this.leave(connection);
    return wasThere;
  }

  /** Whether the store was there; if not, it is tried again a little later. @param giveUp a fault is there the next time too */
  async #try(step: () => Promise<void>, putBack: () => void, giveUp: () => void): Promise<boolean> {
    const { clock, retryAfter, log } = this.#parts;
    try {
      await step();
      return true;
    } catch (error) {
      if (!(error instanceof AppError)) {
        log.error({ err: error }, 'unexpected');
        giveUp();
        return true;
      }
      putBack();
      this.#callOff();
      this.#callOff = clock.after(retryAfter, () => this.#go());
      return false;
    }
  }
}
