import type { Next, ParameterizedContext as Context } from 'koa';
import { AppError } from '../kit/errors.ts';

/** In place of a target without a path, so that everything can read it; no door is there. */
const nowhere = '*';

/** Some targets, such as `http://[`, have no path, and Koa throws when it is asked for it: what comes after this may ask. */
export function replaceBadTarget(ctx: Context, next: Next): Promise<void> {
  if (!hasPath(ctx)) ctx.url = nowhere;
  return next();
}

/** @throws AppError `invalid_request` if the target had to be replaced */
export function refuseBadTarget(ctx: Context, next: Next): Promise<void> {
  if (ctx.url === nowhere && ctx.originalUrl !== nowhere) throw new AppError('invalid_request');
  return next();
}

function hasPath(ctx: Context): boolean {
  try {
    return Boolean(ctx.path);
  } catch {
    return false;
  }
}
