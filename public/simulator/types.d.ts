/** What the control API sends; described in src/simulator/SIMULATOR.md. Times in ms since the epoch. */
import type { ChatLine, Delivery, MiniCall, MiniScreen, Talk } from '../../src/simulator/wire.ts';

export type {
  Act,
  ChatLine,
  Delivery,
  MiniAsk,
  MiniCall,
  MiniScreen,
  Notice,
  Outcome,
  Talk,
  TalkLine,
  Verdict,
} from '../../src/simulator/wire.ts';

export interface Code {
  ticket: string;
  url: string;
  scene: string;
  createdAt: number;
  expiresAt: number | null;
  page: string | null;
}

export interface Person {
  id: string;
  name: string;
  openid: string;
  miniOpenid: string;
  follows: boolean;
  offered: Code | null;
  chat: ChatLine[];
  mini: MiniScreen | null;
  talk: Talk;
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
  miniProgram: { appId: string; serverUrl: string };
  webhookUrl: string;
  publicUrl: string;
  siteUrl: string | null;
  people: Person[];
  newest: Code | null;
  faults: Fault[];
  deliveries: Delivery[];
  miniCalls: MiniCall[];
}

export type LiveMessage =
  | ({ type: 'state' } & State)
  | { type: 'person'; person: Person }
  | { type: 'newest'; newest: Code | null }
  | { type: 'delivery'; delivery: Delivery }
  | { type: 'miniCall'; call: MiniCall }
  | { type: 'faults'; faults: Fault[] }
  | { type: 'cleared' };
