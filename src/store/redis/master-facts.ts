import type { Redis } from 'ioredis';

/** What a Redis server says of itself. */
export interface MasterFacts {
  /** `host:port` */
  address: string;
  /** As in `7.2.4`; empty when it does not tell. */
  version: string;
  isMaster: boolean;
  /** Whether it is a node of a Cluster. */
  inCluster: boolean;
  /** Bytes; 0: no limit. */
  maxmemory: number;
  policy: string;
  /** When the append-only file is written; `unknown`: it may not be asked. */
  aof: 'always' | 'everysec' | 'no' | 'off' | 'unknown';
  /** Whether snapshots are made by themselves; `undefined`: it may not be asked. */
  snapshots: boolean | undefined;
  /** Whether the last write to its disk went wrong. */
  diskFails: boolean;
  /** Those in step. */
  replicas: number;
}

export async function readMaster(master: Redis): Promise<MasterFacts> {
  const info = await master.info();
  const field = (name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
  const { host = '', port = 0 } = master.options;
  return {
    address: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
    version: field('redis_version'),
    isMaster: field('role') === 'master',
    inCluster: field('cluster_enabled') === '1',
    maxmemory: Number(field('maxmemory')),
    policy: field('maxmemory_policy'),
    diskFails: field('aof_last_write_status') === 'err' || field('rdb_last_bgsave_status') === 'err',
    replicas: [...info.matchAll(/^slave\d+:.*\bstate=online\b/gm)].length,
    ...(await persistence(master, field('aof_enabled') === '1')),
  };
}

/** Some rights, and some who rent out a Redis, do not allow the question. */
async function persistence(master: Redis, aofIsOn: boolean): Promise<Pick<MasterFacts, 'aof' | 'snapshots'>> {
  try {
    const fsync = valueIn(await master.config('GET', 'appendfsync'));
    const save = valueIn(await master.config('GET', 'save'));
    const aof = fsync === 'always' || fsync === 'everysec' || fsync === 'no' ? fsync : 'unknown';
    return { aof: aofIsOn ? aof : 'off', snapshots: save === undefined ? undefined : save !== '' };
  } catch {
    return { aof: aofIsOn ? 'unknown' : 'off', snapshots: undefined };
  }
}

function valueIn(listed: unknown): string | undefined {
  return Array.isArray(listed) && listed.length > 1 ? String(listed[1]) : undefined;
}
