import { afterAll, beforeAll, describe } from 'vitest';
import type { Settings } from '../../src/kit/settings.ts';
import type { MailWakeUps } from '../../src/messaging/mailboxes.ts';
import { conformMailboxes } from '../conformance/mailboxes.ts';
import { noRedis } from '../support/needs.ts';
import { RedisCluster } from '../support/redis-cluster.ts';
import { RedisServer } from '../support/redis-server.ts';
import { openListening } from './mail-nodes.ts';

function open(url: string, messaging: Settings['messaging'], wakeUps: MailWakeUps) {
  return openListening(url, { messaging }, wakeUps);
}

describe.skipIf(noRedis)('on a single redis-server', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  conformMailboxes('the Redis mailboxes', (figures, wakeUps) => open(server.url, figures, wakeUps));
});

describe.skipIf(noRedis)('on a Cluster of three masters', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  });
  afterAll(() => cluster.stop());

  conformMailboxes('the Redis mailboxes', (figures, wakeUps) => open(cluster.url, figures, wakeUps));
});
