import type { ParameterizedContext as Context } from 'koa';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { ClientAddress } from '../http/address.ts';
import type { Clock } from '../kit/clock.ts';
import { AppError } from '../kit/errors.ts';
import type { Settings } from '../kit/settings.ts';
import type { Audit } from '../telemetry/audit.ts';
import { operatorOf } from './access.ts';
import type { AuditTrail } from './audit.ts';
import { auditFormats } from './audit-export.ts';
import { readExportQuery } from './audit-query.ts';
import type { ExportQuery } from './audit-query.ts';

export interface AuditDownloadParts {
  trail: AuditTrail;
  audit: Audit;
  address: ClientAddress;
  clock: Clock;
  settings: Settings['audit'];
}

interface AuditFile {
  portions: readonly Buffer[];
  entries: number;
  /** Where to go on; `null`: it is all. */
  nextCursor: string | null;
}

/**
 * The trail as a file: one at a time, since a node holds it until it is read, and for no longer than a deadline. Others have
 * their turn between its portions.
 */
export class AuditDownload {
  readonly #parts: AuditDownloadParts;
  #underWay: ServerResponse | undefined;

  constructor(parts: AuditDownloadParts) {
    this.#parts = parts;
  }

  /** @throws AppError `invalid_request`, `export_under_way`, `store_unavailable` */
  async answer(ctx: Context): Promise<void> {
    const query = readExportQuery(new URLSearchParams(ctx.querystring));
    // Whoever is gone would never leave his place.
    if (ctx.res.destroyed) return;
    this.#takePlace(ctx.res);
    const file = await this.#read(query, ctx.res);
    if (file) this.#send(ctx, query, file);
  }

  #takePlace(res: ServerResponse): void {
    const { clock, settings } = this.#parts;
    const retryAfter = settings.exportRetryAfterSeconds;
    if (this.#underWay) throw new AppError('export_under_way', { retryAfter });
    this.#underWay = res;
    const callOff = clock.after(settings.exportWithin, () => {
      this.#leavePlace(res);
      res.destroy();
    });
    res.once('close', () => {
      callOff();
      this.#leavePlace(res);
    });
  }

  #leavePlace(res: ServerResponse): void {
    if (this.#underWay === res) this.#underWay = undefined;
  }

  /** All of it before the first is sent, so that nobody takes half a file for a whole one; `undefined`: nobody waits for it. */
  async #read({ format, filter, cursor }: ExportQuery, res: ServerResponse): Promise<AuditFile | undefined> {
    const { trail, settings } = this.#parts;
    const { begin, line } = auditFormats[format];
    const portions = [Buffer.from(begin)];
    let entries = 0;
    let from = cursor === undefined ? {} : { cursor };
    while (!res.destroyed) {
      const limit = Math.min(settings.exportPortion, settings.exported - entries);
      const page = await trail.page({ ...filter, ...from, limit });
      portions.push(Buffer.from(page.entries.map(line).join('')));
      entries += page.entries.length;
      const { nextCursor } = page;
      if (nextCursor === null || entries >= settings.exported) return { portions, entries, nextCursor };
      from = { cursor: nextCursor };
      await othersTurn();
    }
    return undefined;
  }

  #send(ctx: Context, { format, filter }: ExportQuery, { portions, entries, nextCursor }: AuditFile): void {
    const { clock, audit, address } = this.#parts;
    const day = new Date(clock.now()).toISOString().slice(0, 10);
    ctx.set('Content-Type', auditFormats[format].type);
    ctx.set('Content-Disposition', `attachment; filename="saoma-audit-${day}.${format}"`);
    if (nextCursor !== null) ctx.set('X-Next-Cursor', nextCursor);
    ctx.body = Readable.from(portions);
    ctx.length = portions.reduce((sum, { length }) => sum + length, 0);
    const { name: actor, role } = operatorOf(ctx);
    const facts = { format, entries, ...filter };
    audit({ kind: 'audit_exported', actor, role, ip: address.of(ctx.req), facts });
  }
}

/** A store in memory answers at once: without this nobody else would have a turn until the last page. */
function othersTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
