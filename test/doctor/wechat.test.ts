import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/kit/clock.ts';
import { faultRules } from '../../src/wechat/errors.ts';
import { sentences } from '../../src/doctor/words.ts';
import { diagnose, healAll, secretsOf, startHospital, withAccount } from './stage.ts';

test('an installation without a fault: nothing fails, and each mode is told', async () => {
  for (const mode of ['plain', 'compatible', 'safe'] as const) {
    const { config } = await startHospital({ mode });
    const found = await diagnose(config);
    expect(found.failed).toEqual([]);
    expect(found.of('node')).toBe('ok node_here');
    expect(found.of('wechat-api')).toBe('ok api_answers');
    expect(found.of('clock')).toBe('ok clock_right');
    expect(found.of('callback')).toBe('ok callback_echoes');
    expect(found.of('message')).toBe(mode === 'plain' ? 'ok message_plain' : 'ok message_opened');
    expect(found.of('access-token')).toBe('ok token_given');
    expect(found.of('qr-code')).toBe('ok qr_made');
    expect(found.of('user-info')).toBe('ok user_info_may');
  }
});

test('every number that only an operator can mend has a remedy here', () => {
  /** Of calls that are never made by a login. */
  const elsewhere = new Set(['40037', '41030', '43116', '48006']);
  const numbers = Object.entries(faultRules).filter(([, { action }]) => action === 'operator');
  const missing = numbers.filter(
    ([errcode]) => !elsewhere.has(errcode) && !(`mend_wechat_${errcode}` in sentences),
  );
  expect(missing).toEqual([]);
});

test('each failure of the access token is named, with its remedy; what hangs on it is not tried', async () => {
  const app = await startHospital();
  for (const errcode of [40013, 40125, 40243, 50004, 50007, 61004, 61024, 89501, 89503, 89506, 89507, -1]) {
    await app.play('faults', { api: 'stable_token', errcode });
    const found = await diagnose(app.config);
    expect(found.failed).toEqual(['access-token']);
    expect(found.of('access-token')).toBe(`failed wechat_refuses mend_wechat_${errcode}`);
    expect(found.of('qr-code')).toBe('skipped needs');
    expect(found.of('user-info')).toBe('skipped needs');
    expect(found.printed).toContain(`WeChat answered ${errcode} to stable_token (rid `);
    await healAll(app);
  }
  expect((await diagnose(app.config)).failed).toEqual([]);
});

test('a "wrong token" where tokens are fetched is the secret', async () => {
  const app = await startHospital();
  await app.play('faults', { api: 'stable_token', errcode: 40001 });
  expect((await diagnose(app.config)).of('access-token')).toBe('failed wechat_refuses mend_wechat_40125');
});

test.each([
  { name: 'another appId', fields: { appId: 'wx99887766554433aa' }, errcode: 40013 },
  { name: 'another appSecret', fields: { appSecret: 'canary-other-secret-0123456789' }, errcode: 40125 },
])('$name is found out', async ({ fields, errcode }) => {
  const { config } = await startHospital();
  const found = await diagnose(withAccount(config, fields));
  expect(found.of('access-token')).toBe(`failed wechat_refuses mend_wechat_${errcode}`);
  expect(found.printed).not.toContain('canary');
});

test('of the IP whitelist the very address is told that WeChat saw', async () => {
  const app = await startHospital();
  await app.play('whitelist', { addresses: ['203.0.113.7'] });
  const found = await diagnose(app.config);
  expect(found.of('access-token')).toBe('failed wechat_refuses mend_wechat_40164');
  expect(found.printed).toContain('this server comes from 127.0.0.1 (rid ');
  await app.play('whitelist', { addresses: ['203.0.113.7', '127.0.0.1'] });
  expect((await diagnose(app.config)).failed).toEqual([]);
});

test('an unknown number is told with what WeChat says, and nothing that could be an id', async () => {
  const app = await startHospital();
  await app.play('faults', {
    api: 'stable_token',
    errcode: 12345,
    errmsg: 'strange thing canary-0123456789',
  });
  const found = await diagnose(app.config);
  expect(found.of('access-token')).toBe('failed wechat_unknown');
  expect(found.printed).toContain('"strange thing …');
  expect(found.printed).not.toContain('canary');
});

test('QR codes: no right, banned, quota used up; and none is made that is not wanted', async () => {
  const app = await startHospital();
  for (const errcode of [48001, 48004, 45009, 45011, 40200]) {
    await app.play('faults', { api: 'qrcode/create', errcode });
    const found = await diagnose(app.config);
    expect(found.failed).toEqual(['qr-code']);
    expect(found.of('qr-code')).toBe(`failed wechat_refuses mend_wechat_${errcode}`);
    await healAll(app);
  }
  await fetch(`${app.simulator.url}/phone/api/history`, { method: 'DELETE' });
  expect((await diagnose(app.config, { mayMakeQrCode: false })).of('qr-code')).toBe('skipped qr_unwanted');
  const { counts } = (await (await fetch(`${app.simulator.url}/phone/api/calls`)).json()) as {
    counts: object;
  };
  expect(counts).toEqual({ getcallbackip: 1, stable_token: 1, 'user/info': 1 });
});

