import type { ParameterizedContext as Context } from 'koa';
import type { IncomingMessage } from 'node:http';
import { addressPrefix } from '../http/address.ts';
import type { ClientAddress } from '../http/address.ts';
import { takeOrRefuse } from '../http/limiter.ts';
import type { Limiter } from '../http/limiter.ts';
import type { Origins } from '../http/origins.ts';
import { AppError } from '../kit/errors.ts';
import type { Audit, AuditEvent } from '../telemetry/audit.ts';
import type { Log } from '../telemetry/log.ts';
import type { SessionCookie } from './cookie.ts';
import type { Credentials } from './credentials.ts';
import type { Admitted, FoundSession, Operator, Sessions } from './sessions.ts';
import type { ScanSignIn, ScanSite } from './sign-in.ts';

export interface AccessParts {
  credentials: Credentials;
  /** Absent: nobody can sign in by a scan. */
  scanSignIn: ScanSignIn | undefined;
  sessions: Sessions;
  /** Told of a session that was ended here. */
  signedOut: (session: string) => void;
  /** Told who came, who was not let in, and who went. */
  audit: Audit;
  cookie: SessionCookie;
  origins: Origins;
  address: ClientAddress;
  /** Wrong tokens, codes and numbers, by address prefix. */
  failures: Limiter;
  /** How long a session lives, at most and unused, ms. */
  ttl: number;
  idle: number;
  log: Log;
}

/** Who is signed in, as the page is told. */
export interface SessionView extends Operator {
  /** ms */
  endsAt: number;
  idleSeconds: number;
}

const reads = new Set(['GET', 'HEAD']);

/** What a browser says of a request that another page caused. */
const foreign = new Set(['same-site', 'cross-site']);

/** Who may enter, and what for: by a token, by a scan, or by the cookie that either was exchanged for. */
export class Access {
  readonly #parts: AccessParts;

  constructor(parts: AccessParts) {
    this.#parts = parts;
  }

  /** Whether there is a token to sign in with. */
  get byToken(): boolean {
    return this.#parts.credentials.hasTokens;
  }

  /** What the page needs to offer a scan; `null`: nobody is on the list. */
  get scan(): ScanSite | null {
    return this.#parts.scanSignIn?.on ?? null;
  }

  /** Begins a session and sets its cookie. @throws AppError `unauthorized`, `rate_limited`, `store_unavailable` */
  async signIn(ctx: Context, token: string): Promise<void> {
    await this.#begin(ctx, await this.#requireToken(ctx, token), 'token');
  }

