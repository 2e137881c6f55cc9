import { afterAll, beforeAll, describe } from 'vitest';
import { conformSceneStore } from '../conformance/scene-store.ts';
import { noRedis } from '../support/needs.ts';
import { openOnRedis } from '../support/open-redis.ts';
import { RedisServer } from '../support/redis-server.ts';

describe.skipIf(noRedis)('on a single redis-server', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  conformSceneStore('the Redis scene store', (options) => openOnRedis(server.url, options), 'running');
});
