import type { ParameterizedContext as Context } from 'koa';
import type { ClientAddress } from '../http/address.ts';
import type { Door } from '../http/door.ts';
import type { Clock } from '../kit/clock.ts';
import type { Settings } from '../kit/settings.ts';
import type { Scene } from '../scene/scene.ts';
import type { Audit, AuditEvent } from '../telemetry/audit.ts';
import { operatorOf } from './access.ts';
import type { AuditEntry, AuditPage, AuditTrail } from './audit.ts';
import { auditFormats } from './audit-export.ts';
import { readAuditQuery, readExportQuery } from './audit-query.ts';
import type { ExportQuery } from './audit-query.ts';

export interface AuditDoorParts {
  trail: AuditTrail;
  audit: Audit;
  address: ClientAddress;
  clock: Clock;
  settings: Settings['audit'];
}

/** The trail, a page at a time or as a file. Who may come here was asked before. */
export function auditDoor(parts: AuditDoorParts): Door {
  return (router) => {
    router.get('/ops/api/audit', async (ctx) => {
      ctx.body = await parts.trail.page(readAuditQuery(new URLSearchParams(ctx.querystring), parts.settings));
    });
    router.get('/ops/api/audit/export', (ctx) => download(ctx, parts));
  };
}

/** In one answer, so that nobody takes half a file for a whole one. */
async function download(ctx: Context, parts: AuditDoorParts): Promise<void> {
  const query = readExportQuery(new URLSearchParams(ctx.querystring));
  const { entries, nextCursor } = await collect(query, parts);
  const { format, filter } = query;
  const { type, begin, line } = auditFormats[format];
  const day = new Date(parts.clock.now()).toISOString().slice(0, 10);
  ctx.set('Content-Type', type);
  ctx.set('Content-Disposition', `attachment; filename="saoma-audit-${day}.${format}"`);
  if (nextCursor !== null) ctx.set('X-Next-Cursor', nextCursor);
  ctx.body = Buffer.from(begin + entries.map(line).join(''));
  const facts = { format, entries: entries.length, ...filter };
  parts.audit({ kind: 'audit_exported', ...actorOf(ctx, parts.address), facts });
}

/** As many as may be downloaded at once, and where to go on. */
async function collect(
  { filter, cursor }: ExportQuery,
  { trail, settings }: AuditDoorParts,
): Promise<AuditPage> {
  const entries: AuditEntry[] = [];
  let from = cursor === undefined ? {} : { cursor };
  for (;;) {
    const limit = Math.min(settings.largestPage, settings.exported - entries.length);
    const page = await trail.page({ ...filter, ...from, limit });
    entries.push(...page.entries);
    const { nextCursor } = page;
    if (nextCursor === null || entries.length >= settings.exported) return { entries, nextCursor };
    from = { cursor: nextCursor };
  }
}

/** An operator ended a scene. */
export function cancelled(
  ctx: Context,
  { id, site, account }: Scene,
  { audit, address }: Pick<AuditDoorParts, 'audit' | 'address'>,
): void {
  audit({ kind: 'scene_cancelled', ...actorOf(ctx, address), site, account, sceneId: id });
}

function actorOf(ctx: Context, address: ClientAddress): Pick<AuditEvent, 'actor' | 'ip'> {
  return { actor: operatorOf(ctx).name, ip: address.of(ctx.req) };
}