  /** The same, by a code and the number that the chat showed. @throws as `signIn`, alike for all that can be wrong with them */
  async signInByScan(ctx: Context, code: string, number: string): Promise<void> {
    const outcome = (await this.#parts.scanSignIn?.redeem(code, number)) ?? { why: 'code' as const };
    if (outcome.admitted) return this.#begin(ctx, outcome.admitted, 'scan');
    const { why, operator, sceneId } = outcome;
    const ip = this.#ip(ctx);
    const fields = { requestId: ctx.state['requestId'], ip, sceneId, wrong: why };
    this.#parts.log.warn(fields, 'a sign-in by scan was refused');
    this.#tell({ kind: 'operator_sign_in_refused', operator, ip, sceneId, reason: why });
    throw await this.#counted(ip, unauthorized(ctx, 'The code or the number is not good.'));
  }

  /** Ends the session, if there is one, and its sockets with it: at once here, soon on other nodes. @throws AppError `store_unavailable` */
  async signOut(ctx: Context): Promise<void> {
    const { sessions, cookie, signedOut } = this.#parts;
    const secret = cookie.read(ctx.req);
    const operator = await sessions.find(secret);
    signedOut(await sessions.end(secret));
    ctx.set('Set-Cookie', cookie.clear());
    if (!operator) return;
    this.#tell({ kind: 'operator_signed_out', operator, role: operator.role, ip: this.#ip(ctx) });
  }

  /** @throws AppError `unauthorized`, `store_unavailable` */
  async whoIs(ctx: Context): Promise<SessionView> {
    const { role, name, endsAt } = await this.#requireSession(ctx);
    return { role, name, endsAt, idleSeconds: Math.floor(this.#parts.idle / 1000) };
  }

  /**
   * Lets an API call pass: with a token in its Authorization header, else with the cookie. A cookie comes along whoever
   * wrote the request, so to change something it must come from our own page, and to read, which may be an act as well, from
   * no other; and whoever changes something must be allowed to. Who it is stands in `ctx.state.operator` then (`operatorOf`).
   * @throws AppError `unauthorized`, `rate_limited`, `origin_not_allowed`, `forbidden_role`, `store_unavailable`
   */
  async require(ctx: Context): Promise<void> {
    const { role, name } = await this.#requireAny(ctx);
    ctx.state['operator'] = { role, name } satisfies Operator;
    if (!reads.has(ctx.method) && role !== 'operate') throw new AppError('forbidden_role');
  }

  /** A browser says whose page a request comes from; a missing word is refused as a foreign one is. @throws AppError `origin_not_allowed` */
  requireOwnOrigin(ctx: Context): void {
    if (!this.#parts.origins.isOwn(ctx.get('Origin'))) throw new AppError('origin_not_allowed');
  }

  /** The session that the request's cookie belongs to. @throws AppError `store_unavailable` */
  session(request: IncomingMessage): Promise<FoundSession | undefined> {
    const { sessions, cookie } = this.#parts;
    return sessions.find(cookie.read(request));
  }

  async #requireAny(ctx: Context): Promise<Operator> {
    const token = /^Bearer (.+)$/i.exec(ctx.get('Authorization'))?.[1];
    if (token !== undefined) return this.#requireToken(ctx, token);
    const session = await this.#requireSession(ctx);
    if (reads.has(ctx.method)) this.#refuseForeignPages(ctx);
    else this.requireOwnOrigin(ctx);
    return session;
  }

  /** To `SameSite` another port or subdomain is no other site. Links and the address bar say no origin, and programs nothing at all. */
  #refuseForeignPages(ctx: Context): void {
    if (foreign.has(ctx.get('Sec-Fetch-Site'))) throw new AppError('origin_not_allowed');
    if (ctx.get('Origin') !== '') this.requireOwnOrigin(ctx);
  }

  async #requireSession(ctx: Context): Promise<FoundSession> {
    const session = await this.session(ctx.req);
    if (!session) throw unauthorized(ctx);
    return session;
  }

  /** Only wrong tokens are counted and refused by the count: nobody can lock the operators out. */
  async #requireToken(ctx: Context, token: string): Promise<Admitted> {
    const admitted = this.#parts.credentials.byToken(token);
    if (admitted) return admitted;
    const ip = this.#ip(ctx);
    this.#parts.log.warn({ requestId: ctx.state['requestId'], ip }, 'a wrong operator token was refused');
    this.#tell({ kind: 'operator_sign_in_refused', operator: undefined, ip, reason: 'token' });
    throw await this.#counted(ip, unauthorized(ctx, 'The token is wrong.'));
  }

  async #begin(ctx: Context, admitted: Admitted, by: 'token' | 'scan'): Promise<void> {
    const { sessions, cookie, ttl, log } = this.#parts;
    ctx.set('Set-Cookie', cookie.set(await sessions.begin(admitted), ttl));
    const { role, name } = admitted;
    log.info({ requestId: ctx.state['requestId'], operator: name, role, by }, 'operator signed in');
    this.#tell({ kind: 'operator_signed_in', operator: admitted, role, ip: this.#ip(ctx), facts: { by } });
  }

  /** The refusal, or that there were too many of them. */
  #counted(ip: string, refusal: AppError): Promise<unknown> {
    return takeOrRefuse(this.#parts.failures, addressPrefix(ip)).then(
      () => refusal,
      (tooMany: unknown) => tooMany,
    );
  }

  #tell({ operator, ...event }: Omit<AuditEvent, 'actor'> & { operator: Operator | undefined }): void {
    this.#parts.audit({ ...event, actor: operator?.name ?? 'unknown' });
  }

  #ip(ctx: Context): string {
    return this.#parts.address.of(ctx.req);
  }
}

/** Whose call it is that `Access.require` let pass. */
export function operatorOf(ctx: Context): Operator {
  return ctx.state['operator'] as Operator;
}

function unauthorized(ctx: Context, message?: string): AppError {
  ctx.set('WWW-Authenticate', 'Bearer realm="saoma ops"');
  return new AppError('unauthorized', message === undefined ? {} : { message });
}
