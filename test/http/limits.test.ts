import { afterEach, describe, expect, test, vi } from 'vitest';
import { cancelScene, getScene, postScenes } from '../support/scene-calls.ts';
import type { OpenedScene } from '../support/browser.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';

let app: TestApp;
afterEach(async () => {
  vi.useRealTimers();
  await app.close();
});

/** Everybody comes through one proxy that is trusted. */
async function start(limits: object): Promise<void> {
  app = await startApp({ config: { limits, server: { trustedProxies: ['127.0.0.1'] } } });
}

const from = (ip: string): Record<string, string> => ({ 'x-forwarded-for': ip });

async function openFrom(ip: string, site = 'shop'): Promise<number> {
  const origin = `https://${site}.example`;
  return (await postScenes(app, { site }, { origin, ...from(ip) })).status;
}

describe('scenes of one address in a minute', () => {
  test('the one too many gets 429 with the time to wait', async () => {
    await start({ scenesPerIpPerMinute: 2 });
    expect([await openFrom('192.0.2.1'), await openFrom('192.0.2.1')]).toEqual([201, 201]);
    await expectRateLimited(await postScenes(app, { site: 'shop' }, from('192.0.2.1')), 60);
    expect(await openFrom('192.0.2.2')).toBe(201);
  });

  test.each([
    { name: 'the same IPv4', one: '192.0.2.1', other: '192.0.2.1', same: true },
    { name: 'the next IPv4', one: '192.0.2.1', other: '192.0.2.2', same: false },
    { name: 'an IPv4 written as IPv6', one: '192.0.2.1', other: '::ffff:192.0.2.1', same: true },
    { name: 'one /64', one: '2001:db8:1:2::1', other: '2001:db8:1:2:ffff:ffff:ffff:ffff', same: true },
    { name: 'one /64, written at length', one: '2001:db8::1', other: '2001:0DB8:0:0:1::', same: true },
    { name: 'the next /64', one: '2001:db8:1:2::1', other: '2001:db8:1:3::1', same: false },
  ])('$name counts together: $same', async ({ one, other, same }) => {
    await start({ scenesPerIpPerMinute: 1 });
    expect(await openFrom(one)).toBe(201);
    expect(await openFrom(other)).toBe(same ? 429 : 201);
  });

  test('a faulty request or a foreign page takes nothing from it', async () => {
    await start({ scenesPerIpPerMinute: 1 });
    await postScenes(app, 'junk', from('192.0.2.1'));
    await postScenes(app, { site: 'nobody' }, from('192.0.2.1'));
    await postScenes(app, { site: 'shop' }, { origin: 'https://evil.example', ...from('192.0.2.1') });
    expect(await openFrom('192.0.2.1')).toBe(201);
  });
});

test('scenes of one site in a second: 429, and another site is not harmed', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  await start({ scenesPerSitePerSecond: 2 });
  expect([await openFrom('192.0.2.1'), await openFrom('192.0.2.2')]).toEqual([201, 201]);
  await expectRateLimited(await postScenes(app, { site: 'shop' }, from('192.0.2.3')), 1);
  expect(await openFrom('192.0.2.3', 'bank')).toBe(201);
  vi.advanceTimersByTime(1_100);
  expect(await openFrom('192.0.2.3')).toBe(201);
});

describe('what one limit refuses', () => {
  test('takes nothing from the others', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await start({ scenesPerIpPerMinute: 1, scenesPerSitePerSecond: 2 });
    expect(await openFrom('192.0.2.1')).toBe(201);
    for (let tries = 0; tries < 5; tries++) expect(await openFrom('192.0.2.1')).toBe(429);
    expect(await openFrom('192.0.2.2')).toBe(201);
    expect(await openFrom('192.0.2.3')).toBe(429);
    vi.advanceTimersByTime(1_100);
    expect(await openFrom('192.0.2.3')).toBe(201);
  });

  test('has to wait for the limit that takes longest', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await start({ scenesPerIpPerMinute: 1 });
    for (const _ of [1, 2]) expect((await openInItsOwnMinute()).status).toBe(201);
    const refused = await postScenes(app, { site: 'shop' }, from('192.0.2.1'));
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(60);
    await expectRateLimited(refused, 3_600);
  });
});

describe('codes that nobody came back for: an address has what it may open in two minutes, in an hour', () => {
  test('the one too many gets 429', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await start({ scenesPerIpPerMinute: 1 });
    for (const _ of [1, 2]) expect((await openInItsOwnMinute()).status).toBe(201);
    await expectRateLimited(await openInItsOwnMinute(), 3_600);
    expect(await openFrom('192.0.2.2')).toBe(201);
  });

  test.each([
    {
      name: 'the browser attached',
      use: async (scene: { sceneId: string; claim: string }) => {
        await (await app.browser().attach(scene)).reach('pending');
      },
    },
    { name: 'the browser looked', use: (scene: { sceneId: string; claim: string }) => getScene(app, scene) },
    { name: 'somebody scanned', use: ({ sceneId }: { sceneId: string }) => app.wechat.scan('oA', sceneId) },
  ])('a code does not count once $name', async ({ use }) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await start({ scenesPerIpPerMinute: 1 });
    for (let round = 0; round < 4; round++) {
      const response = await openInItsOwnMinute();
      expect(response.status).toBe(201);
      await use((await response.json()) as { sceneId: string; claim: string });
    }
  });

  test('a refused try is not a code: it does not count', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await start({ scenesPerIpPerMinute: 1 });
    const first = await openInItsOwnMinute();
    await openInItsOwnMinute();
    for (let tries = 0; tries < 5; tries++) expect((await openInItsOwnMinute()).status).toBe(429);
    await getScene(app, (await first.json()) as { sceneId: string; claim: string });
    expect((await openInItsOwnMinute()).status).toBe(201);
  });
});

