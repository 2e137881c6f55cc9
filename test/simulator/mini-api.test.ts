import { createDecipheriv, createHash, createHmac } from 'node:crypto';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { miniProgram, startMiniWorld } from './mini-support.ts';
import { credentials } from './support.ts';

const minute = 60_000;

async function startTimedWorld() {
  const time = { now: 1_700_000_000_000 };
  return { time, ...(await startMiniWorld({ now: () => time.now })) };
}

/** As WeChat wants it: the key is the text, not its bytes. */
function signatureOf(sessionKey: unknown): string {
  return createHmac('sha256', String(sessionKey)).update('').digest('hex');
}

describe('jscode2session', () => {
  test('a code is good once', async () => {
    const { codeToSession, loginCode, person } = await startMiniWorld();
    const code = await loginCode();
    const { miniOpenid, openid } = (await person('robin')) as unknown as Record<string, string>;
    expect(await codeToSession(code)).toEqual({
      openid: miniOpenid,
      session_key: expect.stringMatching(/^[A-Za-z0-9+/]{22}==$/),
    });
    expect(miniOpenid).not.toBe(openid);
    expect(await codeToSession(code)).toMatchObject({
      errcode: 40163,
      errmsg: expect.stringContaining('rid: '),
    });
  });

  test('and for five minutes', async () => {
    const { codeToSession, loginCode, time } = await startTimedWorld();
    const code = await loginCode();
    time.now += 5 * minute;
    expect(await codeToSession(code)).toMatchObject({ errcode: 40029 });
  });

  test('unionid, the same for both apps, only if they are bound to one open-platform account', async () => {
    const { codeToSession, loginCode, person, userInfo } = await startMiniWorld({ unionIds: true });
    const { openid } = await person('robin');
    const { unionid } = await codeToSession(await loginCode());
    expect(unionid).toMatch(/^o[\w-]{27}$/);
    expect(await userInfo(openid)).toMatchObject({ unionid });
  });

  test.each([
    [41002, { appid: '' }],
    [41004, { secret: '' }],
    [41008, { js_code: '' }],
    [40002, { grant_type: 'client_credential' }],
    [40013, { appid: credentials.appId }],
    [40125, { secret: credentials.appSecret }],
    [40029, { js_code: 'of-another-app' }],
  ])('%i', async (errcode, wrong) => {
    const { codeToSession, loginCode } = await startMiniWorld();
    expect(await codeToSession(await loginCode(), wrong)).toMatchObject({ errcode });
  });

  test('a person whom WeChat refuses, by a fault; and no whitelist', async () => {
    const { codeToSession, control, loginCode } = await startMiniWorld();
    await control('/whitelist', { addresses: [] });
    await control('/faults', { api: 'sns/jscode2session', errcode: 40226, times: 1 });
    const code = await loginCode();
    expect(await codeToSession(code)).toMatchObject({
      errcode: 40226,
      errmsg: expect.stringMatching(/^code blocked/),
    });
    expect(await codeToSession(code)).toMatchObject({ openid: expect.any(String) });
  });
});

/** Somebody who has a session_key, and a way to ask about it. */
async function startSignedIn() {
  const world = await startTimedWorld();
  const { openid, session_key: key } = await world.codeToSession(await world.loginCode());
  const ask = async (api: string, signature = signatureOf(key), method = 'hmac_sha256', of = openid) => {
    const query = {
      openid: String(of),
      signature,
      sig_method: method,
      access_token: await world.miniToken(),
    };
    return world.get(`/wxa/${api}?${new URLSearchParams(query).toString()}`);
  };
  return { ...world, key, ask };
}

describe('the session_key', () => {
  test('stands, also after another login, until WeChat replaces it', async () => {
    const { ask, codeToSession, loginCode, key, mini } = await startSignedIn();
    expect(await ask('checksession')).toEqual({ errcode: 0, errmsg: 'ok' });
    expect(await codeToSession(await loginCode())).toMatchObject({ session_key: key });
    expect((await mini('/replace-session-key')).status).toBe(204);
    expect(await ask('checksession')).toMatchObject({ errcode: 87009 });
    const again = await codeToSession(await loginCode());
    expect(again['session_key']).not.toBe(key);
    expect(await ask('checksession', signatureOf(again['session_key']))).toMatchObject({ errcode: 0 });
  });

  test('is reset by who knows it, and ends when it would have ended', async () => {
    const { ask, key, time } = await startSignedIn();
    time.now += 2 * 24 * 60 * minute;
    const reset = await ask('resetusersessionkey');
    expect(reset).toMatchObject({ errcode: 0, openid: expect.any(String) });
    expect(reset['session_key']).not.toBe(key);
    expect(await ask('checksession')).toMatchObject({ errcode: 87009 });
    const right = signatureOf(reset['session_key']);
    expect(await ask('checksession', right)).toMatchObject({ errcode: 0 });
    time.now += 24 * 60 * minute;
    expect(await ask('checksession', right)).toMatchObject({ errcode: 87007 });
  });

  test.each([
    ['another method', 87008, ['x', 'md5']],
    ['a signature that is none', 87009, ['zz']],
    ['nobody', 40003, ['x', 'hmac_sha256', 'robin']],
  ])('%s', async (_name, errcode, [signature, ...rest]) => {
    const { ask } = await startSignedIn();
    expect(await ask('checksession', signature, ...rest)).toMatchObject({ errcode });
  });

  test('somebody who never signed in has none', async () => {
    const { ask, person } = await startSignedIn();
    const { miniOpenid } = (await person('ama')) as unknown as { miniOpenid: string };
    expect(await ask('checksession', 'x', 'hmac_sha256', miniOpenid)).toMatchObject({ errcode: 87007 });
  });

  test('seals what wx.getUserProfile gives, which names nobody', async () => {
    const { key, mini, time } = await startSignedIn();
    const { rawData, signature, encryptedData, iv } = (await mini('/user-profile')).body as Record<
      string,
      string
    >;
    expect(signature).toBe(
      createHash('sha1')
        .update(`${rawData}${String(key)}`)
        .digest('hex'),
    );
    const [bytes, vector] = [Buffer.from(String(key), 'base64'), Buffer.from(iv ?? '', 'base64')];
    const decipher = createDecipheriv('aes-128-cbc', bytes, vector);
    const clear = decipher.update(encryptedData ?? '', 'base64', 'utf8') + decipher.final('utf8');
    expect(JSON.parse(clear)).toEqual({
      ...(JSON.parse(rawData ?? '') as object),
      watermark: { appid: miniProgram.appId, timestamp: time.now / 1000 },
    });
    expect(clear).toContain('微信用户');
    expect(clear.toLowerCase()).not.toContain('openid');
  });
});

