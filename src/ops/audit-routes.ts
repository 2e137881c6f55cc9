import type { ParameterizedContext as Context } from 'koa';
import type { Door } from '../http/door.ts';
import type { Scene } from '../scene/scene.ts';
import { operatorOf } from './access.ts';
import { AuditDownload } from './audit-download.ts';
import type { AuditDownloadParts } from './audit-download.ts';
import { readAuditQuery } from './audit-query.ts';

/** The trail, a page at a time or as a file. Who may come here was asked before. */
export function auditDoor(parts: AuditDownloadParts): Door {
  return (router) => {
    router.get('/ops/api/audit', async (ctx) => {
      ctx.body = await parts.trail.page(readAuditQuery(new URLSearchParams(ctx.querystring), parts.settings));
    });
    const download = new AuditDownload(parts);
    router.get('/ops/api/audit/export', (ctx) => download.answer(ctx));
  };
}

/** An operator ended a scene. */
export function cancelled(
  ctx: Context,
  { id, site, account }: Scene,
  { audit, address }: Pick<AuditDownloadParts, 'audit' | 'address'>,
): void {
  const actor = operatorOf(ctx).name;
  audit({ kind: 'scene_cancelled', actor, ip: address.of(ctx.req), site, account, sceneId: id });
}
