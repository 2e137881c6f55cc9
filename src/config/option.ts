/** How an option is written down: its shape beside what people are told of it. */
import { z } from 'zod';

export interface About {
  /** Completes "allowed: …". */
  allowed: string;
  en: string;
  zh: string;
  /** The value is never shown, and its variable may also be given as a file (`…_FILE`). */
  secret?: true;
  /** How the default is found, where it is not a value. */
  preset?: { en: string; zh: string };
}

export const abouts = z.registry<About>();

export function option<T extends z.ZodType>(schema: T, about: About): T {
  abouts.add(schema, about);
  return schema;
}

export const text = (shape: RegExp) => z.string().regex(shape);
export const port = () => z.int().min(1).max(65_535);
export const name = () => text(/^[a-z0-9-]{1,32}$/);
/** Visible ASCII: a secret goes through HTTP headers, and a space or line break in it is a slip of the hand. */
export const secret = () => text(/^[\x21-\x7e]{1,256}$/);

export const portRange = 'a whole number from 1 to 65535';
export const nameShape = '1 to 32 characters of a-z, 0-9 and -';
