import { readFileSync } from 'node:fs';

export const root = new URL('../../', import.meta.url);

export function read(name: string): string {
  return readFileSync(new URL(name, root), 'utf8');
}

/** What the first group of `pattern` finds, each time that it matches. */
export function every(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap(([, found]) => found ?? []);
}
