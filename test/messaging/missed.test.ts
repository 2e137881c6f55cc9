import { describe, expect, onTestFinished, test } from 'vitest';
import { noRedis } from '../support/needs.ts';
import { RedisServer } from '../support/redis-server.ts';
import type { TestApp } from '../support/start-app.ts';
import { startFleet } from '../support/start-fleet.ts';
import { come, posted, presence, somebody } from './stage.ts';

const toAll = { all: true } as const;

interface Stage {
  redis: RedisServer;
  near: TestApp;
  far: TestApp;
}

async function open(): Promise<Stage> {
  const redis = await RedisServer.start();
  const fleet = await startFleet(2, { redis, config: { messaging: { inboxPerUser: 1000 } } });
  onTestFinished(async () => {
    await fleet.close();
    await redis.stop();
  });
  const [near, far] = fleet.nodes as [TestApp, TestApp];
  return { redis, near, far };
}

function pass(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

describe.skipIf(noRedis)('what a node was not told of', () => {
  test('its sockets get all the same, in order, and soon', async () => {
    const { redis, near, far } = await open();
    const user = somebody();
    const socket = await come(near, user);
    const ids: string[] = [];
    const news: string[] = [];
    let killed = 0;
    for (let n = 0; n < 60; n++) {
      if (n % 10 === 5) killed += await redis.killClients('-sub');
      ids.push((await posted(far, { to: user })).id);
      if (n % 3 === 0) news.push((await posted(far, { to: toAll, body: n })).id);
      await pass(10);
    }
    expect(killed).toBeGreaterThan(2);
    const told = performance.now();
    await socket.receive(80);
    expect(performance.now() - told).toBeLessThan(2_000);
    const ofAll = new Set(news);
    expect(socket.ids.filter((id) => !ofAll.has(id))).toEqual(ids);
    expect(socket.ids.filter((id) => ofAll.has(id))).toEqual(news);
  });

  test('after Redis forgot everything, its sockets are where they were', async () => {
    const { redis, near, far } = await open();
    const user = somebody();
    const socket = await come(near, user);
    const other = await come(far, user);
    await posted(far, { to: user, id: 'before' });
    await Promise.all([socket.receive(1), other.receive(1)]);
    await redis.restartEmpty();
    await expect
      .poll(() => presence(far, user).catch(() => undefined), { timeout: 10_000 })
      .toMatchObject({ online: true, connections: 2 });
    await posted(near, { to: user, id: 'after' });
    await expect
      .poll(async () => (await posted(far, { to: toAll, id: 'news', ttlSeconds: 60 })).status)
      .toBeDefined();
    for (const each of [socket, other]) {
      await each.receive(3);
      expect(each.ids.toSorted()).toEqual(['after', 'before', 'news']);
    }
  });
});
