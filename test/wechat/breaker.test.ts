import { EventEmitter, once } from 'node:events';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { settings } from '../../src/kit/settings.ts';
import { paths } from './fake-wechat.ts';
import { failure, stage } from './support.ts';
import type { Stage } from './support.ts';

const { probeEvery, breakAfterFailures } = settings.wechat;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const busy = () => ({ errcode: -1, errmsg: 'system error' });
const outOfQuota = () => ({ errcode: 45009, errmsg: 'reach max api daily quota limit' });

function visitors({ account }: Stage, count: number) {
  return Promise.allSettled(Array.from({ length: count }, (_, i) => account.createQrCode(`scene-${i}`, 60)));
}

/** How many calls go out while `count` visitors come. */
async function sent(on: Stage, count: number): Promise<number> {
  const before = on.wechat.count(paths.qrCode);
  await visitors(on, count);
  return on.wechat.count(paths.qrCode) - before;
}

describe('while WeChat fails', () => {
  test('after five failures in a row one probe goes out every ten seconds', async () => {
    const on = await stage();
    on.wechat.answer(paths.qrCode, busy);
    while (on.wechat.count(paths.qrCode) < breakAfterFailures) await visitors(on, 1);
    expect(on.wechat.count(paths.qrCode)).toBe(breakAfterFailures);
    for (let probes = 0; probes < 3; probes += 1) {
      expect(await sent(on, 20)).toBe(0);
      vi.advanceTimersByTime(probeEvery - 1);
      expect(await sent(on, 20)).toBe(0);
      vi.advanceTimersByTime(1);
      expect(await sent(on, 20)).toBe(1);
    }
  });

  test('all others fail at once while a probe is out', async () => {
    const on = await stage();
    on.wechat.answer(paths.qrCode, outOfQuota);
    await visitors(on, 1);
    const held = new EventEmitter();
    on.wechat.answer(paths.qrCode, async () => (await once(held, 'answer'))[0] as unknown);
    vi.advanceTimersByTime(probeEvery);
    const probe = on.account.createQrCode('probe', 60);
    await vi.waitUntil(() => on.wechat.count(paths.qrCode) === 2);
    expect(await failure(on.account.createQrCode('other', 60))).toMatchObject({ kind: 'refused' });
    held.emit('answer', { ticket: 't', url: 'http://weixin.qq.com/q/x', expire_seconds: 60 });
    await expect(probe).resolves.toMatchObject({ ticket: 't' });
  });

  test('a probe that succeeds lets everybody through again', async () => {
    const on = await stage();
    const { wechat, lines } = on;
    on.wechat.answer(paths.qrCode, outOfQuota);
    await visitors(on, 1);
    wechat.answer(paths.qrCode, () => ({ ticket: 't', url: 'http://weixin.qq.com/q/x', expire_seconds: 60 }));
    expect(await sent(on, 5)).toBe(0);
    vi.advanceTimersByTime(probeEvery);
    expect(await sent(on, 1)).toBe(1);
    expect(await sent(on, 5)).toBe(5);
    expect(lines.map(({ msg }) => msg)).toEqual([
      'WeChat refuses until a setting is changed',
      'WeChat fails; only probes are sent',
      'WeChat answers again',
    ]);
  });
});

const atOnce = [40013, 40164, 45009, 48001, 50007];
test.each(atOnce)('%i stops the calls at once', async (errcode) => {
  const on = await stage();
  on.wechat.answer(paths.qrCode, () => ({ errcode, errmsg: 'x' }));
  expect(await sent(on, 1)).toBe(1);
  expect(await sent(on, 20)).toBe(0);
});

test('a failure that is only one person’s stops nobody, and ends a row', async () => {
  const on = await stage();
  const codes = [-1, 40003, -1, 40003, -1, 40003, -1, 40003];
  on.wechat.answer(paths.userInfo, () => ({ errcode: codes.shift() ?? 40003, errmsg: 'x' }));
  for (let i = 0; i < 10; i += 1)
    expect(await failure(on.account.userInfo(`oPerson${i}`))).toMatchObject({ errcode: 40003 });
});

test('one API that fails stops no other', async () => {
  const on = await stage();
  on.wechat.answer(paths.userInfo, outOfQuota);
  await failure(on.account.userInfo('oPerson'));
  expect(await failure(on.account.userInfo('oPerson'))).toMatchObject({ kind: 'refused' });
  expect(await sent(on, 3)).toBe(3);
});

test('one account that fails stops no other', async () => {
  const [ill, well] = [await stage(), await stage({ name: 'second' })];
  ill.wechat.answer(paths.qrCode, outOfQuota);
  await visitors(ill, 1);
  expect(await sent(ill, 3)).toBe(0);
  expect(await sent(well, 3)).toBe(3);
});
