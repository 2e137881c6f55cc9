/** Owns what the control API sends, written once: its page reads it by these very types. Imports nothing. */

/** `failed`: not answered with 200 in time, so WeChat sends again. `pending`: under way. */
export type Verdict = 'pending' | 'silent' | 'reply' | 'invalid' | 'failed';

/** One attempt. */
export interface Delivery {
  id: number;
  /** The same for all attempts of one event. */
  event: number;
  /** From 1. */
  attempt: number;
  /** ms since the epoch */
  at: number;
  person: string;
  kind: string;
  url: string;
  query: Record<string, string>;
  body: string;
  /** The body as it reads after decryption. */
  clear: string;
  status: number | null;
  answer: string;
  /** The answer as it reads after decryption, if it is a reply. */
  answerClear: string | null;
  /** The text of a reply. */
  shown: string | null;
  verdict: Verdict;
  /** Why the verdict is `invalid` or `failed`. */
  error: string | null;
  durationMs: number | null;
}

/** What became of an act. The first three: the event was delivered; the others: nothing was posted. */
export type Outcome =
  | 'silent'
  | 'replied'
  /** The person sees the fault notice. */
  | 'fault'
  /** The phone offers to follow; the event comes when the person does. */
  | 'follow_first'
  | 'code_expired'
  | 'unknown_code'
  | 'already_follows'
  | 'does_not_follow'
  | 'nothing_to_repeat'
  | 'under_way';

export interface Act {
  outcome: Outcome;
  /** What the phone shows: the reply, the notice, or nothing. */
  shown: string;
  deliveries: Delivery[];
}

/** What WeChat itself says in a chat. */
export type Notice = 'scanned' | 'followed' | 'unfollowed' | 'fault' | 'code_expired' | 'unknown_code';

export interface ChatLine {
  /** ms since the epoch */
  at: number;
  from: 'person' | 'account' | 'notice';
  text: string;
  notice?: Notice;
}
