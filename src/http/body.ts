import type { ParameterizedContext as Context } from 'koa';
import getRawBody from 'raw-body';
import type { z } from 'zod';
import { AppError } from '../kit/errors.ts';
import { settings } from '../kit/settings.ts';

/**
 * The raw body, up to `limit` bytes.
 * @throws AppError `payload_too_large`, `request_timeout`, `invalid_request`
 */
export async function readBody(ctx: Context, limit: number): Promise<Buffer> {
  refuseAnnounced(ctx, limit);
  try {
    return await receive(ctx, limit);
  } catch (error) {
    throw toAppError(ctx, error);
  }
}

/** Who is late gets an answer: the connection ends with it, not before. */
function receive({ req }: Context, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new AppError('request_timeout')), settings.http.bodyTimeout);
    void getRawBody(req, { limit })
      .then(resolve, reject)
      .finally(() => clearTimeout(late));
  });
}

/** Refuses by Content-Length, before a byte is read. */
export function refuseAnnounced(ctx: Context, limit: number): void {
  if ((ctx.request.length ?? 0) > limit) throw closing(ctx, new AppError('payload_too_large'));
}

/**
 * The JSON body, up to `limit` bytes, shaped by `schema`.
 * @throws AppError `invalid_request` that names the first fault, and those of `readBody`
 */
export async function readJson<T>(
  ctx: Context,
  schema: z.ZodType<T>,
  limit: number = settings.http.jsonBytes,
): Promise<T> {
  if (!ctx.request.is('application/json'))
    throw new AppError('invalid_request', {
      message: 'The body must be JSON (Content-Type: application/json).',
    });
  const body = await readBody(ctx, limit);
  const result = schema.safeParse(parse(body));
  if (result.success) return result.data;
  throw new AppError('invalid_request', { message: faultOf(result.error) });
}

function faultOf({ issues: [issue] }: z.ZodError): string {
  const where = issue?.path.join('.') || 'body';
  return `${where}: ${issue?.message.endsWith('received undefined') ? 'is missing' : issue?.message}`;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new AppError('invalid_request', { message: 'The body is not JSON.' });
  }
}

function toAppError(ctx: Context, error: unknown): AppError {
  if (error instanceof AppError) return closing(ctx, error);
  const tooLarge = (error as { type?: string }).type === 'entity.too.large';
  return closing(ctx, new AppError(tooLarge ? 'payload_too_large' : 'invalid_request', { cause: error }));
}

/** A body that was not read to its end cannot be followed by another request. */
function closing(ctx: Context, error: AppError): AppError {
  ctx.set('Connection', 'close');
  return error;
}
