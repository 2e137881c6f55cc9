/** The schema as lists: each option by its path (`accounts[].token`), and what each section holds. */
import { z } from 'zod';
import { abouts } from './option.ts';
import type { About } from './option.ts';
import { schema } from './schema.ts';

export interface Option {
  about: About;
  /** Its default, where entries of a list have one; the others stand in `config/default.json`. */
  preset: unknown;
  required: boolean;
}

export const options = new Map<string, Option>();

/** The names in each section; the path of the whole is empty. */
export const sections = new Map<string, string[]>();

collect(schema, '');

function collect(type: z.core.$ZodType, path: string): void {
  const about = abouts.get(type);
  if (about) options.set(path, { about, ...presetOf(type) });
  else if (type instanceof z.ZodOptional) collect(type.unwrap(), path);
  else if (type instanceof z.ZodArray) collect(type.element, `${path}[]`);
  else if (type instanceof z.ZodObject) collectSection(type, path);
}

function collectSection(section: z.ZodObject, path: string): void {
  sections.set(path, Object.keys(section.shape));
  for (const [name, type] of Object.entries(section.shape)) collect(type, path ? `${path}.${name}` : name);
}

function presetOf(type: z.core.$ZodType): Pick<Option, 'preset' | 'required'> {
  const preset = type instanceof z.ZodDefault ? type.def.defaultValue : undefined;
  return { preset, required: preset === undefined && !(type instanceof z.ZodOptional) };
}

/** The option that `path` (`sites[0].origins[2]`) belongs to. */
export function optionAt(path: string): Option | undefined {
  const general = path.replaceAll(/\[\d+\]/g, '[]');
  return options.get(general) ?? options.get(general.replace(/\[\]$/, ''));
}
