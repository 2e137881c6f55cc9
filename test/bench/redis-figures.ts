/** Owns what Redis and the nodes on it used up. */
import { fineCpuOf } from '../faults/process-figures.ts';
import type { RedisServer } from '../support/redis-server.ts';
import type { Server } from './server.ts';

/** Since their start; of two of them whatever `combine` makes. */
export interface Reading {
  /** As `performance.now()`. */
  at: number;
  /** As `INFO stats` counts them. */
  commands: number;
  /** As `INFO commandstats` counts the calls. */
  calls: number;
  /** Of these, calls of scripts. */
  scripts: number;
  /** In and out. */
  bytes: number;
  /** ms of computing time. */
  redis: number;
  /** ms of computing time, of each node. */
  nodes: number[];
}

/** Costs a few commands of its own. */
export async function readFleet(redis: RedisServer, servers: readonly Server[]): Promise<Reading> {
  const stats = await redis.info('stats');
  const commands = await redis.info('commandstats');
  const figure = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(stats)?.[1]);
  const calls = [...commands.matchAll(/^cmdstat_(\S+?):calls=(\d+)/gm)];
  const ofThem = (isMeant: (name: string) => boolean): number =>
    calls.reduce((total, [, name = '', count]) => total + (isMeant(name) ? Number(count) : 0), 0);
  return {
    at: performance.now(),
    commands: figure('total_commands_processed'),
    calls: ofThem(() => true),
    scripts: ofThem((name) => /^(eval|evalsha|fcall)/.test(name)),
    bytes: figure('total_net_input_bytes') + figure('total_net_output_bytes'),
    redis: fineCpuOf(redis.pid),
    nodes: servers.map(({ cpu }) => cpu),
  };
}

export function combine(a: Reading, b: Reading, by: (a: number, b: number) => number): Reading {
  return {
    at: by(a.at, b.at),
    commands: by(a.commands, b.commands),
    calls: by(a.calls, b.calls),
    scripts: by(a.scripts, b.scripts),
    bytes: by(a.bytes, b.bytes),
    redis: by(a.redis, b.redis),
    nodes: a.nodes.map((one, index) => by(one, b.nodes[index] ?? 0)),
  };
}
