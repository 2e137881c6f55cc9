/** Owns what a browser loads: the phone page and its files. Routes: `/`, `/phone`, `/simulator/…`. */
import { Router } from '@koa/router';
import { send } from '@koa/send';
import type { Next, ParameterizedContext } from 'koa';
import type { ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';

/** The same from src/simulator and from dist/simulator. */
const folder = fileURLToPath(new URL('../../public/simulator/', import.meta.url));

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export async function securityHeaders(ctx: ParameterizedContext, next: Next): Promise<void> {
  ctx.set({
    'Content-Security-Policy': policy,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  });
  await next();
}

export function pages(): Router {
  const router = new Router();
  router.get('/', (ctx) => ctx.redirect('/phone'));
  router.get('/phone', (ctx) => file(ctx, 'index.html'));
  router.get(/^\/simulator\/([a-z-]+\.(?:js|css|svg))$/, (ctx) =>
    file(ctx, ctx.path.slice('/simulator/'.length)),
  );
  return router;
}

async function file(ctx: ParameterizedContext, name: string): Promise<void> {
  await send(ctx, name, { root: folder, index: false, setHeaders: askAgain }).catch(() => undefined);
}

/** In place of the day that files are kept for by default. */
function askAgain(response: ServerResponse): void {
  response.setHeader('Cache-Control', 'no-cache');
}
