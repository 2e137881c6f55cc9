import { describe, expect, test } from 'vitest';
import { credentials, startWorld } from './support.ts';

const { appId, appSecret } = credentials;
const grant = { grant_type: 'client_credential', appid: appId, secret: appSecret };
const minute = 60_000;
const scene = (value: object) => ({ scene: value });

/** A world whose time stands still until it is moved. */
async function startTimedWorld() {
  const time = { now: 1_700_000_000_000 };
  return { time, ...(await startWorld({ now: () => time.now })) };
}

describe('stable_token', () => {
  test('is the same until its last five minutes, then a new one beside it', async () => {
    const { time, stableToken, get } = await startTimedWorld();
    const first = await stableToken();
    expect(first).toEqual({ access_token: expect.stringMatching(/^98_[\w-]{128}$/), expires_in: 7200 });
    time.now += 60 * minute;
    expect(await stableToken()).toEqual({ access_token: first['access_token'], expires_in: 3600 });
    time.now += 56 * minute;
    const second = await stableToken();
    expect(second['access_token']).not.toBe(first['access_token']);
    const info = `/cgi-bin/user/info?openid=x&access_token=${String(first['access_token'])}`;
    expect(await get(info)).toMatchObject({ errcode: 40003 });
    time.now += 5 * minute;
    expect(await get(info)).toMatchObject({ errcode: 42001 });
  });

  test('forced, kills the one before, but only once in 30 s', async () => {
    const { time, stableToken, get } = await startTimedWorld();
    const first = await stableToken();
    const second = await stableToken({ force_refresh: true });
    expect(second['access_token']).not.toBe(first['access_token']);
    expect(await stableToken({ force_refresh: true })).toEqual(second);
    const answer = await get(`/cgi-bin/user/info?openid=x&access_token=${String(first['access_token'])}`);
    expect(answer['errcode']).toBe(40001);
    expect(answer['errmsg']).toMatch(/not latest, rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/);
    time.now += 31_000;
    expect(await stableToken({ force_refresh: true })).not.toEqual(second);
  });

  test('killed by somebody else, is refused until a new one is asked for', async () => {
    const { token, get, control } = await startWorld();
    const before = await token();
    expect((await control('/kill-token', {})).status).toBe(204);
    const info = (value: string) => get(`/cgi-bin/user/info?openid=x&access_token=${value}`);
    expect(await info(before)).toMatchObject({ errcode: 40001 });
    const after = await token();
    expect(after).not.toBe(before);
    expect(await info(after)).toMatchObject({ errcode: 40003 });
  });

  test.each([
    ['no appid', { ...grant, appid: undefined }, 41002],
    ['no secret', { ...grant, secret: undefined }, 41004],
    ['another appid', { ...grant, appid: 'wxother' }, 40013],
    ['another secret', { ...grant, secret: 'wrong' }, 40125],
    ['another grant', { ...grant, grant_type: 'code' }, 40002],
    ['no body', '', 44002],
    ['no JSON', 'appid=1', 47001],
  ])('%s is refused with status 200', async (_name, body, errcode) => {
    const { post } = await startWorld();
    expect(await post('/cgi-bin/stable_token', body)).toMatchObject({ errcode });
  });

  test('by GET is 43002', async () => {
    const { get } = await startWorld();
    expect(await get('/cgi-bin/stable_token')).toMatchObject({ errcode: 43002 });
  });
});

test('token gives a new one at each call, and leaves the old one five minutes', async () => {
  const { time, get, stableToken } = await startTimedWorld();
  const ask = async () =>
    String((await get(`/cgi-bin/token?${new URLSearchParams(grant).toString()}`))['access_token']);
  const info = (value: string) => get(`/cgi-bin/user/info?openid=x&access_token=${value}`);
  const stable = String((await stableToken())['access_token']);
  const [first, second] = [await ask(), await ask()];
  expect(second).not.toBe(first);
  expect(await info(first)).toMatchObject({ errcode: 40003 });
  time.now += 5 * minute;
  expect(await info(first)).toMatchObject({ errcode: 42001 });
  expect(await info(stable)).toMatchObject({ errcode: 40003 });
  await stableToken({ force_refresh: true });
  expect(await info(stable)).toMatchObject({ errcode: 40001 });
  expect(await info(second)).toMatchObject({ errcode: 40003 });
});

test.each([
  ['missing', '', 41001],
  ['malformed', 'nonsense', 40014],
])('a token that is %s', async (_name, token, errcode) => {
  const { get } = await startWorld();
  expect(await get(`/cgi-bin/user/info?openid=x&access_token=${token}`)).toMatchObject({ errcode });
});

