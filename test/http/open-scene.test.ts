import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postScenes } from '../support/scene-calls.ts';
import { startApp } from '../support/start-app.ts';
import type { TestApp } from '../support/start-app.ts';
import { startRoom } from '../support/start-room.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

test('a page of the site gets a scene: id, claim, code and socket, and nothing else', async () => {
  const response = await postScenes(app, { site: 'shop' });
  expect(response.status).toBe(201);
  expect(response.headers.get('cache-control')).toBe('no-store');
  const body = (await response.json()) as Record<string, unknown>;
  expect(body).toEqual({
    sceneId: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
    claim: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
    expiresAt: expect.any(Number),
    qr: { url: expect.stringMatching(/^http/), svg: expect.stringMatching(/^<svg [^]*<\/svg>\s*$/) },
    socketUrl: `${app.url.replace('http', 'ws')}/ws/scenes/${String(body['sceneId'])}`,
  });
  expect(Number(body['expiresAt']) - Date.now()).toBeGreaterThan(115_000);
});

test('an id, a claim or a lifetime that a page proposes is ignored', async () => {
  const proposed = { sceneId: 'A'.repeat(22), id: 'A'.repeat(22), claim: 'B'.repeat(43), expiresAt: 1 };
  const response = await postScenes(app, { site: 'shop', ...proposed });
  expect(response.status).toBe(201);
  const { sceneId, claim, expiresAt } = (await response.json()) as Record<string, unknown>;
  expect([sceneId, claim, expiresAt]).not.toEqual([proposed.sceneId, proposed.claim, proposed.expiresAt]);
});

test('addresses come from publicUrl, never from the Host or a forwarded header', async () => {
  const forged = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil' };
  const response = await postScenes(app, { site: 'shop' }, forged);
  expect(JSON.stringify(await response.json())).not.toContain('evil');
});

describe('whose page may open one', () => {
  test.each([
    { name: 'the site', site: 'shop', origin: () => 'https://shop.example', status: 201 },
    { name: 'Saoma itself, for any site', site: 'bank', origin: () => app.url, status: 201 },
    { name: 'another site', site: 'shop', origin: () => 'https://bank.example', status: 403 },
    { name: 'a stranger', site: 'shop', origin: () => 'https://evil.example', status: 403 },
    { name: 'null', site: 'shop', origin: () => 'null', status: 403 },
    { name: 'a look-alike', site: 'shop', origin: () => 'https://shop.example.evil.com', status: 403 },
    { name: 'another port', site: 'shop', origin: () => 'https://shop.example:444', status: 403 },
    { name: 'another scheme', site: 'shop', origin: () => 'http://shop.example', status: 403 },
    { name: 'a stranger, for no site', site: 'nobody', origin: () => 'https://evil.example', status: 403 },
  ])('$name: $status', async ({ site, origin, status }) => {
    const response = await postScenes(app, { site }, { origin: origin() });
    expect(response.status).toBe(status);
    const { error } = (await response.json()) as { error?: string };
    expect(error).toBe(status === 403 ? 'origin_not_allowed' : undefined);
  });

  test('no origin at all: 403', async () => {
    const response = await fetch(`${app.url}/api/scenes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"site":"shop"}',
    });
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual(refusal('origin_not_allowed'));
  });
});

test('a site that is not there: 404 unknown_site', async () => {
  for (const site of ['nobody', '', '__proto__', 'constructor']) {
    const response = await postScenes(app, { site });
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual(refusal('unknown_site'));
  }
});

test('WeChat away: 503 wechat_unavailable, and the scene is not left lying about', async () => {
  const ill = await startApp({ config: { limits: { maxPendingScenes: 1 } } });
  const fault = { api: 'qrcode/create', errcode: 45009 };
  await fetch(`${ill.simulator.url}/phone/api/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  });
  for (const _ of [1, 2])
    expect(await told(await postScenes(ill, { site: 'shop' }))).toEqual(unavailable('wechat_unavailable'));
  await ill.close();
});

test('the store away: 503 store_unavailable, for each call, and never "no such scene"', async () => {
  const room = await startRoom();
  const scene = await room.browser().open('shop');
  for (const verb of ['add', 'attach', 'move', 'find'] as const) room.store.broken.add(verb);
  const away = unavailable('store_unavailable');
  expect(await told(await postScenes(room, { site: 'shop' }))).toEqual(away);
  expect(await told(await room.browser().view(scene))).toEqual(away);
  const headers = { authorization: `Bearer ${scene.claim}` };
  const cancelled = await room.browser().post(`/api/scenes/${scene.sceneId}/cancel`, {}, headers);
  expect(await told(cancelled)).toEqual(away);
  await room.close();
});

async function told(response: Response): Promise<object> {
  const { status, headers } = response;
  const [retryAfter, cacheControl] = [headers.get('retry-after'), headers.get('cache-control')];
  return { status, retryAfter, cacheControl, body: await response.json() };
}

function unavailable(code: string): object {
  const retryAfter: unknown = expect.stringMatching(/^[1-9]\d*$/);
  return { status: 503, retryAfter, cacheControl: 'no-store', body: refusal(code) };
}

/** `{"error","message"}`, and nothing besides. */
function refusal(code: string): object {
  return { error: code, message: expect.stringMatching(/\.$/) };
}
