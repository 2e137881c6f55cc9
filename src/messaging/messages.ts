/**
 * Owns what a site and its signed-in users say to each other: a message is kept for its user until he has it, and shown to each
 * socket of his at once, at whichever node. Doors: `routes` (the site's backend), `socket-door` (users). `hub` has the sockets of
 * this node, `mailboxes` is the port to what is kept, `members` knows who is behind a socket.
 */
import { takeOrRefuse } from '../http/limiter.ts';
import type { Limiter } from '../http/limiter.ts';
import { AppError } from '../kit/errors.ts';
import { bodyBytes } from '../protocol/mail.ts';
import type { MailServerMessage, MailStatus } from '../protocol/mail.ts';
import type { SendMessage } from './hub.ts';
import type { Bounds, Draft, Mailboxes, Posted } from './mailboxes.ts';
import { mailboxId } from './members.ts';
import type { Member } from './members.ts';

/** What holds of the messages of one site. */
export interface MessageRules {
  readonly inboxPerUser: number;
  readonly inboxDays: number;
  readonly inboxPerSender: number | null;
  readonly beyondPerSender: 'refuse' | 'drop';
  /** Whether its users may write to each other. */
  readonly peers: boolean;
}

/** What can become of a message here, and that a user has it. */
export const messageOutcomes = [
  'delivered',
  'queued',
  'dropped',
  'refused',
  'broadcast',
  'acknowledged',
] as const;

export type MessageOutcome = (typeof messageOutcomes)[number];

export interface MessagesParts {
  mailboxes: Pick<Mailboxes, 'post' | 'broadcast' | 'presence' | 'endLogins'>;
  rulesOf: (site: string) => MessageRules;
  /** What other users may have of an inbox, from 0 to 1. */
  peersShare: number;
  /** The nodes that live, by name. */
  living: () => Promise<readonly string[]>;
  newId: (bytes: number) => string;
  /** By mailbox of the sender: what a user sends to those who are not there. */
  queued: Limiter;
  /** By mailbox of the sender: what a user sends by way of this node, whoever it is for. */
  paced: Limiter;
  /** What became of each message. */
  observe: (outcome: MessageOutcome) => void;
}

/** What a site's backend hands in. */
export interface Letter {
  body: unknown;
  /** Handed in again, it is the same message. */
  id?: string | undefined;
  /** How long it waits for its user, ms. */
  ttl?: number | undefined;
}

/** What the backend is told. */
export interface Receipt {
  id: string;
  status: MailStatus;
}

const day = 24 * 60 * 60 * 1000;

export class Messages {
  readonly #parts: MessagesParts;

  constructor(parts: MessagesParts) {
    this.#parts = parts;
  }

  /** From the site to one user. @throws AppError `message_too_large`, `inbox_full`, `store_unavailable` */
  toUser(site: string, openid: string, { body, id, ttl }: Letter): Promise<Receipt> {
    const lives = ttl ?? this.#parts.rulesOf(site).inboxDays * day;
    return this.#counted(() => this.#post(mailboxId(site, openid), site, this.#draft(body, id, lives)));
  }

  /** From the site to each user who is there, and, with a ttl, who comes within. @throws AppError `message_too_large`, `store_unavailable` */
  async toAll(site: string, { body, id, ttl = 0 }: Letter): Promise<Receipt> {
    const draft = this.#draft(body, id, ttl);
    const posted = await this.#parts.mailboxes.broadcast(site, draft);
    if (posted.kind === 'added') this.#parts.observe('broadcast');
    return { id: draft.id, status: statusOf(posted, draft) };
  }

  /**
   * From one user to another, of the same site. A refusal is an answer to its sender.
   * @throws AppError `store_unavailable`: what he sent after it would come before it
   */
  async fromUser({ site, openid }: Member, { to, body, id }: SendMessage): Promise<MailServerMessage> {
    try {
      const { peers, inboxDays } = this.#parts.rulesOf(site);
      const { status } = await this.#counted(async () => {
        if (!peers) throw new AppError('peers_not_allowed');
        const draft = { ...this.#draft(body, id, inboxDays * day), from: openid };
        return this.#postForPeer(mailboxId(site, openid), mailboxId(site, to), site, draft);
      });
      return { type: 'sent', id, status };
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'store_unavailable') throw error;
      return { type: 'refused', id, error: error.code, message: error.message };
    }
  }

  /** @throws AppError `store_unavailable` */
  async presence(site: string, openid: string) {
    const { mailboxes, living } = this.#parts;
    const { connections, lastSeenAt } = await mailboxes.presence(mailboxId(site, openid), await living());
    return { online: connections > 0, connections, lastSeenAt };
  }

  /** No message token that the user got up to now is good any more, and its sockets are closed. @throws AppError `store_unavailable` */
  endTokens(site: string, openid: string): Promise<void> {
    return this.#parts.mailboxes.endLogins(mailboxId(site, openid));
  }

  #draft(body: unknown, id: string | undefined, ttl: number): Draft {
    const isFresh = id === undefined;
    return { id: id ?? this.#parts.newId(16), from: null, body: textOf(body), ttl, isFresh };
  }

  async #post(box: string, site: string, draft: Draft): Promise<Receipt> {
    const posted = await this.#parts.mailboxes.post(box, draft, this.#boundsOf(site));
    if (posted.kind === 'full') throw new AppError('inbox_full');
    return { id: draft.id, status: statusOf(posted, draft) };
  }

  /** Who is not there cannot say that it is too much. */
  async #postForPeer(sender: string, box: string, site: string, draft: Draft): Promise<Receipt> {
    const { paced, queued } = this.#parts;
    await takeOrRefuse(paced, sender);
    await takeOrRefuse(queued, sender);
    let isQueued = false;
    try {
      const receipt = await this.#post(box, site, draft);
      isQueued = receipt.status === 'queued';
      return receipt;
    } finally {
      if (!isQueued) void queued.giveBack(sender);
    }
  }

  #boundsOf(site: string): Bounds {
    const { inboxPerUser, inboxPerSender, beyondPerSender } = this.#parts.rulesOf(site);
    const fromPeers = Math.ceil(inboxPerUser * this.#parts.peersShare);
    return { perUser: inboxPerUser, fromPeers, perSender: inboxPerSender, beyond: beyondPerSender };
  }

  async #counted(post: () => Promise<Receipt>): Promise<Receipt> {
    try {
      const receipt = await post();
      this.#parts.observe(receipt.status);
      return receipt;
    } catch (error) {
      if (error instanceof AppError) this.#parts.observe('refused');
      throw error;
    }
  }
}

/** @throws AppError `message_too_large` */
function textOf(body: unknown): string {
  try {
    const text = JSON.stringify(body);
    if (Buffer.byteLength(text) <= bodyBytes) return text;
  } catch {
    // Lists within lists, thousands deep: they could be read, and are more than the stack holds.
  }
  throw new AppError('message_too_large');
}

/** A message without a ttl that found nobody is kept for nobody. */
function statusOf(posted: Exclude<Posted, { kind: 'full' }>, { ttl }: Draft): MailStatus {
  if (posted.kind === 'dropped') return 'dropped';
  if (posted.online) return 'delivered';
  return ttl === 0 ? 'dropped' : 'queued';
}
