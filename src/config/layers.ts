/** Reads the files that make up a configuration, and lays one over the other. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Fault } from './fault.ts';
import { jsonFault } from './json-fault.ts';

export type Fields = Record<string, unknown>;

export interface Layer {
  fields: Fields;
  faults: Fault[];
}

/** Reads a JSON object; with a fault, named `path`, the layer is empty. */
export function readLayer(path: string, file: string | URL): Layer {
  const name = file instanceof URL ? fileURLToPath(file) : resolve(file);
  try {
    const text = readFileSync(file, 'utf8');
    const fault = jsonFault(text);
    if (fault) return unread(path, `no JSON at ${name}:${fault.line}:${fault.column}`, 'a JSON object');
    const value: unknown = JSON.parse(text);
    if (isFields(value)) return { fields: value, faults: [] };
    return unread(path, `JSON that is not an object, in ${name}`, 'a JSON object');
  } catch (error) {
    return unread(path, `${name}, ${unreadable(error)}`, 'a file that can be read');
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
