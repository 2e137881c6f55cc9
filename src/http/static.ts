import { send } from '@koa/send';
import type { ParameterizedContext as Context } from 'koa';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Door } from './door.ts';

const publicFolder = fileURLToPath(new URL('../../public/', import.meta.url));
/** The wire contract, compiled: the same modules run in the browser. */
const protocolFolder = fileURLToPath(new URL('../protocol/', import.meta.url));

const fileName = '[a-z0-9][a-z0-9-]*\\.(?:js|css|svg|png|ico)';
const protocolFile = /^\/protocol\/([a-z-]+\.js)$/;
/** The charts of the dashboard: of that package these two, as they are. */
const chartFile = /^\/ops\/vendor\/uPlot\.(?:esm\.js|min\.css)$/;

/**
 * What browsers load: files that are named as ours are, in those `folders` of `public/` that are in use and in the folders
 * right below.
 */
export function staticDoor(folders: readonly string[]): Door {
  const pageFile = new RegExp(`^/(?:(?:${folders.join('|')})/(?:[a-z]+/)?)?${fileName}$`);
  return (router) => {
    router.get(pageFile, (ctx) => serve(ctx, ctx.path, publicFolder));
    if (folders.includes('ops')) {
      const chartFolder = dirname(createRequire(import.meta.url).resolve('uplot'));
      router.get(chartFile, (ctx) => serve(ctx, ctx.path.slice('/ops/vendor'.length), chartFolder));
    }
    router.get(protocolFile, (ctx) => serve(ctx, ctx.path.slice('/protocol'.length), protocolFolder));
  };
}

async function serve(ctx: Context, path: string, root: string): Promise<void> {
  // Asked for again at each visit, answered by 304: nobody runs a page of two versions after an upgrade.
  const file = await send(ctx, path, {
    root,
    index: false,
    setHeaders: (res) => res.setHeader('Cache-Control', 'no-cache'),
  }).catch(() => undefined);
  if (!file) return;
  ctx.etag = `${ctx.response.length}-${ctx.response.lastModified?.getTime()}`;
  if (ctx.fresh) ctx.status = 304;
}
