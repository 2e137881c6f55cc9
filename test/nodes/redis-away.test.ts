import { describe, expect, onTestFinished, test } from 'vitest';
import { noRedis } from '../support/needs.ts';
import { RedisServer, steadyPort } from '../support/redis-server.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';
import { startFleet } from '../support/start-fleet.ts';

/** Longer than any single answer may take, ms. */
const patience = 5_000;
/** How soon after Redis everything is as before, ms. */
const recovery = 3_000;

async function server(options?: Parameters<typeof RedisServer.start>[0]): Promise<RedisServer> {
  const redis = await RedisServer.start(options);
  onTestFinished(() => redis.stop());
  return redis;
}

async function nodeOn(redis: RedisServer): Promise<TestApp> {
  const fleet = await startFleet(1, { redis });
  onTestFinished(() => fleet.close());
  return fleet.nodes[0]!;
}

async function readiness({ url }: TestApp): Promise<[number, unknown]> {
  const response = await fetch(`${url}/readyz`);
  return [response.status, await response.json()];
}

async function logsIn(app: TestApp, person: string): Promise<void> {
  const scene = await app.browser().open('shop');
  const socket = await app.browser().attach(scene);
  await socket.reach('pending');
  expect((await app.wechat.scan(person, scene.sceneId)).status).toBe(200);
  const { code } = await socket.reach('confirmed');
  expect(await (await app.exchange(code!)).json()).toMatchObject({ openid: person });
}

async function timed<T>(task: Promise<T>): Promise<[T, number]> {
  const since = Date.now();
  return [await task, Date.now() - since];
}

const open = (app: TestApp) => app.browser().post('/api/scenes', { site: 'shop' });

describe.skipIf(noRedis)('with Redis away', () => {
  test('at the start: up, not ready, and there once Redis is', async () => {
    const port = await steadyPort();
    const app = await startApp({ config: { redis: { url: `redis://127.0.0.1:${port}` } } });
    onTestFinished(() => app.close());
    expect((await fetch(`${app.url}/livez`)).status).toBe(200);
    expect(await readiness(app)).toStrictEqual([503, { redis: 'down' }]);
    const refused = await open(app);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await refused.json()).toMatchObject({ error: 'store_unavailable' });
    await server({ port });
    await expect.poll(() => readiness(app), { timeout: recovery }).toStrictEqual([200, { status: 'ok' }]);
    await logsIn(app, 'oFirst');
  });

  test('stopped dead: every question is answered in time, nothing is called expired, and then it goes on', async () => {
    const redis = await server();
    const app = await nodeOn(redis);
    const scene = await app.browser().open('shop');
    const waiting = await app.browser().attach(scene);
    await waiting.reach('pending');
    redis.freeze();
    const answers = await Promise.all([
      ...Array.from({ length: 50 }, () => timed(open(app))),
      timed(app.browser().view(scene)),
      timed(app.exchange(`${scene.sceneId}${'x'.repeat(43)}`)),
      timed(app.wechat.scan('oLate', scene.sceneId)),
    ]);
    expect(new Set(answers.map(([{ status }]) => status))).toStrictEqual(new Set([503]));
    expect(Math.max(...answers.map(([, ms]) => ms))).toBeLessThan(patience);
    const turnedAway = await app.browser().attach(scene);
    expect(await turnedAway.closed).toBe(1013);
    const [[status], fast] = await timed(readiness(app));
    expect([status, fast < 500]).toStrictEqual([503, true]);
    const [again, ms] = await timed(open(app));
    expect([again.status, ms < 500]).toStrictEqual([503, true]);
    redis.thaw();
    await expect.poll(() => readiness(app), { timeout: recovery }).toStrictEqual([200, { status: 'ok' }]);
    await logsIn(app, 'oAfter');
    expect((await app.wechat.scan('oLate', scene.sceneId)).status).toBe(200);
    expect(await waiting.reach('confirmed')).toMatchObject({ sceneId: scene.sceneId });
  });

  test('killed and restarted with its data: who waited goes on waiting, and the push that came meanwhile counts', async () => {
    const redis = await server({ persistence: 'always' });
    const app = await nodeOn(redis);
    const scene = await app.browser().open('shop');
    const waiting = await app.browser().attach(scene);
    await waiting.reach('pending');
    await redis.kill();
    const pushed = app.wechat.scan('oPerson', scene.sceneId);
    await redis.restart();
    expect((await pushed).status).toBe(200);
    const { code } = await waiting.reach('confirmed');
    expect(await (await app.exchange(code!)).json()).toMatchObject({ openid: 'oPerson' });
  });

  test('restarted empty: every page that waits is told to ask again', async () => {
    const redis = await server();
    const app = await nodeOn(redis);
    const sockets = await Promise.all(
      Array.from({ length: 50 }, async () => app.browser().attach(await app.browser().open('shop'))),
    );
    await Promise.all(sockets.map((socket) => socket.reach('pending')));
    await redis.restartEmpty();
    const codes = await Promise.all(sockets.map((socket) => socket.closed));
    expect(new Set(codes)).toStrictEqual(new Set([4401]));
    await logsIn(app, 'oAfter');
  });
});
