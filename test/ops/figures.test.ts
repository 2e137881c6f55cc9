import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MinuteRow, Overview } from '../../src/ops/overview.ts';
import { addFault } from '../channel/support.ts';
import { come, posted, somebody } from '../messaging/stage.ts';
import { Exposition } from '../support/exposition.ts';
import { noRedis } from '../support/needs.ts';
import type { TestApp } from '../support/start-app.ts';
import { startFleet } from '../support/start-fleet.ts';
import type { Fleet } from '../support/start-fleet.ts';

const token = 'canary-ops-token-0123456789abcdef';

async function overview({ url }: TestApp): Promise<Overview> {
  const answer = await fetch(`${url}/ops/api/overview`, { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Overview;
}

const sumOf = (series: readonly MinuteRow[], figure: 'opened' | 'consumed' | 'ended'): number =>
  series.reduce((sum, minute) => sum + minute[figure], 0);

describe.skipIf(noRedis)('two nodes on one Redis', () => {
  let fleet: Fleet;
  let one: TestApp;
  let other: TestApp;
  beforeAll(async () => {
    fleet = await startFleet(2, { config: { ops: { token }, scene: { ttlSeconds: 2 } } });
    [one, other] = fleet.nodes as [TestApp, TestApp];
  });
  afterAll(() => fleet.close());

  test('a login of which each has a part is counted once, and the same is told at both', async () => {
    const scene = await one.browser().open('shop');
    const socket = await one.browser().attach(scene);
    await socket.reach('pending');
    await other.wechat.scan('oPerson', scene.sceneId);
    const { code } = await socket.reach('confirmed');
    expect((await other.exchange(code!)).status).toBe(200);
    for (const node of [one, other])
      await expect
        .poll(async () => (await overview(node)).rates.hour, { timeout: 5_000 })
        .toMatchObject({ pending: 1, scanned: 1, confirmed: 1, consumed: 1 });
    const { latency, series, store } = await overview(other);
    expect(latency.push?.p50).toBeGreaterThanOrEqual(0);
    expect(latency.push?.p99).toBeLessThan(1);
    expect(latency.scan?.p50).toBeLessThan(1);
    expect([sumOf(series, 'opened'), sumOf(series, 'consumed'), sumOf(series, 'ended')]).toEqual([1, 1, 0]);
    expect(store).toBe('redis');
    // A node says that it lives every two seconds.
    const lags = async () => (await overview(other)).nodes.map(({ lagP99Seconds }) => lagP99Seconds >= 0);
    await expect.poll(lags, { timeout: 6_000 }).toEqual([true, true]);
  });

  test('the push to a socket at another node is measured from when its event came', async () => {
    const before = (await Exposition.of(one.url)).sum('saoma_push_seconds_count');
    const scene = await one.browser().open('shop');
    const socket = await one.browser().attach(scene);
    await socket.reach('pending');
    await other.wechat.scan('oAnotherPerson', scene.sceneId);
    await socket.reach('scanned');
    const [here, there] = await Promise.all([Exposition.of(one.url), Exposition.of(other.url)]);
    expect(here.sum('saoma_push_seconds_count') - before).toBe(1);
    expect(there.sum('saoma_push_seconds_count')).toBe(0);
    expect(there.sum('saoma_scan_seconds_count')).toBeGreaterThan(0);
  });

  test('messages, and the sockets for them, are told at every node', async () => {
    const openid = somebody();
    await posted(one, { to: openid });
    const socket = await come(other, openid);
    const [message] = await socket.receive(1);
    socket.ack(message!);
    for (const node of [one, other])
      await expect
        .poll(async () => (await overview(node)).messages.hour, { timeout: 5_000 })
        .toMatchObject({ queued: 1, delivered: 0, acknowledged: 1 });
    const sockets = async () =>
      (await overview(one)).nodes.map(({ messageSockets }) => messageSockets).sort((a, b) => a - b);
    await expect.poll(sockets, { timeout: 6_000 }).toEqual([0, 1]);
    socket.raw.close();
  });

  test('what merely ran out of time is counted once, whichever node finds it', async () => {
    const expired = async (): Promise<number[]> => {
      const both = await Promise.all([Exposition.of(one.url), Exposition.of(other.url)]);
      const seen = both.map((page) => [
        page.sum('saoma_scene_moves_total', { state: 'expired' }),
        page.sum('saoma_scene_ends_total', { cause: 'expired_unseen' }),
      ]);
      return [0, 1].map((which) => seen.reduce((sum, figures) => sum + figures[which]!, 0));
    };
    const before = await expired();
    const scenes = await Promise.all(
      Array.from({ length: 12 }, (_, i) => (i % 2 ? one : other).browser().open('shop')),
    );
    expect(scenes).toHaveLength(12);
    const by = (more: number): number[] => before.map((count) => count + more);
    await expect.poll(expired, { timeout: 18_000, interval: 500 }).toEqual(by(12));
    await new Promise((resolve) => {
      setTimeout(resolve, 2_500);
    });
    expect(await expired()).toEqual(by(12));
    const { ends, rates } = await overview(one);
    expect(ends.hour.expired_unseen).toBe(before[1]! + 12);
    expect(rates.hour.expired).toBe(before[0]! + 12);
  });

  test('a setting that has to be mended is told at every node, with the node that met it', async () => {
    await addFault(other, { api: 'user/info', errcode: 48001 });
    const scene = await other.browser().open('shop');
    await other.wechat.scan('oThirdPerson', scene.sceneId);
    const fault = async () => (await overview(one)).accounts[0]?.fault;
    await expect.poll(fault, { timeout: 8_000 }).toMatchObject({ errcode: 48001 });
    const { accounts, nodes } = await overview(one);
    expect(nodes.map(({ node }) => node)).toContain(accounts[0]?.fault?.node);
    expect((await overview(other)).accounts[0]?.fault).toEqual(accounts[0]?.fault);
    expect(accounts).toMatchObject([
      { account: 'main', kind: 'official-account', token: { state: 'valid' }, qr: { budget: 100_000 } },
    ]);
    expect(accounts[0]?.qr?.used).toBeGreaterThan(10);
    expect(JSON.stringify(accounts)).not.toMatch(/canary|wx0011|token_/);
  });
});
