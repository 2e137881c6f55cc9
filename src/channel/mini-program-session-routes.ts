import type { ParameterizedContext } from 'koa';
import { z } from 'zod';
import type { ClientAddress } from '../http/address.ts';
import { addressPrefix } from '../http/address.ts';
import { readJson } from '../http/body.ts';
import type { Door } from '../http/door.ts';
import { noStore } from '../http/headers.ts';
import { takeOrRefuse } from '../http/limiter.ts';
import type { Limiter } from '../http/limiter.ts';
import { logAlso } from '../http/request-log.ts';
import { AppError } from '../kit/errors.ts';
import type { ErrorCode } from '../kit/errors.ts';
import { settings } from '../kit/settings.ts';
import { sessionFinder, sessionsAt, tokenOf } from './mini-program-sessions.ts';
import type { MiniSession, MiniSessions } from './mini-program-sessions.ts';

export interface MiniSessionDoorParts {
  /** By account name. */
  programs: ReadonlyMap<string, MiniSessions>;
  address: ClientAddress;
  /** By address: codes that WeChat refused. */
  refusedCodes: Limiter;
}

type Context = ParameterizedContext & { params: Record<string, string> };

const login = z.object({ code: z.string() });
const sealed = z.object({
  rawData: z.string(),
  signature: z.string(),
  encryptedData: z.string(),
  iv: z.string(),
});

/** What a code of WeChat's may look like; whatever else comes is not worth a question. */
const codeShape = /^[\x21-\x7e]{1,128}$/;

/** What says that the code was wrong, and not that WeChat or we were busy. */
const refusals: ReadonlySet<ErrorCode> = new Set(['code_invalid', 'code_used', 'person_refused']);

/** The sessions of mini programs, below `/miniprogram/{account}`. The session's token is in `Authorization: Bearer`. */
export function miniSessionDoor({ programs, address, refusedCodes }: MiniSessionDoorParts): Door {
  const sessionOf = sessionFinder(programs);
  /** Logins, by address. */
  const underWay = new Map<string, number>();

  async function logIn(ctx: Context): Promise<void> {
    const sessions = sessionsOf(ctx);
    const { code } = await readJson(ctx, login);
    const prefix = addressPrefix(address.of(ctx.req));
    const { token, session } = await countingRefusals(prefix, async () => {
      if (!codeShape.test(code)) throw new AppError('code_invalid');
      return sessions.login(code);
    });
    logAlso(ctx, { outcome: 'logged in' });
    ctx.body = { session: token, ...lifeOf(session, sessions) };
  }

  async function tellWhetherItStands(ctx: Context): Promise<void> {
    const sessions = sessionsOf(ctx);
    ctx.body = lifeOf(await sessionOf(ctx, sessions.account), sessions);
  }

  async function openProfile(ctx: Context): Promise<void> {
    const sessions = sessionsOf(ctx);
    const session = await sessionOf(ctx, sessions.account);
    const given = await readJson(ctx, sealed, settings.miniProgram.profileBytes);
    ctx.body = { profile: await sessions.profile(session, tokenOf(ctx) ?? '', given) };
  }

  /** The same answer whether there was a session or not: it is over. */
  async function logOut(ctx: Context): Promise<void> {
    const sessions = sessionsOf(ctx);
    const token = tokenOf(ctx);
    if (token !== undefined) await sessions.logout(token);
    ctx.status = 204;
  }

  function sessionsOf(ctx: Context): MiniSessions {
    const sessions = sessionsAt(programs, ctx.params['account'] ?? '');
    logAlso(ctx, { account: sessions.account });
    return sessions;
  }

  /**
   * A right code always passes, whatever others bring from the same address: past the limit only the answer to a wrong one is
   * another. So that one address does not take all the places at WeChat, so many of its codes are tried at once.
   */
  async function countingRefusals<T>(prefix: string, attempt: () => Promise<T>): Promise<T> {
    const others = underWay.get(prefix) ?? 0;
    if (others >= settings.miniProgram.loginsAtOnce) throw new AppError('rate_limited', { retryAfter: 1 });
    underWay.set(prefix, others + 1);
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof AppError && refusals.has(error.code)) await takeOrRefuse(refusedCodes, prefix);
      throw error;
    } finally {
      const left = (underWay.get(prefix) ?? 1) - 1;
      if (left > 0) underWay.set(prefix, left);
      else underWay.delete(prefix);
    }
  }

  return (router) => {
    router.post('/miniprogram/:account/login', noStore, logIn);
    router.get('/miniprogram/:account/session', noStore, tellWhetherItStands);
    router.post('/miniprogram/:account/profile', noStore, openProfile);
    router.post('/miniprogram/:account/logout', noStore, logOut);
  };
}

/** When it ends unless it is used: ms by our clock, and seconds from now, for whoever has another. */
function lifeOf(session: MiniSession, sessions: MiniSessions): { expiresAt: number; expiresIn: number } {
  return { expiresAt: session.expiresAt, expiresIn: sessions.secondsLeft(session) };
}
