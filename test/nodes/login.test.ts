import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noRedis } from '../support/needs.ts';
import { startFleet } from '../support/start-fleet.ts';
import type { Fleet } from '../support/start-fleet.ts';

describe.skipIf(noRedis)('three nodes on one Redis', () => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await startFleet(3);
  });
  afterAll(() => fleet.close());

  test('each step of a login at another node', async () => {
    const [a, b, c] = fleet.nodes as [Fleet['nodes'][0], Fleet['nodes'][0], Fleet['nodes'][0]];
    const scene = await a.browser().open('shop');
    const socket = await b.browser().attach(scene);
    await socket.reach('pending');
    const answer = await c.wechat.scan('oPerson', scene.sceneId);
    expect(answer.status).toBe(200);
    const { code } = await socket.reach('confirmed');
    const exchanged = await a.exchange(code!);
    expect(exchanged.status).toBe(200);
    expect(await exchanged.json()).toMatchObject({ openid: 'oPerson', sceneId: scene.sceneId });
    expect((await c.exchange(code!)).status).toBe(400);
    expect(await socket.closed).toBe(1000);
  });

  test('a socket that comes back at another node closes the former, which is told 4409', async () => {
    const [a, b] = fleet.nodes as [Fleet['nodes'][0], Fleet['nodes'][0]];
    const scene = await a.browser().open('shop');
    const first = await a.browser().attach(scene);
    await first.reach('pending');
    const second = await b.browser().attach(scene);
    await second.reach('pending');
    expect(await first.closed).toBe(4409);
    expect(second.raw.readyState).toBe(second.raw.OPEN);
  });
});
