import { readFileSync } from 'node:fs';

const read = (page: string): string =>
  readFileSync(new URL(`../../src/protocol/${page}`, import.meta.url), 'utf8');

export const contract = read('PROTOCOL.md');
/** The part of it that is about messages. */
export const messagesContract = read('MESSAGES.md');
const pages = [contract, messagesContract, read('MINI-PROGRAM.md'), read('WEBHOOK.md')];

/** The JSON examples whose fence is tagged so. */
export function examples(tag: 'client' | 'server', page = contract): string[] {
  return taggedIn(page, tag);
}

/** The examples of HTTP bodies, of all pages. */
export function bodies(): string[] {
  return pages.flatMap((page) => taggedIn(page, ''));
}

function taggedIn(page: string, tag: string): string[] {
  const fences = page.matchAll(/^```json ?(\w*)\n([^]*?)^```$/gm);
  return [...fences].filter(([, found]) => found === tag).map(([, , text]) => text ?? '');
}

/** The rows of the table whose head begins with these columns, cells stripped of their backticks. */
export function table(...head: string[]): string[][] {
  return tableOf(contract, ...head);
}

export function tableOf(page: string, ...head: string[]): string[][] {
  const lines = page.split('\n');
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
