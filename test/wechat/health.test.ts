import { describe, expect, test } from 'vitest';
import { settings } from '../../src/kit/settings.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { wechatError } from '../../src/wechat/errors.ts';
import type { WechatError } from '../../src/wechat/errors.ts';
import { FaultLog } from '../../src/wechat/fault-log.ts';
import { paths } from './fake-wechat.ts';
import { failure, HeldClock, openid, options, stage } from './support.ts';

const { faultShownFor } = settings.wechat;
const life = (7_200 - 300) * 1000;
const log = createLog('silent', { write: () => undefined });

function fault(api: string, errcode: number): WechatError {
  return wechatError(api, errcode, '');
}

describe('the token', () => {
  test('is none before it is needed, valid for as long as it is used, and then none', async () => {
    const { account, clock } = await stage();
    expect(account.health.token).toEqual({ state: 'none', expiresAt: null, at: 0 });
    const at = clock.now();
    await account.userInfo(openid);
    expect(account.health.token).toEqual({ state: 'valid', expiresAt: at + life, at });
    clock.pass(life);
    expect(account.health.token).toMatchObject({ state: 'none', expiresAt: null });
  });

  test('that WeChat does not give is failing', async () => {
    const { wechat, account, clock } = await stage();
    wechat.answer(paths.token, () => ({ errcode: 40125, errmsg: 'invalid appsecret' }));
    await failure(account.userInfo(openid));
    expect(account.health.token).toEqual({ state: 'failing', expiresAt: null, at: clock.now() });
    clock.pass(faultShownFor);
    expect(account.health.token).toMatchObject({ state: 'none', expiresAt: null });
  });

  test('that died and was fetched again is valid', async () => {
    const { wechat, account } = await stage();
    await account.userInfo(openid);
    wechat.token = 'token-2';
    await account.createQrCode('scene', 60);
    expect(account.health).toMatchObject({ token: { state: 'valid' }, fault: null });
  });
});

describe('what an operator has to mend', () => {
  test('is told with the number and the remedy, and nothing else', async () => {
    const { wechat, account, clock } = await stage();
    wechat.answer(paths.token, () => ({
      errcode: 40164,
      errmsg: `invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist, ${options.appSecret}`,
    }));
    await failure(account.userInfo(openid));
    const met = account.health.fault;
    expect(met).toEqual({ errcode: 40164, remedy: expect.stringMatching(/whitelist/), at: clock.now() });
    expect(JSON.stringify(account.health)).not.toMatch(/canary|203\.0|wx0011/);
  });

  test('is not what passes by itself, nor what concerns one person', async () => {
    const { wechat, account } = await stage();
    for (const errcode of [45011, 40003]) {
      wechat.answer(paths.userInfo, () => ({ errcode, errmsg: 'x' }));
      await failure(account.userInfo(`${openid}${errcode}`));
    }
    expect(account.health.fault).toBeNull();
  });

  test('is mended when the same call succeeds, and not when another does', () => {
    const faults = new FaultLog(log, new HeldClock());
    faults.report(fault('qrcode/create', 45009));
    faults.answered('user/info');
    expect(faults.current?.errcode).toBe(45009);
    faults.answered('qrcode/create');
    expect(faults.current).toBeNull();
  });

  test('of two the newer is told, and then the older', () => {
    const faults = new FaultLog(log, new HeldClock());
    faults.report(fault('user/info', 48001));
    faults.report(fault('qrcode/create', 45009));
    expect(faults.current?.errcode).toBe(45009);
    faults.report(fault('user/info', 48001));
    expect(faults.current?.errcode).toBe(48001);
    faults.answered('user/info');
    expect(faults.current?.errcode).toBe(45009);
  });

  test('is forgotten an hour after it was met last', () => {
    const clock = new HeldClock();
    const faults = new FaultLog(log, clock);
    faults.report(fault('user/info', 48001));
    clock.pass(faultShownFor - 1);
    faults.report(fault('user/info', 48001));
    clock.pass(faultShownFor - 1);
    expect(faults.current?.errcode).toBe(48001);
    clock.pass(1);
    expect(faults.current).toBeNull();
  });
});
