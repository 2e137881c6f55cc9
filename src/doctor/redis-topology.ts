/** Owns the judgement of what Redis is: a master, a Cluster that is whole, Sentinels that could change the master. */
import type { Config } from '../config/config.ts';
import { readRedisTarget } from '../config/redis-target.ts';
import type { RedisFacts } from '../store/redis/examination.ts';
import { failed, ok, warning } from './check.ts';
import type { Outcome } from './check.ts';

const slots = 16_384;
/** With two, each is the majority that the other needs. */
const sentinelsAtLeast = 3;

export function topology(facts: RedisFacts, { url }: Config['redis']): Outcome {
  const replica = facts.masters.find(({ isMaster }) => !isMaster);
  if (replica) return failed('redis_replica', 'mend_redis_master', { where: replica.address });
  const kind = readRedisTarget(url ?? '')?.kind;
  if (kind === 'cluster') return wholeCluster(facts);
  if (facts.masters.some(({ inCluster }) => inCluster))
    return failed('redis_is_cluster', 'mend_redis_cluster');
  return kind === 'sentinel' ? watched(facts) : ok('redis_master');
}

function wholeCluster({ cluster, masters }: RedisFacts): Outcome {
  const found = { state: cluster?.state || '?', slots: cluster?.slots ?? 0, masters: masters.length };
  const isWhole = found.state === 'ok' && found.slots === slots;
  return isWhole
    ? ok('redis_cluster_whole', found)
    : failed('redis_cluster_broken', 'mend_redis_cluster_broken', found);
}

function watched({ sentinels }: RedisFacts): Outcome {
  const silent = sentinels.find(({ fault }) => fault !== undefined);
  if (silent) return warning('redis_sentinel_silent', 'mend_redis_sentinel', { where: silent.address });
  const noQuorum = sentinels.find(({ hasQuorum }) => !hasQuorum);
  if (noQuorum) return warning('redis_sentinel_quorum', 'mend_redis_sentinel', { where: noQuorum.address });
  if (sentinels.some(({ replicas }) => replicas === 0))
    return warning('redis_sentinel_alone', 'mend_redis_sentinel_alone');
  const known = 1 + Math.min(...sentinels.map(({ others = 0 }) => others));
  const facts = { sentinels: known };
  return known < sentinelsAtLeast
    ? warning('redis_sentinel_few', 'mend_redis_sentinel_few', facts)
    : ok('redis_sentinels', facts);
}
