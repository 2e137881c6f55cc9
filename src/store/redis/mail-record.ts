/** Owns how a message is written in Redis: a JSON array, of which scripts read the beginning (`scripts/mail.lua`). */
import { sha256 } from '../../kit/id.ts';
import type { Draft, Message } from '../../messaging/mailboxes.ts';

export type WrittenMessage = [
  keptUntil: number,
  tag: string,
  seq: number,
  sentAt: number,
  expiresAt: number,
  id: string,
  from: string | null,
  body: string,
];

/** What is published of mailboxes, as the scripts write it; `joined` says nothing: it is counted. */
export type MailNews =
  | { mail: string; before: number; message: WrittenMessage }
  | { broadcast: string; before: number; message: WrittenMessage }
  | { unseated: string; box: string }
  | { ended: string; box: string }
  | { loginsEnded: string; upTo: number }
  /** The node's seats in this box are to be taken again. */
  | { again: string }
  | { joined: true };

export function readMessage([, , seq, sentAt, expiresAt, id, from, body]: WrittenMessage): Message {
  return { id, seq, from, body, sentAt, expiresAt };
}

/** How the text of a new message ends; the script begins it. */
export function writeEnding({ id, from, body }: Draft): string {
  return JSON.stringify([id, from, body]).slice(1);
}

/** Enough of a hash that nobody finds two texts with the same; small sets of such are kept small. */
const markLength = 22;

/** By this a repeat is known; empty: it is none. */
export function repeatMark({ id, from, isFresh }: Draft): string {
  return isFresh ? '' : sha256(JSON.stringify([from, id])).slice(0, markLength);
}

/** Under this the messages of a sender are counted. */
export function senderTag(from: string | null): string {
  return from === null ? 'site' : sha256(from).slice(0, markLength);
}
