import type { ParameterizedContext as Context } from 'koa';
import type { IncomingMessage } from 'node:http';
import { addressPrefix } from '../http/address.ts';
import type { ClientAddress } from '../http/address.ts';
import { takeOrRefuse } from '../http/limiter.ts';
import type { Limiter } from '../http/limiter.ts';
import type { Origins } from '../http/origins.ts';
import { AppError } from '../kit/errors.ts';
import { equalSecrets } from '../kit/id.ts';
import type { Log } from '../telemetry/log.ts';
import type { SessionCookie } from './cookie.ts';
import type { Sessions } from './sessions.ts';

export interface AccessParts {
  /** The operators' shared secret, `ops.token`. */
  token: string;
  sessions: Sessions;
  /** Told of a session that was ended here. */
  signedOut: (session: string) => void;
  cookie: SessionCookie;
  origins: Origins;
  address: ClientAddress;
  /** Wrong tokens, by address prefix. */
  failures: Limiter;
  /** How long a session lives, ms. */
  ttl: number;
  log: Log;
}

const reads = new Set(['GET', 'HEAD']);

/** Who may enter: whoever has the token, or the cookie that it was exchanged for. */
export class Access {
  readonly #parts: AccessParts;

  constructor(parts: AccessParts) {
    this.#parts = parts;
  }

  /** Begins a session and sets its cookie. @throws AppError `unauthorized`, `rate_limited`, `store_unavailable` */
  async signIn(ctx: Context, token: string): Promise<void> {
    const { sessions, cookie, ttl, log } = this.#parts;
    await this.#requireToken(ctx, token);
    ctx.set('Set-Cookie', cookie.set(await sessions.begin(), ttl));
    log.info({ requestId: ctx.state['requestId'] }, 'operator signed in');
  }

  /** Ends the session, if there is one, and its sockets with it: at once here, soon on other nodes. @throws AppError `store_unavailable` */
  async signOut(ctx: Context): Promise<void> {
    const { sessions, cookie, signedOut } = this.#parts;
    signedOut(await sessions.end(cookie.read(ctx.req)));
    ctx.set('Set-Cookie', cookie.clear());
  }

  /**
   * Lets an API call pass: with the token in its Authorization header, else with the cookie. A cookie comes along whoever
   * wrote the request, so to change something it must come from our own page.
   * @throws AppError `unauthorized`, `rate_limited`, `origin_not_allowed`, `store_unavailable`
   */
  async require(ctx: Context): Promise<void> {
    const token = /^Bearer (.+)$/i.exec(ctx.get('Authorization'))?.[1];
    if (token !== undefined) return this.#requireToken(ctx, token);
    if ((await this.session(ctx.req)) === undefined) throw unauthorized(ctx);
    if (!reads.has(ctx.method)) this.requireOwnOrigin(ctx);
  }

  /** A browser says whose page a request comes from; a missing word is refused as a foreign one is. @throws AppError `origin_not_allowed` */
  requireOwnOrigin(ctx: Context): void {
    if (!this.#parts.origins.isOwn(ctx.get('Origin'))) throw new AppError('origin_not_allowed');
  }

  /** The session that the request's cookie belongs to, as `Sessions` knows it. @throws AppError `store_unavailable` */
  session(request: IncomingMessage): Promise<string | undefined> {
    const { sessions, cookie } = this.#parts;
    return sessions.find(cookie.read(request));
  }

  /** Only wrong tokens are counted and refused by the count: nobody can lock the operators out. */
  async #requireToken(ctx: Context, token: string): Promise<void> {
    if (equalSecrets(token, this.#parts.token)) return;
    const ip = this.#parts.address.of(ctx.req);
    this.#parts.log.warn({ requestId: ctx.state['requestId'], ip }, 'a wrong operator token was refused');
    await takeOrRefuse(this.#parts.failures, addressPrefix(ip));
    throw unauthorized(ctx, 'The token is wrong.');
  }
}

function unauthorized(ctx: Context, message?: string): AppError {
  ctx.set('WWW-Authenticate', 'Bearer realm="saoma ops"');
  return new AppError('unauthorized', message === undefined ? {} : { message });
}
