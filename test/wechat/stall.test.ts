import type http from 'node:http';

import { describe, test, vi } from 'vitest';

import { settings } from '../../src/kit/settings.ts';
import { paths, stall } from './fake-wechat.ts';
import { failure, openid, stage } from './support.ts';

const { callDeadline, callsInFlight, profileCallPatience, profileCallsInFlight } = settings.wechat;

describe.concurrent('a WeChat that stalls', () => {
  test.for([paths.userInfo, paths.token])(
    'at %s is given up at the deadline',
    async (path, { expect, onTestFinished }) => {
      const { wechat, account } = await stage({}, onTestFinished);
      wechat.answer(path, stall);
      const { error, took } = await timed(account.userInfo(openid));
      expect(error).toMatchObject(givenUp);
      expect(took).toBeLessThan(inTime);
    },
  );

  test('by trickling is given up too', async ({ expect, onTestFinished }) => {
    const { wechat, account } = await stage({}, onTestFinished);
    wechat.answer(paths.userInfo, trickle);
    const { error, took } = await timed(account.userInfo(openid));
    expect(error).toMatchObject(givenUp);
    expect(took).toBeLessThan(inTime);
    expect(wechat.count(paths.userInfo)).toBe(2);
  });

  test('at profiles holds up nothing else, and few calls are out', async ({ expect, onTestFinished }) => {
    const { wechat, account, clock } = await stage({}, onTestFinished);
    wechat.answer(paths.userInfo, stall);
    wechat.answer(paths.batch, stall);
    const stalled = Array.from({ length: 2000 }, (_, i) => failure(account.userInfo(`oPerson${i}`)));
    clock.pass(profileCallPatience);
    await vi.waitUntil(() => wechat.count(paths.batch) === profileCallsInFlight, 10_000);
    const started = performance.now();
    const codes = Array.from({ length: 100 }, (_, i) => account.createQrCode(`scene-${i}`, 60));
    expect(await Promise.all(codes)).toHaveLength(100);
    expect(performance.now() - started).toBeLessThan(2000);
    const kinds = (await Promise.all(stalled)).map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(['timeout', 'refused']));
    const most = Object.values(wechat.most).reduce((sum, one) => sum + one);
    expect(most).toBeLessThanOrEqual(callsInFlight);
  });

  test('is left alone once the account is closed', async ({ expect, onTestFinished }) => {
    const { wechat, account } = await stage({}, onTestFinished);
    wechat.answer(paths.userInfo, stall);
    const call = failure(account.userInfo(openid));
    await vi.waitUntil(() => wechat.count(paths.userInfo) > 0);
    account.close();
    expect(await call).toMatchObject({ action: 'retry' });
    await failure(account.userInfo(openid));
    expect(wechat.count(paths.userInfo)).toBe(1);
  });
});

const givenUp = { kind: 'timeout', errcode: null, action: 'retry' };
/** The deadline, and what a busy machine adds. */
const inTime = callDeadline + 1500;

async function timed(call: Promise<unknown>) {
  const started = performance.now();
  return { error: await failure(call), took: performance.now() - started };
}

function trickle(_: unknown, response: http.ServerResponse): void {
  const drops = setInterval(() => response.write(' '), 200);
  response.once('close', () => clearInterval(drops));
}
