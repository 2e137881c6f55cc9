/** What the control API sends; described in src/simulator/SIMULATOR.md. Times in ms since the epoch. */
import type { ChatLine, Delivery } from '../../src/simulator/wire.ts';

export type { Act, ChatLine, Delivery, Notice, Outcome, Verdict } from '../../src/simulator/wire.ts';

export interface Code {
  ticket: string;
  url: string;
  scene: string;
  createdAt: number;
  expiresAt: number | null;
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

export interface Fault {
  api: string;
  stallMs?: number;
  errcode?: number;
  status?: number;
  html?: boolean;
  times?: number;
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