test('without the right to user/info people log in all the same, so it is a warning', async () => {
  const app = await startHospital();
  await app.play('faults', { api: 'user/info', errcode: 48001 });
  const found = await diagnose(app.config);
  expect(found.failed).toEqual([]);
  expect(found.of('user-info')).toBe('warning wechat_refuses mend_wechat_48001');
});

test('no token is ever forced: the one in use stays good', async () => {
  const app = await startHospital();
  await diagnose(app.config);
  await diagnose(app.config);
  const { calls } = (await (await fetch(`${app.simulator.url}/phone/api/calls`)).json()) as {
    calls: { api: string; body: string; answer: string }[];
  };
  const fetched = calls.filter(({ api }) => api === 'stable_token');
  expect(fetched.every(({ body }) => body.includes('"force_refresh":false'))).toBe(true);
  const given = fetched.map(({ answer }) => (JSON.parse(answer) as { access_token: string }).access_token);
  expect(new Set(given).size).toBe(1);
});

describe('the way to WeChat', () => {
  test.each([
    { name: 'nothing listens', apiUrl: 'http://127.0.0.1:1', says: 'unreached_refused' },
    { name: 'no TLS', apiUrl: undefined, says: 'tls_none' },
  ])('$name', async ({ apiUrl, says }) => {
    const { config, simulator } = await startHospital();
    const found = await diagnose(
      withAccount(config, { apiUrl: apiUrl ?? simulator.url.replace('http:', 'https:') }),
    );
    expect(found.of('wechat-api')).toBe(`failed ${says} mend_api`);
    expect(found.of('access-token')).toBe('skipped needs');
    expect(found.of('clock')).toBe('skipped clock_untold');
  });

  test.each([
    { name: 'a page of a proxy', fault: { html: true } },
    { name: 'a status', fault: { status: 500 } },
  ])('$name is not WeChat', async ({ fault }) => {
    const app = await startHospital();
    await app.play('faults', { api: '*', ...fault });
    expect((await diagnose(app.config)).of('wechat-api')).toBe('failed api_stranger mend_api');
  });

  test.each([
    { name: 'a page', fault: { html: true }, says: 'wechat_answer' },
    { name: 'a status', fault: { status: 502 }, says: 'wechat_status' },
    { name: 'silence', fault: { stallMs: 60_000 }, says: 'wechat_timeout' },
  ])('$name in place of a token', async ({ fault, says }) => {
    const app = await startHospital();
    await app.play('faults', { api: 'stable_token', ...fault });
    expect((await diagnose(app.config)).of('access-token')).toBe(`failed ${says} mend_api`);
  });

  test.each([
    { ahead: 90_000, mend: 'mend_clock_behind' },
    { ahead: -90_000, mend: 'mend_clock_ahead' },
  ])('WeChat is $ahead ms ahead', async ({ ahead, mend }) => {
    const app = await startHospital();
    await app.play('faults', { api: '*', dateMs: ahead });
    const found = await diagnose(app.config);
    expect(found.of('clock')).toBe(`failed clock_off ${mend}`);
    expect(found.printed).toMatch(/(89|90|91) s off WeChat's/);
  });

  test('a clock that is off by less is good', async () => {
    const app = await startHospital();
    const clock = { ...systemClock, now: () => Date.now() + 40_000 };
    expect((await diagnose(app.config, { clock })).of('clock')).toBe('ok clock_right');
  });
});

test('nothing secret is printed, whatever goes wrong', async () => {
  const app = await startHospital({ config: { ops: { token: 'canary-operators-token-2030' } } });
  const printed = [(await diagnose(app.config)).printed];
  for (const fault of [
    { api: 'stable_token', errcode: 40125, errmsg: `invalid appsecret ${app.config.accounts[0]!.appSecret}` },
    { api: 'stable_token', errcode: 99999, errmsg: `no ${app.config.accounts[0]!.appSecret}` },
    { api: 'qrcode/create', html: true },
    { api: 'qrcode/create', errcode: 40001 },
    { api: '*', status: 302 },
  ]) {
    await app.play('faults', fault);
    printed.push((await diagnose(app.config)).printed);
    await healAll(app);
  }
  const all = printed.join('\n');
  expect(secretsOf(app.config)).toHaveLength(6);
  for (const secret of secretsOf(app.config)) expect(all).not.toContain(secret);
  expect(all).not.toMatch(/98_[\w-]{20}|access_token=|signature=|echostr/);
});
