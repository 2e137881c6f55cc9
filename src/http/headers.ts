import type { Next, ParameterizedContext as Context } from 'koa';

const always = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
} as const;

const apiPolicy = "default-src 'none'; frame-ancestors 'none'";

/** Headers of every answer; a page replaces the policy by `pagePolicy`. */
export function securityHeaders(publicUrl: string): (ctx: Context, next: Next) => Promise<void> {
  const overHttps = publicUrl.startsWith('https:');
  return (ctx, next) => {
    ctx.set(always);
    ctx.set('Content-Security-Policy', apiPolicy);
    if (overHttps) ctx.set('Strict-Transport-Security', 'max-age=31536000');
    return next();
  };
}

/** Nobody on the way keeps the answer, whatever it will be. */
export function noStore(ctx: Context, next: Next): Promise<void> {
  ctx.set('Cache-Control', 'no-store');
  return next();
}

/** The policy of our own pages: no inline script, nothing from elsewhere, never in a frame. */
export function pagePolicy(publicUrl: string): string {
  const socketOrigin = new URL(publicUrl).origin.replace(/^http/, 'ws');
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${socketOrigin}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