describe('codes that nobody scanned: an address has what it may open in forty minutes, in a day', () => {
  test('attached to or not, the one too many gets 429', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await start({ scenesPerIpPerMinute: 1 });
    for (let code = 0; code < 40; code++) await openAndLook();
    await expectRateLimited(await openInItsOwnMinute(), 86_400);
    expect(await openFrom('192.0.2.2')).toBe(201);
  });

  test('a code does not count once somebody scanned it', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    await start({ scenesPerIpPerMinute: 1 });
    for (let code = 0; code < 40; code++) await openAndLook();
    const { sceneId } = await lastOpened;
    await app.wechat.scan('oVisitor', sceneId);
    expect((await openInItsOwnMinute()).status).toBe(201);
  });
});

test('a code that WeChat did not make counts for nothing', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  await start({ scenesPerIpPerMinute: 1 });
  const faults = `${app.simulator.url}/phone/api/faults`;
  const headers = { 'content-type': 'application/json' };
  await fetch(faults, { method: 'POST', headers, body: '{"api":"qrcode/create","errcode":40053}' });
  for (let tries = 0; tries < 5; tries++) expect((await openInItsOwnMinute()).status).toBe(503);
  await fetch(faults, { method: 'DELETE' });
  expect((await openInItsOwnMinute()).status).toBe(201);
});

test('too many pending scenes: 503 for a new one, while those that live are finished', async () => {
  await start({ maxPendingScenes: 1 });
  const scene = await app.browser().open('shop');
  const refused = await postScenes(app, { site: 'shop' });
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  expect(await refused.json()).toMatchObject({ error: 'too_many_scenes' });

  const socket = await app.browser().attach(scene);
  await app.wechat.scan('oVisitor', scene.sceneId);
  const { code } = await socket.reach('confirmed');
  expect((await app.exchange(code ?? '')).status).toBe(200);
  expect((await postScenes(app, { site: 'shop' })).status).toBe(201);
});

describe('failures to attach from one address in a minute', () => {
  test('over HTTP: 429 instead of 404, while a right claim passes', async () => {
    await start({ attachFailuresPerIpPerMinute: 2 });
    const scene = await app.browser().open('shop');
    const wrong = { ...scene, claim: 'x'.repeat(43) };
    const origin = 'https://shop.example';
    expect((await getScene(app, wrong)).status).toBe(404);
    expect((await cancelScene(app, wrong, { origin })).status).toBe(404);
    await expectRateLimited(await getScene(app, wrong), 60);
    await expectRateLimited(await cancelScene(app, wrong, { origin }), 60);
    expect((await getScene(app, scene)).status).toBe(200);
    expect((await cancelScene(app, scene, { origin })).status).toBe(200);
  });

  test('over the socket: 4429 instead of 4401, while a right claim passes', async () => {
    await start({ attachFailuresPerIpPerMinute: 2 });
    const scene = await app.browser().open('shop');
    const wrong = { ...scene, claim: 'x'.repeat(43) };
    const codes = [];
    for (let tries = 0; tries < 4; tries++) codes.push(await (await app.browser().attach(wrong)).closed);
    expect(codes).toEqual([4401, 4401, 4429, 4429]);
    await (await app.browser().attach(scene)).reach('pending');
  });

  test('one address does not spend what another has', async () => {
    await start({ attachFailuresPerIpPerMinute: 1 });
    const wrong = { sceneId: 'A'.repeat(22), claim: 'x'.repeat(43) };
    const status = async (ip: string): Promise<number> => (await getScene(app, wrong, from(ip))).status;
    expect([await status('192.0.2.1'), await status('192.0.2.1')]).toEqual([404, 429]);
    expect(await status('192.0.2.2')).toBe(404);
  });
});

test('0 means no limit', async () => {
  await start({
    scenesPerIpPerMinute: 0,
    scenesPerSitePerSecond: 0,
    maxPendingScenes: 0,
    attachFailuresPerIpPerMinute: 0,
  });
  const opened = await Promise.all(Array.from({ length: 250 }, () => openFrom('192.0.2.1')));
  expect(new Set(opened)).toEqual(new Set([201]));
  const wrong = { sceneId: 'A'.repeat(22), claim: 'x'.repeat(43) };
  const looks = await Promise.all(Array.from({ length: 50 }, () => getScene(app, wrong)));
  expect(new Set(looks.map(({ status }) => status))).toEqual(new Set([404]));
});

/** As somebody does who comes back minute after minute. */
async function openInItsOwnMinute(): Promise<Response> {
  vi.advanceTimersByTime(61_000);
  return postScenes(app, { site: 'shop' }, from('192.0.2.1'));
}

let lastOpened: Promise<OpenedScene>;

/** A page that shows its code, and whose visitor leaves. */
async function openAndLook(): Promise<void> {
  const response = await openInItsOwnMinute();
  expect(response.status).toBe(201);
  lastOpened = response.json() as Promise<OpenedScene>;
  await getScene(app, await lastOpened);
}

async function expectRateLimited(response: Response, atMost: number): Promise<void> {
  expect(response.status).toBe(429);
  expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  expect(Number(response.headers.get('retry-after'))).toBeLessThanOrEqual(atMost);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.json()).toEqual({ error: 'rate_limited', message: expect.stringMatching(/\.$/) });
}
