import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Exposition } from '../support/exposition.ts';
import { noRedis } from '../support/needs.ts';
import { RedisServer } from '../support/redis-server.ts';
import type { TestApp } from '../support/start-app.ts';
import { startFleet } from '../support/start-fleet.ts';
import type { Fleet } from '../support/start-fleet.ts';

const token = 'a-token-that-operators-know-2031';

describe.skipIf(noRedis)('a Redis that is full', () => {
  let redis: RedisServer;
  let fleet: Fleet;
  let node: TestApp;
  beforeAll(async () => {
    redis = await RedisServer.start();
    fleet = await startFleet(1, { redis, config: { ops: { token } } });
    node = fleet.nodes[0]!;
  });
  afterAll(async () => {
    await fleet.close();
    await redis.stop();
  });

  const ready = async (): Promise<[number, unknown]> => {
    const answer = await fetch(`${node.url}/readyz`);
    return [answer.status, await answer.json()];
  };

  test('answers, takes nothing, and /readyz says so until there is room again', async () => {
    expect(await ready()).toEqual([200, { status: 'ok' }]);
    const look = await signIn(node.url);
    await redis.command('CONFIG', 'SET', 'maxmemory', '1');
    await expect.poll(ready, { timeout: 8_000 }).toEqual([503, { redis: 'full' }]);
    const { status } = await node.browser().post('/api/scenes', { site: 'shop' });
    expect(status).toBe(503);
    const full = await Exposition.of(node.url);
    expect(['saoma_redis_up', 'saoma_redis_writable', 'saoma_ready'].map((name) => full.sum(name))).toEqual([
      1, 0, 0,
    ]);
    expect(node.logged.filter((line) => line.includes('give it more memory'))).toHaveLength(1);

    // Now of all times operators must be able to look.
    expect((await look()).status).toBe(200);

    await redis.command('CONFIG', 'SET', 'maxmemory', '0');
    await expect.poll(ready, { timeout: 8_000 }).toEqual([200, { status: 'ok' }]);
    const roomy = await Exposition.of(node.url);
    expect(roomy.sum('saoma_redis_writable')).toBe(1);
    await node.browser().open('shop');
  });
});

/** @returns asks who is signed in, with the cookie that came of it */
async function signIn(url: string): Promise<() => Promise<Response>> {
  const headers = { 'content-type': 'application/json', origin: url };
  const answer = await fetch(`${url}/ops/session`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ token }),
  });
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
  return () => fetch(`${url}/ops/session`, { headers: { cookie } });
}
