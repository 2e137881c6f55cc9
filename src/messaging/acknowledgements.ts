import { AppError } from '../kit/errors.ts';
import type { Log } from '../telemetry/log.ts';
import type { Sent } from './connection.ts';
import type { Mailboxes } from './mailboxes.ts';

export interface AcknowledgementsParts {
  mailboxes: Pick<Mailboxes, 'acknowledge' | 'acknowledgeBroadcasts'>;
  log: Log;
  /** So many messages were taken from mailboxes. */
  acknowledged: (messages: number) => void;
}

/** Tells the store what has arrived: what a user says in one breath is one step. Lost, they cost him a message that comes twice. */
export class Acknowledgements {
  readonly #parts: AcknowledgementsParts;
  /** By mailbox, until the end of this turn. */
  readonly #mail = new Map<string, number[]>();
  readonly #broadcasts = new Map<string, number>();
  readonly #underWay = new Set<Promise<void>>();
  #isDue = false;

  constructor(parts: AcknowledgementsParts) {
    this.#parts = parts;
  }

  add(box: string, sent: Sent): void {
    if (sent.in === 'mailbox') this.#note(box, sent.seq);
    else this.#broadcasts.set(box, Math.max(sent.seq, this.#broadcasts.get(box) ?? 0));
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => this.#tell());
  }

  /** Resolves when the store has been told all. */
  async close(): Promise<void> {
    this.#tell();
    await Promise.all(this.#underWay);
  }

  #note(box: string, seq: number): void {
    const others = this.#mail.get(box);
    if (others) others.push(seq);
    else this.#mail.set(box, [seq]);
  }

  #tell(): void {
    this.#isDue = false;
    const { mailboxes, acknowledged } = this.#parts;
    for (const [box, seqs] of this.#mail) this.#watch(mailboxes.acknowledge(box, seqs).then(acknowledged));
    for (const [box, seq] of this.#broadcasts) this.#watch(mailboxes.acknowledgeBroadcasts(box, seq));
    this.#mail.clear();
    this.#broadcasts.clear();
  }

  #watch(step: Promise<void>): void {
    const settled = step
      .catch((error: unknown) => this.#failed(error))
      .then(() => void this.#underWay.delete(settled));
    this.#underWay.add(settled);
  }

  #failed(error: unknown): void {
    if (!(error instanceof AppError)) this.#parts.log.error({ err: error }, 'unexpected');
  }
}
