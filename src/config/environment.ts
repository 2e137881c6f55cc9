/** The variables that set options, laid over what the file says. */
import { readFileSync } from 'node:fs';
import { isFields, merge, unreadable } from './layers.ts';
import type { Fields, Layer } from './layers.ts';
import type { Fault } from './fault.ts';
import { nothing } from './found.ts';
import { options } from './options.ts';

export type Env = Readonly<Record<string, string | undefined>>;

interface Variable {
  name: string;
  option: string;
  read?: (text: string) => unknown;
}

/** Accounts and sites: one entry of each list can be set. */
type List = 'accounts' | 'sites';

/** The environment's account; also the name of the official account that the sandbox brings, and what a site names that names none. */
export const mainAccount = 'main';

/** The mini program that the sandbox brings. */
export const sandboxMiniProgram = 'mini';

export const variables: readonly Variable[] = [
  { name: 'HOST', option: 'server.host' },
  { name: 'PORT', option: 'server.port', read: wholeNumber },
  { name: 'PUBLIC_URL', option: 'server.publicUrl' },
  { name: 'REDIS_URL', option: 'redis.url' },
  { name: 'LOG_LEVEL', option: 'log.level' },
  { name: 'OPS_TOKEN', option: 'ops.token' },
  { name: 'OPS_VIEW_TOKEN', option: 'ops.viewToken' },
  { name: 'WECHAT_APP_ID', option: 'accounts[].appId' },
  { name: 'WECHAT_APP_SECRET', option: 'accounts[].appSecret' },
  { name: 'WECHAT_TOKEN', option: 'accounts[].token' },
  { name: 'WECHAT_ENCODING_AES_KEY', option: 'accounts[].encodingAesKey' },
  { name: 'WECHAT_API_URL', option: 'accounts[].apiUrl' },
  { name: 'SITE_ID', option: 'sites[].id' },
  { name: 'SITE_NAME', option: 'sites[].name' },
  { name: 'SITE_SECRET', option: 'sites[].secret' },
  { name: 'SITE_ORIGINS', option: 'sites[].origins', read: commaSeparated },
  { name: 'SITE_REDIRECT_URIS', option: 'sites[].redirectUris', read: commaSeparated },
];

/** A variable as it was found: not set at all, set, or set to a file that cannot be read. */
interface Reading extends Variable {
  /** The variable that was set: the option's own, or the one that names its file. */
  from?: string;
  value?: unknown;
  fault?: Fault;
}

/** What the file and the environment say together. */
export interface Overlay extends Layer {
  /** The variable that each option came from, or, in an entry that the environment sets, could have come from. */
  readings: Map<string, Reading>;
}

export function overlay(file: Fields, env: Env): Overlay {
  const all = variables.map((variable) => read(variable, env));
  const faults = all.flatMap(({ fault }) => fault ?? []);
  const result: Overlay = { fields: file, faults, readings: new Map() };
  for (const reading of all) if (!reading.option.includes('[]')) setOption(result, reading);
  setEntry(result, 'accounts', inList(all, 'accounts'), accountEntry);
  setEntry(result, 'sites', inList(all, 'sites'), siteEntry);
  return result;
}

/** Tells of a fault which variable it is about; what could not be read was reported already. */
export function explain(fault: Fault, readings: Overlay['readings']): Fault[] {
  const reading = readings.get(fault.path) ?? readings.get(fault.path.replace(/\[\d+\]$/, ''));
  if (!reading) return [fault];
  if (reading.value !== undefined) return [{ ...fault, found: `${fault.found} (from ${reading.from})` }];
  if (fault.found !== nothing) return [fault];
  return reading.fault ? [] : [{ ...fault, found: `${nothing} (${reading.name} is not set)` }];
}

function setOption(result: Overlay, reading: Reading): void {
  if (reading.value === undefined) return;
  const [section = '', name = ''] = reading.option.split('.');
  result.fields = merge(result.fields, { [section]: { [name]: reading.value } });
  result.readings.set(reading.option, reading);
}

type Identify = (values: Fields, entries: unknown[]) => { index: number; entry: Fields };

/** Sets one entry of a list, a new one unless the file has it. A list that is none is left for the schema to refuse. */
function setEntry(result: Overlay, list: List, readings: Reading[], identify: Identify): void {
  const entries = result.fields[list] ?? [];
  if (!readings.some(({ from }) => from) || !Array.isArray(entries)) return;
  const { index, entry } = identify(valuesOf(readings), entries);
  result.fields = { ...result.fields, [list]: entries.toSpliced(index, 1, entry) };
  for (const reading of readings) result.readings.set(reading.option.replace('[]', `[${index}]`), reading);
}

/** A message key in the environment means safe mode, unless the file says compatible. */
const accountEntry: Identify = (values, entries) => {
  const { index, below } = lookUp(entries, 'name', mainAccount);
  const raised = values['encodingAesKey'] !== undefined && (below['mode'] ?? 'plain') === 'plain';
  return { index, entry: { ...below, name: mainAccount, ...values, ...(raised && { mode: 'safe' }) } };
};

const siteEntry: Identify = (values, entries) => {
  const { index, below } = lookUp(entries, 'id', values['id']);
  return { index, entry: { ...below, ...values } };
};

function lookUp(entries: unknown[], key: string, value: unknown): { index: number; below: Fields } {
  const index = entries.findIndex((entry) => isFields(entry) && value !== undefined && entry[key] === value);
  return index < 0 ? { index: entries.length, below: {} } : { index, below: entries[index] as Fields };
}

function inList(readings: Reading[], list: List): Reading[] {
  return readings.filter(({ option }) => option.startsWith(`${list}[]`));
}

function valuesOf(readings: Reading[]): Fields {
  const set = readings.filter(({ value }) => value !== undefined);
  return Object.fromEntries(set.map(({ option, value }) => [option.slice(option.indexOf('.') + 1), value]));
}

function read(variable: Variable, env: Env): Reading {
  const { name, read: shape = String } = variable;
  const text = env[name];
  const file = options.get(variable.option)?.about.secret ? env[`${name}_FILE`] : undefined;
  if (text) {
    const reading = { ...variable, from: name, value: shape(text) };
    return file ? { ...reading, fault: bothSet(name) } : reading;
  }
  return file ? { ...variable, from: `${name}_FILE`, ...readSecret(`${name}_FILE`, file) } : variable;
}

function readSecret(name: string, file: string): Pick<Reading, 'value' | 'fault'> {
  const allowed = 'a file that holds the secret';
  try {
    const value = readFileSync(file, 'utf8').replace(/[\r\n]+$/, '');
    return value === '' ? { fault: { path: name, found: 'an empty file', allowed } } : { value };
  } catch (error) {
    return { fault: { path: name, found: unreadable(error), allowed } };
  }
}

function bothSet(name: string): Fault {
  return { path: name, found: `${name} and ${name}_FILE`, allowed: 'one of the two' };
}

/** Anything but digits stays text, which the schema refuses. */
function wholeNumber(text: string): unknown {
  return /^[0-9]{1,9}$/.test(text) ? Number(text) : text;
}

function commaSeparated(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
