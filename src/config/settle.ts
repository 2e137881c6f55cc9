/** Fills in what depends on other options. Whatever is malformed passes through: the schema refuses it afterwards. */
import { isFields, merge } from './layers.ts';
import type { Fields } from './layers.ts';
import { isOrigin } from './shapes.ts';

/** @param given what file and environment say, without the defaults */
export function settle(defaults: Fields, given: Fields): Fields {
  const all = merge(defaults, given);
  const sandbox = withEnabled(all);
  const server = withUrl(withHost(all['server'], sandbox, given), defaults['server'], given['server']);
  return {
    ...all,
    server,
    sandbox: withUrl(sandbox, defaults['sandbox'], given['sandbox']),
    ops: withDashboardUrl(all['ops'], fieldOf(server, 'publicUrl')),
    accounts: eachEntry(all['accounts'], withKindsOwn),
    sites: eachEntry(all['sites'], withName),
  };
}

function withEnabled({ sandbox, accounts, sites }: Fields): unknown {
  if (!isFields(sandbox) || sandbox['enabled'] !== null) return sandbox;
  return { ...sandbox, enabled: isEmpty(accounts) && isEmpty(sites) };
}

/** The secrets of a sandbox protect nothing, so it is for this machine alone unless the operator says otherwise. */
function withHost(server: unknown, sandbox: unknown, given: Fields): unknown {
  const open = fieldOf(sandbox, 'enabled') !== true || fieldOf(given['server'], 'host') !== undefined;
  return open || !isFields(server) ? server : { ...server, host: '127.0.0.1' };
}

/** A URL that nobody set and that names the default port of this machine follows the port. */
function withUrl(section: unknown, defaults: unknown, given: unknown): unknown {
  const port = fieldOf(section, 'port');
  const isSet = fieldOf(given, 'publicUrl') !== undefined;
  const local = fieldOf(defaults, 'publicUrl') === localUrl(fieldOf(defaults, 'port'));
  if (isSet || !local || typeof port !== 'number' || !isFields(section)) return section;
  return { ...section, publicUrl: localUrl(port) };
}

/** The dashboard stands where browsers reach us; on a port of its own, at that port there. */
function withDashboardUrl(ops: unknown, publicUrl: unknown): unknown {
  if (!isFields(ops) || ops['publicUrl'] !== null) return ops;
  const port = ops['port'];
  // What is wrong with the server's is told of that.
  const known = typeof publicUrl === 'string' && isOrigin(publicUrl) ? publicUrl : localUrl(port);
  return { ...ops, publicUrl: typeof port === 'number' ? atPort(known, port) : known };
}

function atPort(origin: string, port: number): string {
  const url = new URL(origin);
  url.port = String(port);
  return url.origin;
}

/** What the other kind has, it must not even seem to have. */
function withKindsOwn(account: Fields): Fields {
  if (account['kind'] === 'mini-program')
    return { page: 'pages/login/index', envVersion: 'release', ...account };
  return { mode: account['encodingAesKey'] === undefined ? 'plain' : 'safe', ...account };
}

function withName(site: Fields): Fields {
  return { name: site['id'], ...site };
}

function eachEntry(list: unknown, fill: (entry: Fields) => Fields): unknown {
  return Array.isArray(list) ? list.map((entry) => (isFields(entry) ? fill(entry) : entry)) : list;
}

function fieldOf(value: unknown, name: string): unknown {
  return isFields(value) ? value[name] : undefined;
}

function isEmpty(list: unknown): boolean {
  return Array.isArray(list) && list.length === 0;
}

function localUrl(port: unknown): string {
  return `http://localhost:${String(port)}`;
}
