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
  /** It was a code of the mini program, which is open now; it makes calls of its own. */
  | 'mini_program'
  | 'under_way';

export interface Act {
  outcome: Outcome;
  /** What the phone shows: the reply, the notice, or nothing. */
  shown: string;
  deliveries: Delivery[];
  /** With `mini_program`: what that shows. */
  screen?: MiniScreen;
}

/** A call that the mini program made of its server. */
export interface MiniCall {
  id: number;
  /** ms since the epoch */
  at: number;
  person: string;
  method: string;
  url: string;
  /** What it shows of its session, shortened; `null`: it shows none. */
  session: string | null;
  /** JSON, or nothing. */
  body: string;
  status: number | null;
  answer: string;
  /** Why there is no answer. */
  error: string | null;
  durationMs: number | null;
}

/** Who wants to sign in, as the server tells it. */
export interface MiniAsk {
  site: string;
  browser: string;
  /** From where. */
  address: string;
  /** ms since the epoch, both */
  openedAt: number;
  expiresAt: number;
}

/** A line of the mini program's chat. */
export interface TalkLine {
  id: string;
  /** ms since the epoch */
  at: number;
  /** The other person's id, or the openid of somebody who has no phone here; `null`: the website. */
  with: string | null;
  /** Whether the person who holds the phone wrote it. */
  own: boolean;
  text: string;
  /** `sending`: the server has not said yet what became of it. */
  status: 'sending' | 'delivered' | 'queued' | 'dropped' | 'refused' | 'received';
  /** Of `refused`, the server's code. */
  why: string;
}

export interface Talk {
  /** `replaced`: there are too many other sockets of the same person. */
  state: 'offline' | 'connecting' | 'online' | 'replaced';
  /** The last ones, in the order in which they came. */
  lines: TalkLine[];
}

/** What happened in the mini program, and with WeChat behind it. */
export type MiniEvent =
  | 'signed_in'
  | 'session_over'
  | 'signed_in_again'
  | 'key_replaced'
  | 'profile_read'
  | 'signed_out';

/** The mini program as it stands on a person's phone. */
export interface MiniScreen {
  /** Of the code that opened it; `null`: opened without one. */
  scene: string | null;
  step: 'opening' | 'home' | 'signed_out' | 'ask' | 'confirmed' | 'denied' | 'failed';
  /** A call is under way. */
  busy: boolean;
  ask: MiniAsk | null;
  /** The server's code and sentence for what it refused. */
  trouble: { code: string; message: string } | null;
  /** When the session ends if it is not used, ms since the epoch. */
  sessionEndsAt: number | null;
  /** As the server verified it. */
  profile: Record<string, unknown> | null;
  /** The last ones, oldest first. */
  events: { at: number; event: MiniEvent }[];
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