test('an unknown call is 40066', async () => {
  const { get } = await startWorld();
  expect(await get('/cgi-bin/constructor')).toMatchObject({ errcode: 40066 });
});

describe('qrcode/create', () => {
  test('answers ticket, expiry and an address of the phone, and no errcode', async () => {
    const { createCode, publicUrl } = await startWorld();
    const code = await createCode('login-8f3a21c0', 600);
    expect(code).toEqual({
      ticket: expect.stringMatching(/^gQ[A-Za-z0-9+/]{92}==$/),
      expire_seconds: 600,
      url: expect.stringMatching(/^http:\/\/localhost:\d+\/phone\?ticket=[\w-]{12}$/),
    });
    expect(code.url.startsWith(publicUrl)).toBe(true);
  });

  test.each([
    ['a text', 'QR_STR_SCENE', scene({ scene_str: 'x' }), { expire_seconds: 60 }],
    ['a number', 'QR_SCENE', scene({ scene_id: 7 }), { expire_seconds: 60 }],
    ['a permanent number', 'QR_LIMIT_SCENE', scene({ scene_id: 100_000 }), {}],
    ['a permanent text', 'QR_LIMIT_STR_SCENE', scene({ scene_str: 'x'.repeat(64) }), {}],
    ['a long text', 'QR_STR_SCENE', scene({ scene_str: 'x'.repeat(65) }), { errcode: 40053 }],
    ['an empty text', 'QR_STR_SCENE', scene({ scene_str: '' }), { errcode: 40053 }],
    ['zero', 'QR_SCENE', scene({ scene_id: 0 }), { errcode: 40053 }],
    ['a large permanent number', 'QR_LIMIT_SCENE', scene({ scene_id: 100_001 }), { errcode: 40053 }],
    ['no scene', 'QR_STR_SCENE', {}, { errcode: 40053 }],
    ['another action', 'QR_OTHER', scene({ scene_str: 'x' }), { errcode: 40052 }],
    ['an inherited action', 'toString', scene({ scene_str: 'x' }), { errcode: 40052 }],
  ])('%s', async (_name, action_name, action_info, expected) => {
    const { post, token } = await startWorld();
    const answer = await post(`/cgi-bin/qrcode/create?access_token=${await token()}`, {
      action_name,
      action_info,
    });
    expect(answer).toMatchObject(expected);
    expect('expire_seconds' in answer).toBe('expire_seconds' in expected);
  });
});

describe('user/info', () => {
  test('of a follower has no nickname and no avatar', async () => {
    const { userInfo, person } = await startWorld();
    const { openid } = await person('xiaosao');
    expect(openid).toMatch(/^o[\w-]{27}$/);
    expect(await userInfo(openid)).toEqual({
      subscribe: 1,
      openid,
      subscribe_time: expect.any(Number),
      remark: '',
      groupid: 0,
      tagid_list: [],
      subscribe_scene: 'ADD_SCENE_SEARCH',
      qr_scene: 0,
      qr_scene_str: '',
    });
  });

  test('of somebody who does not follow says only that, with a unionid if the account is bound', async () => {
    const { userInfo, person } = await startWorld({ unionIds: true });
    const { openid } = await person('ama');
    expect(await userInfo(openid)).toEqual({
      subscribe: 0,
      openid,
      unionid: expect.stringMatching(/^o/),
      tagid_list: [],
    });
  });

  test('of nobody, or of a name that is no openid, is 40003', async () => {
    const { userInfo } = await startWorld();
    for (const name of ['xiaosao', 'oUnknown'])
      expect(await userInfo(name)).toMatchObject({ errcode: 40003 });
  });

  test('batchget answers in order, and one wrong openid fails all', async () => {
    const { post, token, person } = await startWorld();
    const batch = async (openids: string[]) =>
      post(`/cgi-bin/user/info/batchget?access_token=${await token()}`, {
        user_list: openids.map((openid) => ({ openid, lang: 'zh_CN' })),
      });
    const openids = [(await person('ama')).openid, (await person('robin')).openid];
    expect(await batch(openids)).toMatchObject({
      user_info_list: [
        { openid: openids[0], subscribe: 0 },
        { openid: openids[1], subscribe: 1 },
      ],
    });
    expect(await batch([...openids, 'oWrong'])).toMatchObject({ errcode: 40003 });
    expect(await batch([])).toMatchObject({ errcode: 40032 });
    expect(await batch(Array.from({ length: 101 }, () => openids[0] ?? ''))).toMatchObject({
      errcode: 40032,
    });
  });
});
