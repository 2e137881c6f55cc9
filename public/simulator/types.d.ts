/** What the control API sends; described in src/simulator/SIMULATOR.md. Times in ms since the epoch. */
export interface Code {
  ticket: string;
  url: string;
  scene: string;
  createdAt: number;
  expiresAt: number | null;
}

export type Notice = 'scanned' | 'followed' | 'unfollowed' | 'fault' | 'code_expired' | 'unknown_code';

export interface ChatLine {
  at: number;
  from: 'person' | 'account' | 'notice';
  text: string;
  notice?: Notice;
}

export interface Person {
  id: string;
  name: string;
  openid: string;
  follows: boolean;
  offered: Code | null;
  chat: ChatLine[];
  lastEvent: string | null;
}

export type Verdict = 'pending' | 'silent' | 'reply' | 'invalid' | 'failed';

export interface Delivery {
  id: number;
  event: number;
  attempt: number;
  at: number;
  person: string;
  kind: string;
  url: string;
  query: Record<string, string>;
  body: string;
  clear: string;
  status: number | null;
  answer: string;
  answerClear: string | null;
  shown: string | null;
  verdict: Verdict;
  error: string | null;
  durationMs: number | null;
}

export interface Fault {
  api: string;
  stallMs?: number;
  errcode?: number;
  status?: number;
  html?: boolean;
  times?: number;
}

export type Outcome =
  | 'silent'
  | 'replied'
  | 'fault'
  | 'follow_first'
  | 'code_expired'
  | 'unknown_code'
  | 'already_follows'
  | 'does_not_follow'
  | 'nothing_to_repeat'
  | 'under_way';

export interface Act {
  outcome: Outcome;
  shown: string;
  deliveries: Delivery[];
}

export interface State {
  now: number;
  account: { appId: string; originalId: string; mode: 'plain' | 'compatible' | 'safe' };
  webhookUrl: string;
  publicUrl: string;
  siteUrl: string | null;
  people: Person[];
  newest: Code | null;
  faults: Fault[];
  deliveries: Delivery[];
}

export type LiveMessage =
  | ({ type: 'state' } & State)
  | { type: 'person'; person: Person }
  | { type: 'newest'; newest: Code | null }
  | { type: 'delivery'; delivery: Delivery }
  | { type: 'faults'; faults: Fault[] }
  | { type: 'cleared' };
