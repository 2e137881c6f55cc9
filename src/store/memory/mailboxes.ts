/** Owns the mailboxes of a single process: whoever sits somewhere sits here. A restart forgets them. */
import type { Clock } from '../../kit/clock.ts';
import { AppError } from '../../kit/errors.ts';
import type { Settings } from '../../kit/settings.ts';
import { broadcastsId } from '../../messaging/mailboxes.ts';
import type {
  Bounds,
  Broadcast,
  Draft,
  Joined,
  Joining,
  Mailboxes,
  MailWakeUps,
  Page,
  Posted,
  Presence,
  Seat,
} from '../../messaging/mailboxes.ts';
import { Mailbox } from './mailbox.ts';

/** Of a site, for whoever is there. */
const everybody: Seat = { id: 'all', session: null, loginAt: null, since: null };
const justSit: Joining = { limit: 1, living: [], after: 0, page: 0 };
const nothing: Page = { messages: [], last: 0, more: false };

export class MemoryMailboxes implements Mailboxes {
  readonly #boxes = new Map<string, Mailbox>();
  /** The sites at which somebody is. */
  readonly #entered = new Set<string>();
  readonly #clock: Clock;
  readonly #figures: Settings['messaging'];
  readonly #endSweep: () => void;
  readonly #begun: number;
  #sweep: MapIterator<[string, Mailbox]> | undefined;
  #wakeUps: MailWakeUps | undefined;
  /** Bytes of all messages; those that are over count until somebody looks. */
  #held = 0;

  constructor(clock: Clock, figures: Settings['messaging']) {
    this.#clock = clock;
    this.#figures = figures;
    this.#begun = clock.now();
    this.#endSweep = clock.every(figures.sweepEvery, () => this.#sweepSome());
  }

  close(): void {
    this.#endSweep();
  }

  now(): number {
    return this.#clock.now();
  }

  async post(box: string, draft: Draft, bounds: Bounds): Promise<Posted> {
    return this.#put(this.#boxOf(box), draft, bounds);
  }

  async join(box: string, seat: Seat, joining: Joining): Promise<Joined> {
    return this.#boxOf(box).join(seat, joining, this.now());
  }

  async leave(box: string, seatId: string): Promise<void> {
    this.#boxes.get(box)?.leave(seatId, this.now());
  }

  async read(box: string, after: number, limit: number): Promise<Page> {
    return this.#boxes.get(box)?.read(after, limit, this.now()) ?? { ...nothing, last: after };
  }

  async acknowledge(box: string, seqs: readonly number[]): Promise<number> {
    return this.#boxes.get(box)?.acknowledge(seqs) ?? 0;
  }

  async presence(box: string): Promise<Presence> {
    return this.#boxes.get(box)?.presence(this.now()) ?? { connections: 0, lastSeenAt: null };
  }

  async endSession(box: string, session: string): Promise<void> {
    if (this.#boxes.get(box)?.hasSession(session)) this.#wakeUps?.ended(box, session);
  }

  async endLogins(box: string): Promise<void> {
    const upTo = this.now();
    const mailbox = this.#boxOf(box);
    mailbox.endLogins(upTo);
    if (mailbox.isAttended) this.#wakeUps?.loginsEnded(box, upTo);
  }

  async enter(site: string): Promise<void> {
    this.#entered.add(site);
  }

  async exit(site: string): Promise<void> {
    this.#entered.delete(site);
    await this.leave(broadcastsId(site), everybody.id);
  }

  async broadcast(site: string, draft: Draft): Promise<Broadcast> {
    const bounds: Bounds = {
      perUser: this.#figures.broadcastsKept,
      fromPeers: 0,
      perSender: null,
      beyond: 'refuse',
    };
    if (this.#entered.has(site)) this.#siteBox(site).join(everybody, justSit, this.now());
    return this.#put(this.#siteBox(site), draft, bounds) as Broadcast;
  }

  readBroadcasts(site: string, after: number, limit: number): Promise<Page> {
    return this.read(broadcastsId(site), after, limit);
  }

  async acknowledgeBroadcasts(box: string, seq: number): Promise<void> {
    this.#boxOf(box).acknowledgeBroadcasts(seq, this.now());
  }

  listen(wakeUps: MailWakeUps): void {
    this.#wakeUps = wakeUps;
  }

  #put(mailbox: Mailbox, draft: Draft, bounds: Bounds): Posted {
    const { heldBytes, peersPercent } = this.#figures;
    const most = draft.from === null ? heldBytes : (heldBytes * peersPercent) / 100;
    if (this.#held >= most) throw new AppError('store_unavailable');
    return mailbox.post(draft, bounds, this.now());
  }

  #boxOf(box: string): Mailbox {
    return this.#open(box, (message, before) => {
      this.#wakeUps?.mail(box, message, before);
      return this.#wakeUps !== undefined;
    });
  }

  #siteBox(site: string): Mailbox {
    const tell: Tell = (message, before) => {
      this.#wakeUps?.broadcast(site, message, before);
      return this.#wakeUps !== undefined;
    };
    return this.#open(broadcastsId(site), tell, true);
  }

  #open(box: string, tell: Tell, isForBroadcasts = false): Mailbox {
    const known = this.#boxes.get(box);
    if (known) return known;
    const replace = (seatId: string): void => this.#wakeUps?.replaced(box, seatId);
    const count = (bytes: number): void => void (this.#held += bytes);
    const [figures, begun] = [this.#figures, this.#begun];
    const mailbox = new Mailbox({ figures, begun, isForBroadcasts, tell, replace, count });
    this.#boxes.set(box, mailbox);
    return mailbox;
  }

  /** Some at a time, so that nobody waits for it. What is found meanwhile has its turn, too. */
  #sweepSome(): void {
    this.#sweep ??= this.#boxes.entries();
    for (let looked = 0; looked < this.#figures.sweepAtMost; looked++) {
      const next = this.#sweep.next();
      if (next.done) {
        this.#sweep = undefined;
        return;
      }
      const [box, mailbox] = next.value;
      if (!mailbox.tidy(this.now())) this.#boxes.delete(box);
    }
  }
}

type Tell = (message: Parameters<MailWakeUps['mail']>[1], before: number) => boolean;
