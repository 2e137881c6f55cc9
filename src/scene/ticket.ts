import type { Approval } from '../protocol/messages.ts';

/** The code that a browser shows so that a phone reaches the scene. */
export interface QrCode {
  /** What the picture says; `null`: only WeChat can read it. */
  url: string | null;
  /** The picture, drawn by us; `null`: WeChat drew it. */
  svg: string | null;
  /** The picture that WeChat drew, as a `data:` URL; absent when we did. */
  image?: string;
}

/** The way to one scene that is about to be. A code made ahead leads to its id already, so the id is the ticket's to tell. */
export interface Ticket {
  /** 22 characters; no other ticket has it, and nobody has seen it. */
  readonly sceneId: string;
  /** Asked for once, when the scene is stored: now, unless the code was made ahead. Fails with `wechat_unavailable`. */
  code(): Promise<QrCode>;
  /** In place of `code`: there is no scene of this id, for certain, so that it may be another's. */
  giveBack(): void;
  /** In place of `code`: there may be a scene of this id or not, so that it shall be nobody's. */
  discard(): void;
}

/** Makes the tickets of an account; each way to reach a scene has its own. */
export interface TicketIssuer {
  /** How a scan of such a code becomes a login, whatever the site says; absent: as the site says. */
  readonly approval?: Approval;
  /** @param ttl how long the scene lives, ms; the code lives longer. Never fails */
  issue(ttl: number): Ticket;
}
