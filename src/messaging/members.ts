import type { Origins } from '../http/origins.ts';
import { sha256 } from '../kit/id.ts';
import type { MessageTokens } from './tokens.ts';

/** Somebody who is signed in at a site, and by what he showed it. */
export interface Member {
  site: string;
  openid: string;
  /** The name of his mailbox. */
  box: string;
  /** Which session he showed; null: a message token. */
  session: { account: string; hash: string } | null;
  /** Of which login the message token is, ms; null: it is a session. */
  loginAt: number | null;
  /** Until when what he showed is good, unless it is used before; ms, the store's clock. */
  until: number;
}

/** The first words of a socket. */
export interface Hello {
  token: string;
  account?: string;
  site?: string;
}

/** What is asked of the sessions of one mini program. */
export interface SessionFinder {
  find(token: string): Promise<FoundSession | undefined>;
  findByHash(hash: string): Promise<FoundSession | undefined>;
}

interface FoundSession {
  readonly openid: string;
  readonly hash: string;
  readonly expiresAt: number;
}

export interface MembersParts {
  tokens: MessageTokens;
  /** By the name of the mini program. */
  sessions: ReadonlyMap<string, SessionFinder>;
  sites: readonly { readonly id: string; readonly accounts: readonly string[] }[];
  origins: Origins;
  /** The store's time, ms. */
  now: () => number;
}

/** The name of a user's mailbox: what people are called is never a key. */
export function mailboxId(site: string, openid: string): string {
  return sha256(`${site}\n${openid}`);
}

/** Knows who is behind a hello. Nothing that a client says of itself is believed: only what its token proves. */
export class Members {
  readonly #parts: MembersParts;

  constructor(parts: MembersParts) {
    this.#parts = parts;
  }

  /**
   * `undefined` for whatever is wrong: token, session, account, site or the page's origin.
   * @param origin of the page; empty: it is no page
   * @throws AppError `store_unavailable`
   */
  async of(hello: Hello, origin: string): Promise<Member | undefined> {
    const member = hello.token.includes('.') ? this.#byToken(hello) : await this.#bySession(hello);
    if (!member || (origin !== '' && !this.#parts.origins.mayUse(member.site, origin))) return undefined;
    return member;
  }

  /** Until when the member is good by now, ms; `undefined`: no longer. @throws AppError `store_unavailable` */
  async goodUntil({ session, until }: Member): Promise<number | undefined> {
    if (!session) return until > this.#parts.now() ? until : undefined;
    return (await this.#parts.sessions.get(session.account)?.findByHash(session.hash))?.expiresAt;
  }

  /** The mailboxes of whoever has sessions at this account: one for each site that names it. */
  boxesOf(account: string, openid: string): string[] {
    const sites = this.#parts.sites.filter(({ accounts }) => accounts.includes(account));
    return sites.map(({ id }) => mailboxId(id, openid));
  }

  #byToken({ token, account, site }: Hello): Member | undefined {
    const holder = this.#parts.tokens.read(token, this.#parts.now());
    // What names another site or a mini program is mistaken about its token.
    if (!holder || account !== undefined || (site ?? holder.site) !== holder.site) return undefined;
    const { openid, loginAt, endsAt } = holder;
    const box = mailboxId(holder.site, openid);
    return { site: holder.site, openid, box, session: null, loginAt, until: endsAt };
  }

  async #bySession({ token, account = this.#onlyAccount(), site }: Hello): Promise<Member | undefined> {
    const at = this.#siteOf(account, site);
    const session = at && (await this.#parts.sessions.get(account)?.find(token));
    if (!session) return undefined;
    const { openid, hash, expiresAt } = session;
    const box = mailboxId(at, openid);
    return { site: at, openid, box, session: { account, hash }, loginAt: null, until: expiresAt };
  }

  /** The one mini program, if there is just one; else no name at all. */
  #onlyAccount(): string {
    const [only, ...others] = this.#parts.sessions.keys();
    return only !== undefined && others.length === 0 ? only : '';
  }

  /** The site that is meant, if it names the account; by default the first that does. */
  #siteOf(account: string, site: string | undefined): string | undefined {
    const those = this.#parts.sites.filter(({ accounts }) => accounts.includes(account));
    return site === undefined ? those[0]?.id : those.find(({ id }) => id === site)?.id;
  }
}
