/**
 * Owns what the operator decides: `config/default.json`, a file laid over it, the environment over both; checked as a
 * whole, and frozen.
 */
import type { z } from 'zod';
import { siteAccounts } from './accounts.ts';
import { explain, overlay } from './environment.ts';
import type { Env } from './environment.ts';
import { ConfigError } from './fault.ts';
import type { Fault } from './fault.ts';
import { schemaFaults, soundPart } from './judge.ts';
import { readLayer } from './layers.ts';
import type { Fields, Layer } from './layers.ts';
import { ruleFaults } from './rules.ts';
import { schema } from './schema.ts';
import { settle } from './settle.ts';

export { miniPrograms, officialAccounts } from './accounts.ts';
export type { MiniProgramConfig, OfficialAccountConfig } from './accounts.ts';
export { messagingOf } from './messaging.ts';
export type { MessagingConfig } from './messaging.ts';
export { ConfigError } from './fault.ts';
export type { Fault } from './fault.ts';

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

type Checked = z.infer<typeof schema>;
type CheckedSite = Checked['sites'][number];
type SiteAccounts = ReturnType<typeof siteAccounts>;

export type Config = Frozen<Omit<Checked, 'sites'> & { sites: (CheckedSite & SiteAccounts)[] }>;
export type AccountConfig = Config['accounts'][number];
export type SiteConfig = Config['sites'][number];
export type Limits = Config['limits'];

/**
 * Reads the configuration that `env` asks for; the file that SAOMA_CONFIG names is relative to the working directory.
 * Fails with one ConfigError that tells every fault.
 */
export function loadConfig(env: Env): Config {
  const file = readFile(env['SAOMA_CONFIG']);
  const { fields, faults, readings } = overlay(file.fields, env);
  const config = settle(readDefaults(), fields);
  const shape = schemaFaults(config);
  // Without the file that was meant, what seems to be missing may stand there.
  const rules = file.faults.length > 0 ? [] : brokenRules(config, shape, env['NODE_ENV'] === 'production');
  const judged = [...shape, ...rules];
  const all = [...file.faults, ...faults, ...judged.flatMap((fault) => explain(fault, readings))];
  if (all.length > 0) throw new ConfigError(all);
  return freeze(completed(schema.parse(config)));
}

/** After the rules: a fault is told of the option that was given, not of what followed from it. */
function completed(config: Checked) {
  return { ...config, sites: config.sites.map((site) => ({ ...site, ...siteAccounts(site) })) };
}

/** Of an option that has no right shape, nothing more is said. */
function brokenRules(config: Fields, shape: Fault[], production: boolean): Fault[] {
  const told = new Set(shape.map(({ path }) => path));
  return ruleFaults(soundPart(config), production).filter(({ path }) => !told.has(path));
}

function readFile(path: string | undefined): Layer {
  return path ? readLayer('SAOMA_CONFIG', path) : { fields: {}, faults: [] };
}

/** The same two steps up from `src/config` and from `dist/config`. */
export function readDefaults(): Fields {
  const { fields, faults } = readLayer(
    'config/default.json',
    new URL('../../config/default.json', import.meta.url),
  );
  if (faults.length > 0) throw new ConfigError(faults);
  return fields;
}

function freeze<T>(value: T): Frozen<T> {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value as Frozen<T>;
}
