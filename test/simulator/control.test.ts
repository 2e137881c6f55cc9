import { request } from 'node:http';
import type { RequestOptions } from 'node:http';
import { describe, expect, test } from 'vitest';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { credentials, startWebhook, startWorld } from './support.ts';

const json = { 'Content-Type': 'application/json' };

/** With the path and the Host just as they are given, unlike `fetch`. */
function statusOf(options: RequestOptions, body: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', ...options })
      .on('response', (response) => {
        response.destroy();
        resolve(response.statusCode);
      })
      .on('error', reject)
      .end(options.method === 'POST' ? body : undefined);
  });
}

describe('faults of the WeChat API', () => {
  test('an error number, so many times', async () => {
    const { control, userInfo, person } = await startWorld();
    const { openid } = await person('xiaosao');
    await control('/faults', { api: 'user/info', errcode: -1, times: 2 });
    expect(await userInfo(openid)).toMatchObject({
      errcode: -1,
      errmsg: expect.stringMatching(/^system error, rid/),
    });
    expect(await userInfo(openid)).toMatchObject({ errcode: -1 });
    expect(await userInfo(openid)).toMatchObject({ subscribe: 1 });
  });

  test('a status, or a page in place of JSON, until taken back', async () => {
    const { control, api, url, token } = await startWorld();
    await control('/faults', { api: 'stable_token', status: 502, html: true });
    const response = await fetch(`${url}/cgi-bin/stable_token`, { method: 'POST', body: '{}' });
    expect(response.status).toBe(502);
    expect(await response.text()).toContain('<html>');
    expect((await api('/faults', { method: 'DELETE' })).status).toBe(204);
    expect(await token()).toMatch(/^98_/);
  });

  test('a stall, after which the right answer follows', async () => {
    const { control, token } = await startWorld();
    await control('/faults', { api: '*', stallMs: 120, times: 1 });
    const begun = Date.now();
    expect(await token()).toMatch(/^98_/);
    expect(Date.now() - begun).toBeGreaterThanOrEqual(119);
  });

  test('a stall ends when the caller gives up, and when the stand-in closes', async () => {
    const world = await startWorld();
    await world.control('/faults', { api: 'stable_token', stallMs: 60_000 });
    const call = { method: 'POST', body: '{}' };
    const given = fetch(`${world.url}/cgi-bin/stable_token`, { ...call, signal: AbortSignal.timeout(50) });
    await expect(given).rejects.toThrow('timeout');
    const waiting = fetch(`${world.url}/cgi-bin/stable_token`, call).catch((error: Error) => error.message);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const begun = Date.now();
    await world.close();
    expect(await waiting).toBe('fetch failed');
    expect(Date.now() - begun).toBeLessThan(2000);
  });
});

test('calls are counted and kept, the app secret is not', async () => {
  const { api, token, createCode } = await startWorld();
  await token();
  await createCode('login-1');
  const text = await (await api('/calls')).text();
  expect(text).not.toContain(credentials.appSecret);
  const { counts, calls } = JSON.parse(text) as { counts: object; calls: object[] };
  expect(counts).toEqual({ stable_token: 2, 'qrcode/create': 1 });
  expect(calls.at(-1)).toMatchObject({
    api: 'qrcode/create',
    status: 200,
    answer: expect.stringContaining('gQ'),
  });
  await api('/history', { method: 'DELETE' });
  expect(await (await api('/calls')).json()).toEqual({ counts: {}, calls: [] });
});

