/** Holds a configuration against the schema: every fault in it, and whatever part of it is sound. */
import { z } from 'zod';
import type { Fault } from './fault.ts';
import { found } from './found.ts';
import { isFields } from './layers.ts';
import { optionAt, sections } from './options.ts';
import { nearest } from './nearest.ts';
import { schema } from './schema.ts';

/** A value of which any part may be missing, because it is faulty. */
type Sound<T> = T extends readonly (infer Entry)[]
  ? readonly (Sound<Entry> | undefined)[]
  : T extends object
    ? { readonly [K in keyof T]?: Sound<T[K]> | undefined }
    : T;

export type SoundConfig = Sound<z.infer<typeof schema>>;

export function schemaFaults(config: unknown): Fault[] {
  const issues = schema.safeParse(config).error?.issues ?? [];
  const faults = issues.flatMap((issue) => faultsOf(issue, config));
  return [...new Map(faults.map((fault) => [fault.path, fault])).values()];
}

/** Leaves out every faulty option, so that the rules between options can judge the rest. */
export function soundPart(config: unknown): SoundConfig {
  return sound(schema, config) ?? {};
}

function sound(type: z.core.$ZodType, value: unknown): unknown {
  const isWrapped = type instanceof z.ZodDefault || type instanceof z.ZodOptional;
  if (isWrapped && value !== undefined) return sound(type.unwrap(), value);
  if (type instanceof z.ZodArray)
    return Array.isArray(value) ? value.map((entry) => sound(type.element, entry)) : undefined;
  if (type instanceof z.ZodObject) return isFields(value) ? soundSection(type, value) : undefined;
  return z.safeParse(type, value).data;
}

function soundSection({ shape }: z.ZodObject, fields: Record<string, unknown>): unknown {
  return Object.fromEntries(Object.entries(shape).map(([name, type]) => [name, sound(type, fields[name])]));
}

function faultsOf(issue: z.core.$ZodIssue, config: unknown): Fault[] {
  const path = pathText(issue.path);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownOption(path, key));
  const value = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)[key], config);
  const about = optionAt(path)?.about;
  const list = issue.code === 'invalid_type' && issue.expected === 'array' ? 'a list of ' : '';
  if (about) return [{ path, found: found(value, about.secret === true), allowed: list + about.allowed }];
  // A text where a section belongs may be a secret that slipped a level up.
  const kind = typeof value === 'string' ? 'a text' : found(value, true);
  return [{ path, found: kind, allowed: sectionShape(path) }];
}

function unknownOption(section: string, name: string): Fault {
  const names = namesIn(section);
  const near = nearest(name, names);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  const path = section ? `${section}.${name}` : name;
  return { path, found: 'an unknown option', allowed: `${names.join(', ')}${hint}` };
}

function sectionShape(path: string): string {
  const names = namesIn(path);
  return names.length > 0 ? `an object with ${names.join(', ')}` : 'a list of objects';
}

function namesIn(path: string): string[] {
  return sections.get(path.replaceAll(/\[\d+\]/g, '[]')) ?? [];
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text ? `${text}.${String(key)}` : String(key);
  }, '');
}
