import type { ParameterizedContext } from 'koa';
import getRawBody from 'raw-body';
import type { z } from 'zod';
import { ControlError } from './control-error.ts';
import { limits } from './limits.ts';

/** The JSON body, shaped by `schema`. @throws ControlError that names the first fault */
export async function readJson<T>(ctx: ParameterizedContext, schema: z.ZodType<T>): Promise<T> {
  // A form of another site cannot send this type without asking first.
  if (!ctx.request.is('application/json')) throw new ControlError('json_only', 'Send application/json.');
  const result = schema.safeParse(parse(await readText(ctx)));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new ControlError('invalid_request', `${issue?.path.join('.') || 'body'}: ${issue?.message}`);
}

async function readText(ctx: ParameterizedContext): Promise<string> {
  try {
    return await getRawBody(ctx.req, { limit: limits.controlBytes, encoding: 'utf8' });
  } catch {
    throw new ControlError('payload_too_large', `The body is over ${limits.controlBytes} bytes, or cut off.`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ControlError('invalid_request', 'The body is not JSON.');
  }
}
