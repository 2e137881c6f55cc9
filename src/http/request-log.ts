import type { Next, ParameterizedContext as Context } from 'koa';
import type { Clock } from '../kit/clock.ts';
import { randomId } from '../kit/id.ts';
import type { Log } from '../telemetry/log.ts';
import { shownOfUnknown } from './shown-path.ts';

const quiet = /^\/(livez|readyz|metrics)$|\.(js|css|svg)$/;

/**
 * One line a request: what was asked, what came of it, how long it took. The query is never printed: it may hold a state.
 * @param known beginnings of paths: of a path that no route has, no more is printed
 */
export function logRequests(
  log: Log,
  clock: Clock,
  known: ReadonlySet<string>,
): (ctx: Context, next: Next) => Promise<void> {
  return async (ctx, next) => {
    const start = clock.now();
    ctx.state['requestId'] = randomId(9);
    ctx.set('X-Request-Id', ctx.state['requestId']);
    await next();
    log[quiet.test(ctx.path) ? 'debug' : 'info'](
      {
        requestId: ctx.state['requestId'],
        method: ctx.method,
        path: hasRoute(ctx) ? withoutNames(ctx.path) : shownOfUnknown(ctx.path, known),
        status: ctx.status,
        ms: clock.now() - start,
        ...ctx.state['logged'],
        error: ctx.state['error'],
      },
      'request',
    );
  };
}

/** Whatever the method: then the path is spelt as it should be. What the router runs before its routes has no method. */
function hasRoute(ctx: Context): boolean {
  const matched = ctx['matched'] as { methods: string[] }[] | undefined;
  return matched?.some(({ methods }) => methods.length > 0) ?? false;
}

/** What comes after these names a person, or is good for something once. */
const secretive = /^(\/api\/users\/|\/miniprogram\/[^/]+\/approvals\/)[^/]+/;

function withoutNames(path: string): string {
  return path.replace(secretive, '$1…');
}

/** What a door wants to have on its request's line: scene id, account, site, outcome. */
export function logAlso(ctx: Context, fields: Record<string, unknown>): void {
  ctx.state['logged'] = { ...ctx.state['logged'], ...fields };
}
