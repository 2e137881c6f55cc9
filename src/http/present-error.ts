import type { Next, ParameterizedContext as Context } from 'koa';
import { AppError } from '../kit/errors.ts';
import { settings } from '../kit/settings.ts';
import type { Log } from '../telemetry/log.ts';

/** Turns whatever a door throws into the one shape of an API error, `{"error","message"}`; the unexpected is logged, not told. */
export function presentErrors(log: Log): (ctx: Context, next: Next) => Promise<void> {
  return async (ctx, next) => {
    try {
      await next();
      if (ctx.status === 404 && ctx.body === undefined) present(ctx, new AppError('not_found'));
      if (ctx.status === 405 || ctx.status === 501) present(ctx, new AppError('method_not_allowed'));
    } catch (error) {
      present(ctx, expected(error, ctx, log));
    }
  };
}

/** The status and headers of a failure, whatever its body will be; a door that answers it by a page of its own calls this. */
export function presentStatus(ctx: Context, error: AppError): void {
  ctx.state['error'] = error.code;
  ctx.status = error.status;
  ctx.set('Cache-Control', 'no-store');
  const retryAfter = error.retryAfter ?? (error.status === 503 ? settings.http.retryAfterSeconds : undefined);
  if (retryAfter !== undefined) ctx.set('Retry-After', String(retryAfter));
  if (error.code === 'invalid_client') ctx.set('WWW-Authenticate', 'Basic realm="saoma", charset="UTF-8"');
}

function present(ctx: Context, error: AppError): void {
  presentStatus(ctx, error);
  ctx.body = { error: error.code, message: messageOf(error, ctx), ...guidance(error) };
}

/** Who sends no credentials of this kind is told what kind it is, instead of looking for a mistake in a secret. */
function messageOf({ code, message }: AppError, ctx: Context): string {
  if (code !== 'invalid_client' || /^Basic /i.test(ctx.get('Authorization'))) return message;
  return "HTTP Basic authorization with the site's id and secret is wanted.";
}

/** A client that reads this word logs in again by itself. */
function guidance({ code }: AppError): { relogin?: true } {
  return code === 'session_expired' ? { relogin: true } : {};
}

/** A failure that has no code is ours; only the log learns of it. */
function expected(error: unknown, ctx: Context, log: Log): AppError {
  if (error instanceof AppError) return error;
  log.error({ err: error, requestId: ctx.state['requestId'] }, 'unexpected');
  return new AppError('internal', { cause: error });
}
