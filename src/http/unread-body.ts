import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { Next, ParameterizedContext as Context } from 'koa';

/**
 * Ends the connection with an answer that is given before the request's body has come: nobody wants that body any more, and Node
 * would read it for as long as a request may take at all.
 */
export async function endUnread(ctx: Context, next: Next): Promise<void> {
  await next();
  if (ctx.req.complete) return;
  // A small one comes along with its headers, and is only to be parsed yet.
  await setImmediate();
  if (!ctx.req.complete) ctx.set('Connection', 'close');
}

/** As Node answers an `Expect` that nobody can meet, but for what comes after it. */
export function refuseExpectation(_req: IncomingMessage, res: ServerResponse): void {
  res.writeHead(417, { Connection: 'close', 'Content-Length': 0 }).end();
}
