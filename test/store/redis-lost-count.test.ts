import { expect, onTestFinished, test } from 'vitest';
import { change, draft, long } from '../conformance/scene-store/stage.ts';
import { noRedis } from '../support/needs.ts';
import { RedisServer } from '../support/redis-server.ts';
import { openTwo } from './two-nodes.ts';

test.skipIf(noRedis)('scenes that a loss ends are told once, by one of the nodes', async () => {
  const server = await RedisServer.start({ persistence: 'everysec' });
  onTestFinished(() => server.stop());
  const nodes = await openTwo(server.url);
  const told: number[] = [];
  for (const { redis } of nodes) redis.whenLost((scenes) => void told.push(scenes));
  const [{ store, pass }] = nodes;
  const scenes = await Promise.all(Array.from({ length: 40 }, () => store.add(draft(), long)));
  await Promise.all(scenes.slice(0, 25).map(({ id }) => store.move(id, change('scan'))));
  await pass(1_500);
  await server.kill();
  await server.restart();
  const sum = (): number => told.reduce((total, one) => total + one, 0);
  await expect.poll(sum, { timeout: 12_000 }).toBe(25);
  await pass(6_000);
  expect(sum()).toBe(25);
});
