import { readFileSync } from 'node:fs';

export const contract = readFileSync(new URL('../../src/protocol/PROTOCOL.md', import.meta.url), 'utf8');

/** The JSON examples whose fence is tagged so; untagged ones are HTTP bodies. */
export function examples(tag: 'client' | 'server' | ''): string[] {
  const fences = contract.matchAll(/^```json ?(\w*)\n([^]*?)^```$/gm);
  return [...fences].filter(([, found]) => found === tag).map(([, , text]) => text ?? '');
}

/** The rows of the table whose head begins with these columns, cells stripped of their backticks. */
export function table(...head: string[]): string[][] {
  const lines = contract.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${head.join(' | ')} |`));
  if (start < 0) throw new Error(`no table with ${head.join(', ')}`);
  const body = lines.slice(start + 2);
  const end = body.findIndex((line) => !line.startsWith('|'));
  return body.slice(0, end < 0 ? undefined : end).map(cells);
}

function cells(row: string): string[] {
  return row
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim().replaceAll('`', ''));
}
