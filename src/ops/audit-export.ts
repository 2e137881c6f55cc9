import type { AuditEntry } from './audit.ts';

interface Format {
  /** Of the answer. */
  type: string;
  /** Before the first entry. */
  begin: string;
  line: (entry: AuditEntry) => string;
}

const columns = ['id', 'at', 'kind', 'actor', 'site', 'account', 'sceneId', 'ip', 'detail'] as const;

/** What a spreadsheet takes for the beginning of a formula; those in full width count, too. */
const formula = /^[=+\-@\t\r\n＝＋－＠]/;

/** Excel reads UTF-8 only behind this mark. */
const byteOrderMark = '\uFEFF';

/** How the trail can be downloaded. */
export const auditFormats = {
  jsonl: {
    type: 'application/x-ndjson; charset=utf-8',
    begin: '',
    line: (entry) => `${JSON.stringify(entry)}\n`,
  },
  /** RFC 4180, each field in quotes. */
  csv: {
    type: 'text/csv; charset=utf-8; header=present',
    begin: byteOrderMark + row(columns),
    line: (entry) => row(columns.map((column) => cellText(entry, column))),
  },
} as const satisfies Record<string, Format>;

export type AuditFormat = keyof typeof auditFormats;

function cellText(entry: AuditEntry, column: (typeof columns)[number]): string {
  if (column === 'at') return new Date(entry.at).toISOString();
  return column === 'detail' ? detailText(entry) : (entry[column] ?? '');
}

/** Where `;` parts the fields, a spreadsheet would go on behind one that somebody wrote, and calculate; JSON has another spelling. */
function detailText({ detail }: AuditEntry): string {
  return JSON.stringify(detail).replaceAll(';', String.raw`\u003b`);
}

function row(cells: readonly string[]): string {
  return `${cells.map(quoted).join(',')}\r\n`;
}

/** Behind an apostrophe a spreadsheet calculates nothing. */
function quoted(cell: string): string {
  return `"${(formula.test(cell) ? `'${cell}` : cell).replaceAll('"', '""')}"`;
}
