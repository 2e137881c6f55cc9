import type { Next, ParameterizedContext as Context } from 'koa';
import { z } from 'zod';
import { readJson } from '../http/body.ts';
import type { Door } from '../http/door.ts';
import { noStore } from '../http/headers.ts';
import type { Access } from './access.ts';

const signInRequest = z.union(
  [z.object({ token: z.string() }), z.object({ code: z.string().max(256), number: z.string().max(32) })],
  { error: 'must have a token, or a code and its number' },
);

/** An operator's session: `/ops/session`, and `/ops/sign-in`, which tells how one can begin. */
export function sessionDoor(access: Access): Door {
  const ownOrigin = (ctx: Context, next: Next): Promise<void> => {
    access.requireOwnOrigin(ctx);
    return next();
  };
  return (router) => {
    router.get('/ops/sign-in', noStore, (ctx) => {
      ctx.body = { scan: access.scan };
    });
    router.get('/ops/session', noStore, async (ctx) => {
      ctx.body = await access.whoIs(ctx);
    });
    router.post('/ops/session', noStore, ownOrigin, async (ctx) => {
      await signIn(ctx, access);
      ctx.status = 204;
    });
    router.delete('/ops/session', noStore, ownOrigin, async (ctx) => {
      await access.signOut(ctx);
      ctx.status = 204;
    });
  };
}

async function signIn(ctx: Context, access: Access): Promise<void> {
  const request = await readJson(ctx, signInRequest);
  if ('token' in request) await access.signIn(ctx, request.token);
  else await access.signInByScan(ctx, request.code, request.number);
}
