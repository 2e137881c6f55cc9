import type { Settings } from '../kit/settings.ts';
import { auditKinds } from '../telemetry/audit.ts';
import type { AuditKind } from '../telemetry/audit.ts';
import type { AuditFilter, AuditQuery } from './audit.ts';
import { auditFormats } from './audit-export.ts';
import type { AuditFormat } from './audit-export.ts';
import { nameRule, readLimit, readParameter } from './query.ts';

const formats = Object.keys(auditFormats);
const rules = {
  kind: {
    shape: new RegExp(`^(?:${auditKinds.join('|')})$`),
    rule: `must be one of ${auditKinds.join(', ')}`,
  },
  site: nameRule,
  actor: {
    shape: /^[^\p{C}\p{Zl}\p{Zp}]{1,64}$/u,
    rule: 'must be 1 to 64 characters, no control characters',
  },
  cursor: { shape: /^[0-9]{1,15}-[0-9]{1,15}$/, rule: 'must be the nextCursor of an earlier page' },
  format: { shape: new RegExp(`^(?:${formats.join('|')})$`), rule: `must be one of ${formats.join(', ')}` },
} as const;

/** Reads which page of the trail is asked for. @throws AppError `invalid_request` with the reason */
export function readAuditQuery(query: URLSearchParams, settings: Settings['audit']): AuditQuery {
  const limit = readLimit(query, { preset: settings.pageSize, largest: settings.largestPage });
  return { ...readAuditFilter(query), limit, ...readCursor(query) };
}

export interface ExportQuery {
  format: AuditFormat;
  filter: AuditFilter;
  /** Where to begin. */
  cursor?: string;
}

/** Reads what is to be downloaded; without a format, JSON lines. @throws AppError `invalid_request` with the reason */
export function readExportQuery(query: URLSearchParams): ExportQuery {
  const format = (readParameter(query, 'format', rules.format) ?? 'jsonl') as AuditFormat;
  return { format, filter: readAuditFilter(query), ...readCursor(query) };
}

function readAuditFilter(query: URLSearchParams): AuditFilter {
  const kind = readParameter(query, 'kind', rules.kind);
  const site = readParameter(query, 'site', rules.site);
  const actor = readParameter(query, 'actor', rules.actor);
  return {
    ...(kind !== undefined && { kind: kind as AuditKind }),
    ...(site !== undefined && { site }),
    ...(actor !== undefined && { actor }),
  };
}

function readCursor(query: URLSearchParams): { cursor?: string } {
  const cursor = readParameter(query, 'cursor', rules.cursor);
  return cursor === undefined ? {} : { cursor };
}
