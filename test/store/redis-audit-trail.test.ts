import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { settings } from '../../src/kit/settings.ts';
import type { Settings } from '../../src/kit/settings.ts';
import { RedisAuditTrail } from '../../src/store/redis/audit-trail.ts';
import { conformAuditTrail, entries, entry, numbersOf } from '../conformance/audit-trail.ts';
import { noRedis } from '../support/needs.ts';
import { openOnRedis } from '../support/open-redis.ts';
import { RedisCluster } from '../support/redis-cluster.ts';
import { RedisServer } from '../support/redis-server.ts';
import { openOne, openTwo } from './two-nodes.ts';

async function openTrail(url: string, figures: Settings['audit']) {
  const opened = await openOnRedis(url);
  return { ...opened, trail: new RedisAuditTrail({ ...opened, figures }) };
}

describe.skipIf(noRedis)('on a Cluster of three masters', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  });
  afterAll(() => cluster.stop());

  conformAuditTrail('the audit trail in Redis', (figures) => openTrail(cluster.url, figures));
});

describe.skipIf(noRedis)('on a single redis-server', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  conformAuditTrail('the audit trail in Redis', (figures) => openTrail(server.url, figures));

  test('all nodes write one trail, in one order', async () => {
    const [one, other] = await openTwo(server.url);
    for (let number = 0; number < 20; number++)
      await (number % 2 ? one : other).audit.add({
        id: `batch ${number}`,
        entries: [entry({ detail: { number } })],
      });
    const pages = await Promise.all([one, other].map(({ audit }) => audit.page({ limit: 100 })));
    expect(pages[0]).toEqual(pages[1]);
    expect(numbersOf(pages[0]!.entries)).toEqual(Array.from({ length: 20 }, (_, i) => 19 - i));
  });

  test('nothing stays for ever: every key has a lifetime', async () => {
    const { audit, keys } = await openOne(server.url);
    await audit.add({ id: 'a batch', entries: [entry(), entry({ kind: 'started' })] });
    const names = [keys.auditNewest, keys.auditBatch('a batch'), keys.audit('webhook_forged')];
    const all = [...names, keys.audit('started')];
    const lives = await Promise.all(all.map(async (name) => Number(await server.command('PTTL', name))));
    expect(Math.min(...lives)).toBeGreaterThan(0);
    expect(Math.max(...lives)).toBeLessThanOrEqual(settings.audit.keptFor);
  });

  test('the places grow also when a clock was ahead', async () => {
    const { audit, keys } = await openOne(server.url);
    const ahead = Date.now() + 3_600_000;
    await server.command('SET', keys.auditNewest, `${ahead}-7`, 'PX', 60_000);
    await audit.add({ id: 'a batch', entries: entries(2) });
    const { entries: found } = await audit.page({ limit: 10 });
    expect(found.map(({ id }) => id)).toEqual([`${ahead}-9`, `${ahead}-8`]);
  });
});

describe.skipIf(noRedis)('while Redis is away', () => {
  test('each verb says so, and at once', async () => {
    const server = await RedisServer.start();
    onTestFinished(() => server.stop());
    const { audit, connection } = await openOne(server.url);
    await server.kill();
    await expect.poll(() => connection.isUp).toBe(false);
    const begun = performance.now();
    const answers = await Promise.allSettled([
      audit.add({ id: 'a batch', entries: entries(1) }),
      audit.page({ limit: 1 }),
    ]);
    expect(performance.now() - begun).toBeLessThan(500);
    for (const answer of answers) expect(answer).toMatchObject({ reason: { code: 'store_unavailable' } });
  });
});
