/** Owns what is recorded of messages: what users' clients and the site's backend saw. */

/** What a message says of itself, by the word of whoever sent it; a receiver can hold the rest against it. */
export interface Mark {
  site: string;
  /** An openid; null: the site's backend. */
  from: string | null;
  /** An openid; `all`: every user of the site. */
  to: string;
  /** How many its sender sent to the same receiver before it: he sends the next one when this one is answered. */
  number: number;
}

/** `client`: a name unlike every other client's; `socket`: how many it had before. */
export type MailSight =
  /** A user of a site has one more client. */
  | { kind: 'came'; client: string; site: string; openid: string }
  /** From now on it reads nothing. */
  | { kind: 'deafened'; client: string }
  /** A hello was answered. */
  | { kind: 'welcome'; client: string; socket: number; waiting: number }
  /** The socket ended, 1006 without a word; `byItself`: the client let go of it. */
  | { kind: 'gone'; client: string; socket: number; code: number; welcome: boolean; byItself: boolean }
  /** A sender has an answer to what he first sent at `askedAt`; without a status he gave up. */
  | ({ kind: 'posted'; id: string; status: string | undefined; askedAt: number; attempts: number } & Mark)
  /** `from`, `toAll`: by the word of the server. */
  | {
      kind: 'received';
      client: string;
      socket: number;
      id: string;
      from: string | null;
      toAll: boolean;
      mark: Mark;
    }
  /** The site's backend asked who is there. Times in `lastSeenAt`: ms since the epoch. */
  | {
      kind: 'looked';
      site: string;
      openid: string;
      askedAt: number;
      online: boolean;
      connections: number;
      lastSeenAt: number | null;
    };

/** `at`: ms by this process's clock that never goes back. */
export type MailSighting = MailSight & { at: number };

const mailKinds: ReadonlySet<string> = new Set<MailSight['kind']>([
  'came',
  'deafened',
  'welcome',
  'gone',
  'posted',
  'received',
  'looked',
]);

export function isMail<S extends { kind: string; at: number }>(sighting: S): sighting is S & MailSighting {
  return mailKinds.has(sighting.kind);
}
