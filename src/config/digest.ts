import { sha256 } from '../kit/id.ts';
import type { Config } from './config.ts';
import { optionAt } from './options.ts';

const length = 16;

/** Tells one configuration from another. Of a secret it knows only whether there is one: nobody can try secrets against it. */
export function configDigest(config: Config): string {
  return sha256(JSON.stringify(withoutSecrets(config, ''))).slice(0, length);
}

function withoutSecrets(value: unknown, path: string): unknown {
  if (optionAt(path)?.about.secret) return value === null ? null : 'set';
  if (Array.isArray(value)) return value.map((one, index) => withoutSecrets(one, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, field]) => [
    name,
    withoutSecrets(field, path === '' ? name : `${path}.${name}`),
  ]);
  return Object.fromEntries(fields);
}
