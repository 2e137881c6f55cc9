/** Reads the files that make up a configuration, and lays one over the other. */
import { readFileSync } from 'node:fs';
import type { Fault } from './fault.ts';

export type Fields = Record<string, unknown>;

export interface Layer {
  fields: Fields;
  faults: Fault[];
}

/** Reads a JSON object; with a fault, named `path`, the layer is empty. */
export function readLayer(path: string, file: string | URL): Layer {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (isFields(value)) return { fields: value, faults: [] };
    return unread(path, 'JSON that is not an object', 'a JSON object');
  } catch (error) {
    if (error instanceof SyntaxError) return unread(path, `no JSON${position(error)}`, 'a JSON object');
    return unread(path, unreadable(error), 'a file that can be read');
  }
}

/** Objects are merged, anything else is replaced. */
export function merge(under: Fields, over: Fields): Fields {
  const merged = Object.entries(over).map(([key, value]) => {
    const below = Object.hasOwn(under, key) ? under[key] : undefined;
    return [key, isFields(below) && isFields(value) ? merge(below, value) : value] as const;
  });
  return { ...under, ...Object.fromEntries(merged) };
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function unreadable(error: unknown): string {
  return `a file that cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`;
}

function unread(path: string, found: string, allowed: string): Layer {
  return { fields: {}, faults: [{ path, found, allowed }] };
}

/** Where the JSON breaks, as far as the parser tells; its message would quote the file, and with it secrets. */
function position(error: SyntaxError): string {
  return / at position \d+/.exec(error.message)?.[0] ?? '';
}
