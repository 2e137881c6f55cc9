import { describe, expect, onTestFinished, test } from 'vitest';
import { appOfTest } from '../site/support.ts';
import { noRedis } from '../support/needs.ts';
import { RedisServer } from '../support/redis-server.ts';
import type { TestApp } from '../support/start-app.ts';
import { startFleet } from '../support/start-fleet.ts';
import { come, posted, presence, somebody } from './stage.ts';

test('a node that leaves tells every user to come back later, and loses nothing', async () => {
  const app = await appOfTest();
  const sockets = await Promise.all(Array.from({ length: 60 }, () => come(app, somebody())));
  void app.close();
  expect(new Set(await Promise.all(sockets.map(({ closed }) => closed)))).toEqual(new Set([1012]));
});

describe.skipIf(noRedis)('on Redis', () => {
  test('what was not acknowledged at a node that left comes at the next, and its users are gone from it', async () => {
    const fleet = await startFleet(2);
    onTestFinished(() => fleet.close());
    const [near, far] = fleet.nodes as [TestApp, TestApp];
    const users = Array.from({ length: 20 }, somebody);
    const sockets = await Promise.all(users.map((user) => come(near, user)));
    for (const user of users) await posted(far, { to: user, id: 'kept' });
    await Promise.all(sockets.map((socket) => socket.receive(1)));
    sockets[0]!.ack({ id: 'kept' });
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    await near.close();
    for (const user of users) expect(await presence(far, user)).toMatchObject({ online: false });
    const waiting = await Promise.all(
      users.map(async (user) => (await (await come(far, user)).first('welcome')).waiting),
    );
    expect(waiting).toEqual([0, ...Array.from({ length: 19 }, () => 1)]);
    fleet.nodes.shift();
  });

  test('with Redis away, everybody is told to come back; with it there again, nobody is where he is not', async () => {
    const redis = await RedisServer.start();
    const fleet = await startFleet(1, { redis });
    onTestFinished(async () => {
      await fleet.close();
      await redis.stop();
    });
    const [node] = fleet.nodes as [TestApp];
    const user = somebody();
    const socket = await come(node, user);
    redis.freeze();
    expect(await socket.closed).toBe(1013);
    redis.thaw();
    await expect
      .poll(() => presence(node, user).catch(() => undefined), { timeout: 10_000 })
      .toMatchObject({ online: false, connections: 0 });
    const again = await come(node, user);
    await posted(node, { to: user, id: 'on' });
    await again.receive(1);
  });
});
