import { afterAll, beforeAll, describe } from 'vitest';
import { conformSceneStore } from '../conformance/scene-store.ts';
import { noRedis } from '../support/needs.ts';
import { openOnRedis } from '../support/open-redis.ts';
import { RedisCluster } from '../support/redis-cluster.ts';

describe.skipIf(noRedis)('on a Cluster of three masters', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  });
  afterAll(() => cluster.stop());

  conformSceneStore('the Redis scene store', (options) => openOnRedis(cluster.url, options), 'running');
});
