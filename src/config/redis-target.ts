/** Reads `redis.url`: which Redis to connect to, and how. */
import { isIPv6 } from 'node:net';

export interface RedisHost {
  /** A name or an address; IPv6 without brackets. */
  host: string;
  port: number;
}

interface Access {
  /** Whether every connection is encrypted; those to sentinels too. */
  tls: boolean;
  /** Both are decoded, and those of the Redis servers: sentinels are asked without. */
  username?: string;
  password?: string;
}

export type RedisTarget = Access &
  (
    | ({ kind: 'single'; db: number } & RedisHost)
    | { kind: 'sentinel'; hosts: RedisHost[]; master: string }
    | { kind: 'cluster'; hosts: RedisHost[] }
  );

const shape =
  /^(?<scheme>[a-z]+):\/\/(?:(?<user>[^@/?#,]*)@)?(?<hosts>[^@/?#]+)(?<path>\/[^?#]*)?(?<query>\?[^#]*)?$/;
/** A space or line break is a slip of the hand; in a password it is percent-encoded. */
const visible = /^[\x21-\x7e]+$/;
const name = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?$/;
const redisPort = 6379;
const sentinelPort = 26_379;

type Part = 'scheme' | 'user' | 'hosts' | 'path' | 'query';
type Parts = Partial<Record<Part, string>>;

/** `undefined` for whatever is not wholly understood: half of an address would be another Redis. */
export function readRedisTarget(url: string): RedisTarget | undefined {
  const parts: Parts = (visible.test(url) && shape.exec(url)?.groups) || {};
  const user = readUser(parts.user);
  if (!user) return undefined;
  if (parts.scheme === 'sentinel') return readSentinel(parts, user);
  if (parts.scheme === 'cluster') return readCluster(parts, user);
  return readSingle(parts, user);
}

function readSingle(
  { scheme = '', hosts = '', path = '/', query }: Parts,
  user: User,
): RedisTarget | undefined {
  const at = readHost(hosts, redisPort);
  const db = /^\/(?<db>\d{0,4})$/.exec(path)?.groups?.['db'];
  if (!/^rediss?$/.test(scheme) || !at || db === undefined || query !== undefined) return undefined;
  return { kind: 'single', ...at, db: Number(db), tls: scheme === 'rediss', ...user };
}

/** The names that a sentinel itself allows. */
function readSentinel({ hosts, path = '', query }: Parts, user: User): RedisTarget | undefined {
  const all = readHosts(hosts, sentinelPort);
  const tls = readTls(query);
  const master = /^\/(?<master>[A-Za-z0-9._-]+)$/.exec(path)?.groups?.['master'];
  if (!all || tls === undefined || master === undefined) return undefined;
  return { kind: 'sentinel', hosts: all, master, tls, ...user };
}

function readCluster({ hosts, path = '/', query }: Parts, user: User): RedisTarget | undefined {
  const all = readHosts(hosts, redisPort);
  const tls = readTls(query);
  if (!all || tls === undefined || path !== '/') return undefined;
  return { kind: 'cluster', hosts: all, tls, ...user };
}

type User = Pick<Access, 'username' | 'password'>;

/** `user:password` or `:password`. A user alone would not be told to Redis, so it is refused. */
function readUser(text: string | undefined): User | undefined {
  if (text === undefined) return {};
  const colon = text.indexOf(':');
  const [username, password] = [text.slice(0, colon), text.slice(colon + 1)].map(decode);
  if (colon < 0 || username === undefined || !password) return undefined;
  return { ...(username && { username }), password };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function readHosts(text = '', usual: number): RedisHost[] | undefined {
  const hosts = text.split(',').map((host) => readHost(host, usual));
  return hosts.every((host) => host !== undefined) ? hosts : undefined;
}

function readHost(text: string, usual: number): RedisHost | undefined {
  const { six, plain, port } =
    /^(?:\[(?<six>[^[\]]+)\]|(?<plain>[^[\]:,]+))(?::(?<port>\d{1,5}))?$/.exec(text)?.groups ?? {};
  const host = six ?? plain ?? '';
  const number = Number(port ?? usual);
  if (number < 1 || number > 65_535 || !(six === undefined ? name.test(host) : isIPv6(host)))
    return undefined;
  return { host, port: number };
}

function readTls(query = '?tls=false'): boolean | undefined {
  return /^\?tls=(true|false)$/.test(query) ? query.endsWith('true') : undefined;
}
