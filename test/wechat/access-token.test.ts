import { describe, expect, test } from 'vitest';

import type { OfficialAccount } from '../../src/wechat/official-account.ts';
import { fixture, paths } from './fake-wechat.ts';
import { errorLines, failure, openid, options, stage } from './support.ts';

/** Each by a call of its own, all at once. */
const codes = (account: OfficialAccount, count: number) =>
  Array.from({ length: count }, (_, i) => account.createQrCode(`scene-${i}`, 60));

describe('fetching', () => {
  test('happens once for 50 who ask at once, in normal mode', async () => {
    const { wechat, account } = await stage();
    await Promise.all(codes(account, 50));
    const asked = wechat.asked.find(({ path }) => path === paths.token);
    expect(wechat.count(paths.token)).toBe(1);
    expect(asked).toMatchObject({ method: 'POST', query: {} });
    expect(JSON.parse(asked?.body ?? '')).toEqual({
      grant_type: 'client_credential',
      appid: options.appId,
      secret: options.appSecret,
      force_refresh: false,
    });
  });

  const lives = [
    { name: 'a full life', expires: 7200, fresh: 6899, stale: 6901 },
    { name: 'what is left of one', expires: 400, fresh: 99, stale: 101 },
    { name: 'less than the margin', expires: 300, fresh: 149, stale: 151 },
  ];
  test.each(lives)('happens again when little is left of $name', async ({ expires, fresh, stale }) => {
    const { wechat, account, clock } = await stage();
    wechat.answer(paths.token, () => ({ access_token: wechat.token, expires_in: expires }));
    await account.createQrCode('a', 60);
    clock.time += fresh * 1000;
    await account.createQrCode('b', 60);
    expect(wechat.count(paths.token)).toBe(1);
    clock.time += (stale - fresh) * 1000;
    await account.createQrCode('c', 60);
    expect(wechat.count(paths.token)).toBe(2);
  });

  test('that fails is not remembered', async () => {
    const { wechat, account } = await stage();
    wechat.answer(paths.token, () => ({ errcode: 40066, errmsg: 'once' }));
    await failure(account.createQrCode('a', 60));
    wechat.answer(paths.token, () => ({ access_token: wechat.token, expires_in: 7200 }));
    await expect(account.createQrCode('a', 60)).resolves.toMatchObject({ expireSeconds: 600 });
  });

  test.each([{}, { access_token: '', expires_in: 7200 }, { access_token: 'a', expires_in: 0 }])(
    'an answer of %j is none',
    async (answer) => {
      const { wechat, account } = await stage();
      wechat.answer(paths.token, () => answer);
      expect(await failure(account.createQrCode('a', 60))).toMatchObject({
        api: 'stable_token',
        kind: 'answer',
      });
    },
  );
});

describe('a token that somebody killed', () => {
  const deadly = [40001, 40014, 42001];
  test.each(deadly)('is fetched once and every call made once more (%i)', async (errcode) => {
    const { wechat, account } = await stage();
    await account.userInfo(openid);
    wechat.token = 'token-2';
    wechat.answer(paths.qrCode, ({ query }) =>
      query['access_token'] === wechat.token
        ? fixture('qrcode-create')
        : { errcode, errmsg: 'invalid credential' },
    );
    expect(await Promise.all(codes(account, 50))).toHaveLength(50);
    expect(wechat.count(paths.token)).toBe(2);
    expect(wechat.count(paths.qrCode)).toBeLessThanOrEqual(100);
  });

  test('again is final, said once, and not hammered', async () => {
    const { wechat, account, lines } = await stage();
    wechat.answer(paths.userInfo, () => ({ errcode: 40001, errmsg: 'invalid credential' }));
    expect(await failure(account.userInfo(openid))).toMatchObject({ errcode: 40001, action: 'operator' });
    expect(wechat.count(paths.userInfo)).toBe(2);
    expect(wechat.count(paths.token)).toBe(2);
    expect(await failure(account.userInfo(openid))).toMatchObject({ kind: 'refused' });
    expect(wechat.count(paths.userInfo)).toBe(2);
    expect(errorLines(lines)).toHaveLength(1);
  });
});

test('a wrong secret is said once and does not storm', async () => {
  const { wechat, account, lines } = await stage();
  wechat.answer(paths.token, () => ({
    errcode: 40001,
    errmsg: 'invalid credential, access_token is invalid or not latest, rid: 6553a1b2-0c1d2e3f-4a5b6c7d',
  }));
  const first = await Promise.all(codes(account, 50).map(failure));
  expect(first.every(({ errcode, action }) => errcode === 40001 && action === 'operator')).toBe(true);
  const later = await Promise.all(codes(account, 50).map(failure));
  expect(later.every(({ kind, api }) => kind === 'refused' && api === 'stable_token')).toBe(true);
  expect(wechat.asked).toHaveLength(1);
  expect(errorLines(lines)).toEqual([
    expect.objectContaining({
      account: 'main',
      api: 'stable_token',
      errcode: 40001,
      remedy: expect.stringMatching(/appSecret/) as string,
      rid: '6553a1b2-0c1d2e3f-4a5b6c7d',
    }),
  ]);
});