describe('getwxacodeunlimit', () => {
  test('a picture that is a real one, and a code that the phone finds', async () => {
    const { api, createMiniCode } = await startMiniWorld();
    const answer = await createMiniCode('8f3a21c09d5e4b7fa1b2c3', { width: 300 });
    expect(answer.headers.get('content-type')).toBe('image/png');
    const { width, height, data } = PNG.sync.read(Buffer.from(await answer.arrayBuffer()));
    expect([width, height]).toEqual([300, 300]);
    const shades = new Set(data.filter((_value, index) => index % 4 === 0));
    expect(shades).toContain(0);
    expect(shades).toContain(255);
    const found = await (await api('/code?text=8f3a21c09d5e4b7fa1b2c3')).json();
    expect(found).toMatchObject({ page: 'pages/login/index', expiresAt: null });
  });

  test('each scene has its own, of a size that is bounded', async () => {
    const { createMiniCode } = await startMiniWorld();
    const bytes = async (scene: string, width: number) =>
      Buffer.from(await (await createMiniCode(scene, { width })).arrayBuffer());
    const [one, same, other] = [await bytes('a', 1), await bytes('a', 280), await bytes('b', 280)];
    expect(one.equals(same)).toBe(true);
    expect(one.equals(other)).toBe(false);
    const largest = await bytes('a', 5000);
    expect(PNG.sync.read(largest).width).toBe(1280);
    expect(largest.length).toBeLessThan(200_000);
  });

  test.each([
    ['no scene', 40169, { scene: '' }],
    ['a scene of 33', 40169, { scene: 'x'.repeat(33) }],
    ['a percent sign', 40169, { scene: 'a%20b' }],
    ['a page that is not published', 41030, { check_path: true, page: 'pages/new/index' }],
    ['a leading slash', 41030, { page: '/pages/login/index' }],
    ['a query', 41030, { page: 'pages/login/index?a=1' }],
    ['another version', 40097, { env_version: 'beta' }],
  ])('%s: status 200, and JSON in place of a picture', async (_name, errcode, wrong) => {
    const { createMiniCode } = await startMiniWorld();
    const answer = await createMiniCode('scene-1', wrong);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ errcode });
  });

  test('a body that is no JSON has a number of its own', async () => {
    const { miniToken, post } = await startMiniWorld();
    const path = `/wxa/getwxacodeunlimit?access_token=${await miniToken()}`;
    expect(await post(path, '')).toMatchObject({ errcode: 40169 });
    expect(await post(path, '{"scene":')).toMatchObject({ errcode: 40169 });
  });
});

describe('the two apps', () => {
  test('have tokens of their own, good for their own calls only', async () => {
    const { createMiniCode, get, miniToken, post, stableToken, token } = await startMiniWorld();
    const [account, mini] = [await token(), await miniToken()];
    expect(mini).not.toBe(account);
    expect(await stableToken()).toMatchObject({ access_token: account });
    expect(await post(`/wxa/getwxacodeunlimit?access_token=${account}`, { scene: 'x' })).toMatchObject({
      errcode: 40001,
    });
    expect(await get(`/cgi-bin/user/info?openid=x&access_token=${mini}`)).toMatchObject({ errcode: 40001 });
    expect((await createMiniCode('x')).headers.get('content-type')).toBe('image/png');
  });

  test('are killed together, and kept apart by path', async () => {
    const { control, get, miniToken } = await startMiniWorld();
    const token = await miniToken();
    await control('/kill-token', {});
    expect(await get(`/wxa/checksession?access_token=${token}`)).toMatchObject({ errcode: 40001 });
    expect(await get('/cgi-bin/sns/jscode2session')).toMatchObject({ errcode: 40066 });
    expect(await get('/wxa/stable_token')).toMatchObject({ errcode: 40066 });
  });
});

test('calls are kept without secrets and session keys', async () => {
  const { api, codeToSession, loginCode } = await startMiniWorld();
  const { session_key: key } = await codeToSession(await loginCode());
  const text = await (await api('/calls')).text();
  expect(text).toContain('sns/jscode2session');
  expect(text).not.toContain(String(key));
  expect(text).not.toContain(miniProgram.appSecret);
});
