/** Owns the judgement of Redis: what it says of itself against what docs/deploy.md asks for. */
import type { Config } from '../config/config.ts';
import { readRedisTarget } from '../config/redis-target.ts';
import type { RedisTarget } from '../config/redis-target.ts';
import type { Clock } from '../kit/clock.ts';
import { settings } from '../kit/settings.ts';
import { ailmentOf } from '../store/redis/complaints.ts';
import { examineRedis } from '../store/redis/examination.ts';
import type { RedisFacts } from '../store/redis/examination.ts';
import type { MasterFacts } from '../store/redis/master-facts.ts';
import { failed, ok, warning } from './check.ts';
import type { Check, Outcome } from './check.ts';
import { clockOfRedis } from './clocks.ts';
import { topology } from './redis-topology.ts';

type Judge = (facts: RedisFacts, config: Config['redis']) => Outcome;

const judges: readonly { name: Check['name']; judge: Judge }[] = [
  { name: 'redis-version', judge: versions },
  { name: 'redis-topology', judge: topology },
  { name: 'redis-rights', judge: rights },
  { name: 'redis-clock', judge: ({ clockAhead }) => clockOfRedis(clockAhead) },
  { name: 'redis-memory', judge: memory },
  { name: 'redis-persistence', judge: persistence },
  { name: 'redis-replicas', judge: replicas },
  { name: 'redis-latency', judge: latency },
];

/** None where everything is in the process's memory. */
export function redisChecks(config: Config['redis'], clock: Clock): Check[] {
  const target = config.url === null ? undefined : readRedisTarget(config.url);
  if (!target) return [];
  let facts: RedisFacts | undefined;
  const reach: Check = {
    name: 'redis',
    async examine() {
      const where = whereabouts(target);
      try {
        facts = await examineRedis({ target, keyPrefix: config.keyPrefix, clock });
        return ok('redis_answers', { where });
      } catch (error) {
        return away(error, where);
      }
    },
  };
  const rest = judges.map(({ name, judge }): Check => {
    // What is too old does not know what else is asked.
    const needs = name === 'redis-rights' ? ['redis', 'redis-version'] : ['redis'];
    return { name, needs, examine: () => judge(facts!, config) };
  });
  return [reach, ...rest];
}

function away(error: unknown, where: string): Outcome {
  const ailment = ailmentOf(error instanceof Error ? error.message : '');
  return failed('redis_away', ailment ? `mend_redis_${ailment}` : 'mend_redis', { where });
}

/** Where it is, and never who we say we are. */
function whereabouts(target: RedisTarget): string {
  const hosts = target.kind === 'single' ? [target] : target.hosts;
  return hosts
    .map(({ host, port }) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`))
    .join(' ');
}

function versions({ masters }: RedisFacts): Outcome {
  const old = masters.find(({ version }) => Number.parseInt(version, 10) < 7);
  if (old) return failed('redis_old', 'mend_redis_too_old', { where: old.address, version: old.version });
  return ok('redis_new', { version: masters[0]?.version ?? '?' });
}

function rights({ refusal, db }: RedisFacts, { url }: Config['redis']): Outcome {
  const target = readRedisTarget(url ?? '');
  if (target?.kind === 'single' && target.db !== db)
    return failed('redis_other_database', 'mend_redis_no_database', { db: target.db });
  if (refusal === null) return ok('redis_writes');
  const ailment = ailmentOf(refusal);
  const code = /^[A-Z]+/.exec(refusal)?.[0] ?? '?';
  return failed('redis_refuses', ailment ? `mend_redis_${ailment}` : 'mend_redis', { code });
}

/** Without a limit nothing is ever thrown out; but who sets one later will not think of the policy. */
function memory({ masters }: RedisFacts): Outcome {
  const wrong = masters.find(({ policy }) => policy !== 'noeviction');
  if (!wrong) return ok('redis_keeps');
  const facts = { where: wrong.address, policy: wrong.policy };
  if (masters.some(({ policy, maxmemory }) => policy !== 'noeviction' && maxmemory > 0))
    return failed('redis_evicts', 'mend_redis_policy', facts);
  return warning('redis_would_evict', 'mend_redis_policy', facts);
}

/** From the best to the worst. */
const onDisk: readonly { is: (master: MasterFacts) => boolean; tell: (where: string) => Outcome }[] = [
  {
    is: ({ diskFails }) => diskFails,
    tell: (where) => failed('redis_disk_fails', 'mend_redis_disk', { where }),
  },
  {
    is: ({ aof, snapshots }) => aof === 'off' && snapshots !== true,
    tell: (where) => warning('redis_memory_only', 'mend_redis_aof', { where }),
  },
  {
    is: ({ aof }) => aof === 'off',
    tell: (where) => warning('redis_snapshots_only', 'mend_redis_aof', { where }),
  },
  { is: ({ aof }) => aof === 'no', tell: (where) => warning('redis_aof_no', 'mend_redis_aof', { where }) },
  {
    is: ({ aof }) => aof === 'unknown',
    tell: (where) => warning('redis_aof_unknown', 'mend_redis_config_get', { where }),
  },
  { is: ({ aof }) => aof === 'everysec', tell: () => ok('redis_aof_everysec') },
];

function persistence({ masters }: RedisFacts): Outcome {
  for (const { is, tell } of onDisk) {
    const master = masters.find(is);
    if (master) return tell(master.address);
  }
  return ok('redis_aof_always');
}

function replicas({ masters }: RedisFacts, { replicas: needed }: Config['redis']): Outcome {
  const least = Math.min(...masters.map((master) => master.replicas));
  const facts = { needed, replicas: least };
  if (needed === 0) return ok('redis_replicas_none', facts);
  if (least < needed) return failed('redis_replicas_few', 'mend_redis_replicas', facts);
  if (least === needed) return warning('redis_replicas_just', 'mend_redis_replicas_just', facts);
  return ok('redis_replicas_enough', facts);
}

function latency({ latency: { median, longest } }: RedisFacts): Outcome {
  const facts = { median: tenths(median), longest: tenths(longest) };
  return median > settings.doctor.slowPing
    ? warning('redis_slow', 'mend_redis_slow', facts)
    : ok('redis_fast', facts);
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