describe('the guard', () => {
  const scan = JSON.stringify({ person: 'xiaosao', newest: true });

  test.each([
    ['another site', 'https://evil.example', 403],
    ['another port of this machine', 'http://localhost:1', 403],
    ['a name that only begins like ours', 'http://localhost.evil.example', 403],
    ['a sandboxed frame', 'null', 403],
    ['no browser', undefined, 200],
  ])('%s', async (_name, origin, status) => {
    const { api } = await startWorld({ retries: 0 });
    const headers = origin === undefined ? json : { ...json, Origin: origin };
    expect((await api('/scan', { method: 'POST', headers, body: scan })).status).toBe(status);
  });

  test('its own page, by any name of this machine, and by its public name', async () => {
    const { api, port } = await startWorld({ publicUrl: 'http://phone.test:8080' });
    for (const origin of [`http://localhost:${port}`, `http://127.0.0.1:${port}`, 'http://phone.test:8080']) {
      const headers = { ...json, Origin: origin };
      expect((await api('/scan', { method: 'POST', headers, body: scan })).status).toBe(200);
    }
  });

  test.each([
    'GET /phone/api/state',
    'GET /phone/api/live',
    'GET /phone/API/state',
    'GET /PHONE/api/state/',
    'POST /phone/API/scan',
    'POST /Phone/Api/Scan',
    'POST //phone/api/scan',
    'POST /phone//api/scan',
    'POST /phone/api//scan',
    'POST /%70hone/api/scan',
    'POST /phone/%61pi/scan',
    'POST /phone/api/%73can',
    'POST /phone%2Fapi%2Fscan',
    'POST /phone/./api/scan',
    'POST /x/../phone/api/scan',
    'POST /phone/api/scan?x',
    'DELETE /phone/API/history',
  ])('a name that was rebound to this machine is refused, however it is spelt: %s', async (call) => {
    const { port } = await startWorld({ retries: 0 });
    const [method = '', path = ''] = call.split(' ');
    const host = `evil.example:${port}`;
    const foreign = { method, path, port, headers: { ...json, Host: host, Origin: `http://${host}` } };
    expect(await statusOf(foreign, scan)).toBe(403);
    expect(await statusOf({ ...foreign, headers: { ...json, Host: host } }, scan)).toBe(403);
  });

  test('a call has one spelling', async () => {
    const { api, port } = await startWorld({ retries: 0 });
    for (const path of ['/phone/API/scan', '/PHONE/api/scan', '//phone/api/scan', '/%70hone/api/scan'])
      expect([path, await statusOf({ method: 'POST', path, port, headers: json }, scan)]).toEqual([
        path,
        404,
      ]);
    expect((await api('/deliveries')).status).toBe(200);
    expect(await (await api('/deliveries')).json()).toEqual({ deliveries: [] });
  });

  test('a form of another site is refused by its type', async () => {
    const { api } = await startWorld();
    const headers = { 'Content-Type': 'text/plain' };
    expect((await api('/scan', { method: 'POST', headers, body: scan })).status).toBe(415);
  });
});

test.each([
  ['no person', '/scan', { newest: true }, 400],
  ['two codes', '/scan', { person: 'ama', newest: true, scene: 'x' }, 400],
  ['no code', '/scan', { person: 'ama' }, 400],
  ['an unknown option', '/scan', { person: 'ama', newest: true, extra: 1 }, 400],
  ['a long delay', '/scan', { person: 'ama', newest: true, delayMs: 600_001 }, 400],
  ['nobody', '/scan', { person: 'nobody', newest: true }, 404],
  ['unknown junk', '/junk', { person: 'ama', kind: 'constructor' }, 400],
  ['a large body', '/message', { person: 'ama', text: 'x'.repeat(20_000) }, 413],
  ['no such call', '/nothing', {}, 404],
])('refused: %s', async (_name, path, body, status) => {
  const { control } = await startWorld();
  const answer = await control(path, body);
  expect(answer).toEqual({ status, body: { error: expect.any(String), message: expect.any(String) } });
});

test('more people can be added', async () => {
  const { control, userInfo } = await startWorld();
  const { status, body } = await control('/people', { name: '扫地僧', follows: true });
  expect(status).toBe(201);
  const { openid } = body as { openid: string };
  expect(await userInfo(openid)).toMatchObject({ subscribe: 1 });
  expect((await control('/people', {})).body).toMatchObject({ name: 'Person 6', follows: false });
});

test('a page that looks on is told of codes, people and deliveries', async () => {
  const webhook = await startWebhook();
  const { api, createCode, act } = await startWorld({ webhookUrl: webhook.url });
  const stream = await api('/live');
  expect(stream.headers.get('content-type')).toBe('text/event-stream');
  await createCode('login-1');
  await act('/scan', { person: 'xiaosao', newest: true });
  const types: string[] = [];
  let text = '';
  for await (const chunk of stream.body as AsyncIterable<Uint8Array>) {
    text += new TextDecoder().decode(chunk);
    types.splice(
      0,
      types.length,
      ...[...text.matchAll(/^data: \{"type":"(\w+)"/gm)].map((match) => match[1] ?? ''),
    );
    if (types.filter((type) => type === 'delivery').length === 2) break;
  }
  expect(types[0]).toBe('state');
  expect(new Set(types)).toEqual(new Set(['state', 'newest', 'person', 'delivery']));
});

test('close ends what is under way and looked at', async () => {
  const webhook = await startWebhook(() => 'stall');
  const world = await startWorld({ webhookUrl: webhook.url });
  const { createCode, act, api } = world;
  await createCode('login-1');
  await act('/scan', { person: 'xiaosao', newest: true, wait: false });
  await act('/scan', { person: 'xiaosao', newest: true, wait: false, delayMs: 60_000 });
  await api('/live');
  await expect.poll(() => webhook.hits.length).toBe(1);
  const begun = Date.now();
  await world.close();
  expect(Date.now() - begun).toBeLessThan(1000);
});

test('a port in use is an error, and so is an encrypted mode without a key', async () => {
  const { port } = await startWorld();
  const given = {
    ...credentials,
    host: '127.0.0.1',
    webhookUrl: 'http://127.0.0.1:9/',
    mode: 'safe',
  } as const;
  await expect(startSimulator({ ...given, port })).rejects.toThrow(/EADDRINUSE/);
  await expect(startSimulator({ ...given, port: 0, encodingAesKey: '' })).rejects.toThrow(/43 characters/);
});
