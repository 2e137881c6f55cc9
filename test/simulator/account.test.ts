import { expect, test } from 'vitest';
import { credentials, startWorld } from './support.ts';

const asPage = { origin: 'http://localhost' };

test('the credentials are told to programs on this machine, and to nobody else', async () => {
  const miniProgram = { appId: 'wxmini0011223344ff', appSecret: 'f0e1d2c3b4a5968778695a4b3c2d1e0f' };
  const { url, port } = await startWorld({ miniProgram });
  const ask = (headers: Record<string, string> = {}) => fetch(`${url}/phone/api/credentials`, { headers });
  expect(await (await ask()).json()).toEqual({ ...credentials, mode: 'safe', miniProgram });
  for (const headers of [
    { origin: `${asPage.origin}:${port}` },
    { 'x-forwarded-for': '203.0.113.7' },
    { forwarded: 'for=203.0.113.7' },
    { via: '1.1 proxy' },
    { 'x-forwarded-host': 'phone.example' },
    { 'x-forwarded-proto': 'https' },
    { 'x-real-ip': '203.0.113.7' },
    { 'cf-connecting-ip': '203.0.113.7' },
  ]) {
    const refused = await ask(headers);
    expect(refused.status).toBe(403);
    expect(await refused.text()).not.toContain(credentials.appSecret);
  }
});

test('addresses that are not on the whitelist get no token, and are named', async () => {
  const { control, stableToken } = await startWorld();
  const allow = (addresses: string[] | null) => control('/whitelist', { addresses });
  expect((await allow(['203.0.113.7'])).body).toEqual({ whitelist: ['203.0.113.7'] });
  expect(await stableToken()).toEqual({
    errcode: 40164,
    errmsg: expect.stringMatching(
      /^invalid ip 127\.0\.0\.1 ipv6 ::ffff:127\.0\.0\.1, not in whitelist, rid: /,
    ),
  });
  await allow(['127.0.0.1']);
  expect(await stableToken()).toMatchObject({ access_token: expect.any(String) });
  await allow([]);
  expect(await stableToken()).toMatchObject({ errcode: 40164 });
  await allow(null);
  expect(await stableToken()).toMatchObject({ access_token: expect.any(String) });
});

test('a clock that is off shows in the Date, and the answer is right', async () => {
  const { url, control } = await startWorld();
  await control('/faults', { api: '*', dateMs: -120_000 });
  const response = await fetch(`${url}/cgi-bin/getcallbackip`);
  expect(await response.json()).toMatchObject({ errcode: 40066 });
  const off = Date.parse(response.headers.get('date') ?? '') - Date.now();
  expect(Math.abs(off + 120_000)).toBeLessThan(5_000);
});
