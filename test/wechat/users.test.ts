import { describe, expect, test } from 'vitest';

import { settings } from '../../src/kit/settings.ts';
import { ProfileCache } from '../../src/wechat/profile-cache.ts';
import { fixture, paths } from './fake-wechat.ts';
import { failure, HeldClock, openid, stage } from './support.ts';

const unknown = {
  openid,
  unionid: null,
  nickname: null,
  avatarUrl: null,
  subscribed: null,
  subscribedAt: null,
  language: null,
};

const answers = [
  {
    name: 'a follower',
    answer: fixture('user-info'),
    profile: {
      ...unknown,
      unionid: 'oUnionId00000000000000000000x',
      subscribed: true,
      subscribedAt: 1_700_000_000_000,
    },
  },
  { name: 'a stranger', answer: fixture('user-info-stranger'), profile: { ...unknown, subscribed: false } },
  { name: 'the openid alone', answer: { openid }, profile: unknown },
  {
    name: 'nickname and avatar, as of old',
    answer: {
      openid,
      nickname: '小桥',
      headimgurl: 'https://thirdwx.qlogo.cn/mmopen/a/132',
      language: 'zh_CN',
    },
    profile: {
      ...unknown,
      nickname: '小桥',
      avatarUrl: 'https://thirdwx.qlogo.cn/mmopen/a/132',
      language: 'zh_CN',
    },
  },
  {
    name: 'empty texts',
    answer: { openid, nickname: ' ', headimgurl: '', unionid: '', language: '' },
    profile: unknown,
  },
  {
    name: 'values of other types',
    answer: {
      openid,
      nickname: 7,
      headimgurl: [],
      unionid: {},
      subscribe: 'yes',
      subscribe_time: 'now',
      language: null,
    },
    profile: unknown,
  },
  {
    name: 'controls, direction marks and half characters',
    answer: {
      openid,
      nickname: '\u202eevil\u0000\n\u2066\ud83d name\u2069\u200f 👨‍👩‍👧',
      language: 'zh\u0007_CN',
    },
    profile: { ...unknown, nickname: 'evil name 👨‍👩‍👧', language: 'zh_CN' },
  },
  {
    name: 'a long nickname',
    answer: { openid, nickname: '😀'.repeat(100) },
    profile: { ...unknown, nickname: '😀'.repeat(64) },
  },
  {
    name: 'an avatar of another kind',
    answer: { openid, headimgurl: 'javascript:alert(1)' },
    profile: unknown,
  },
  {
    name: 'an avatar with blanks',
    answer: { openid, headimgurl: 'https://a.example/ onerror=x' },
    profile: unknown,
  },
];

test.each(answers)('$name', async ({ answer, profile }) => {
  const { wechat, account } = await stage();
  wechat.answer(paths.userInfo, () => answer);
  await expect(account.userInfo(openid)).resolves.toEqual(profile);
});

test('asks for one openid, in Chinese', async () => {
  const { wechat, account } = await stage();
  await account.userInfo(openid);
  expect(wechat.asked.at(-1)).toMatchObject({
    method: 'GET',
    query: { access_token: 'token-1', openid, lang: 'zh_CN' },
  });
});

test('an answer about somebody else is none', async () => {
  const { wechat, account } = await stage();
  wechat.answer(paths.userInfo, () => ({ openid: 'oSomebodyElse', subscribe: 1 }));
  expect(await failure(account.userInfo(openid))).toMatchObject({ kind: 'answer' });
});

test('a wrong openid rejects and is asked again the next time', async () => {
  const { wechat, account } = await stage();
  wechat.answer(paths.userInfo, () => ({ errcode: 40003, errmsg: 'invalid openid' }));
  expect(await failure(account.userInfo(openid))).toMatchObject({ errcode: 40003, action: 'drop' });
  expect(await failure(account.userInfo(openid))).toMatchObject({ errcode: 40003 });
  expect(wechat.count(paths.userInfo)).toBe(2);
});

describe('kept', () => {
  test('for ten minutes', async () => {
    const { wechat, account, clock } = await stage();
    await account.userInfo(openid);
    clock.time += settings.wechat.profileTtl - 1;
    await account.userInfo(openid);
    expect(wechat.count(paths.userInfo)).toBe(1);
    clock.time += 1;
    await account.userInfo(openid);
    expect(wechat.count(paths.userInfo)).toBe(2);
  });

  test('one call serves all who ask at once', async () => {
    const { wechat, account } = await stage();
    await Promise.all(Array.from({ length: 50 }, () => account.userInfo(openid)));
    expect(wechat.count(paths.userInfo)).toBe(1);
  });

  test('not for somebody who does not follow', async () => {
    const { wechat, account } = await stage();
    wechat.answer(paths.userInfo, () => fixture('user-info-stranger'));
    await account.userInfo(openid);
    await account.userInfo(openid);
    expect(wechat.count(paths.userInfo)).toBe(2);
  });

  test('not when it was to be forgotten', async () => {
    const { wechat, account } = await stage();
    await account.userInfo(openid);
    account.forgetUser(openid);
    await account.userInfo(openid);
    expect(wechat.count(paths.userInfo)).toBe(2);
  });

  test('not when it was to be forgotten before it came', async () => {
    const { wechat, account } = await stage();
    const early = account.userInfo(openid);
    account.forgetUser(openid);
    const late = account.userInfo(openid);
    await Promise.all([early, late]);
    expect(wechat.count(paths.userInfo)).toBe(2);
    account.forgetUser(openid);
    await account.userInfo(openid);
    expect(wechat.count(paths.userInfo)).toBe(3);
  });

  test('never more than so many, the newest', () => {
    const { profiles } = settings.wechat;
    const cache = new ProfileCache(new HeldClock());
    for (let i = 0; i <= profiles; i += 1) cache.keep({ ...unknown, openid: `oPerson${i}` });
    expect(cache.find('oPerson0')).toBeUndefined();
    expect(cache.find('oPerson1')).toBeDefined();
    expect(cache.find(`oPerson${profiles}`)).toBeDefined();
  });
});
