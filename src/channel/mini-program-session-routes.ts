import type { ParameterizedContext } from 'koa';
import { z } from 'zod';
import type { ClientAddress } from '../http/address.ts';
import { addressPrefix } from '../http/address.ts';
import { readJson } from '../http/body.ts';
import type { Door } from '../http/door.ts';
import { noStore } from '../http/headers.ts';
import type { Limiter } from '../http/limiter.ts';
import { logAlso } from '../http/request-log.ts';
import type { Clock } from '../kit/clock.ts';
import { AppError } from '../kit/errors.ts';
import type { ErrorCode } from '../kit/errors.ts';
import { settings } from '../kit/settings.ts';
import { LoginLines } from './mini-program-login-lines.ts';
import { sessionFinder, sessionsAt, tokenOf } from './mini-program-sessions.ts';
import type { FoundMiniSession, MiniSession, MiniSessions } from './mini-program-sessions.ts';

export interface MiniSessionDoorParts {
  /** By account name. */
  programs: ReadonlyMap<string, MiniSessions>;
  address: ClientAddress;
  /** By address: codes that WeChat refused. */
  refusedCodes: Limiter;
  clock: Clock;
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
export function miniSessionDoor({ programs, address, refusedCodes, clock }: MiniSessionDoorParts): Door {
  const sessionOf = sessionFinder(programs);
  /** By account name: each mini program has its own places at WeChat. */
  const lines = new Map([...programs.keys()].map((account) => [account, new LoginLines(clock)]));

  async function logIn(ctx: Context): Promise<void> {
    const sessions = sessionsOf(ctx);
    const { code } = await readJson(ctx, login);
    const prefix = addressPrefix(address.of(ctx.req));
    const { token, session } = await redeem(code, sessions, prefix);
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
   * A right code always passes, whatever others bring from the same address: past the limit the answer to a wrong one is another,
   * and fewer are tried at once.
   */
  async function redeem(
    code: string,
    sessions: MiniSessions,
    prefix: string,
  ): Promise<{ token: string; session: FoundMiniSession }> {
    const line = lines.get(sessions.account) ?? new LoginLines(clock);
    if (!codeShape.test(code)) {
      await countRefusal(line, prefix);
      throw new AppError('code_invalid');
    }
    return line.run(prefix, async () => {
      try {
        return await sessions.login(code);
      } catch (error) {
        if (error instanceof AppError && refusals.has(error.code)) await countRefusal(line, prefix);
        throw error;
      }
    });
  }

  async function countRefusal(line: LoginLines, prefix: string): Promise<void> {
    const retryAfter = await refusedCodes.take(prefix);
    if (retryAfter === 0) return;
    line.slowDown(prefix, retryAfter * 1000);
    throw new AppError('rate_limited', { retryAfter });
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
