import type http from 'node:http';
import { inspect } from 'node:util';

import { describe, expect, test } from 'vitest';

import { settings } from '../../src/kit/settings.ts';
import { paths } from './fake-wechat.ts';
import { failure, options, stage } from './mini-program-stage.ts';
import { errorLines } from './support.ts';

const { callTimeout, breakAfterFailures, codeBytes, loginCallsInFlight, retries } = settings.wechat;
const attempts = 1 + retries;
const sessionKey = 'MDEyMzQ1Njc4OUFCQ0RFRg==';
const openid = 'oMiniOpenid0000000000000000x';
const jsCode = '0canary0Code';
const told = { openid, session_key: sessionKey, unionid: 'uSomebody' };
const refusingLate = (_: unknown, response: http.ServerResponse): void =>
  void setTimeout(() => response.end('{"errcode":40029,"errmsg":"invalid code"}'), 2_000);
const brokenOff = (_: unknown, response: http.ServerResponse): void => void response.destroy();

describe('a login', () => {
  test('is asked for with the secret and without a token', async () => {
    const { wechat, program, observed } = await stage();
    wechat.answer(paths.login, () => told);
    expect(await program.codeToSession(jsCode)).toEqual({ openid, sessionKey, unionid: 'uSomebody' });
    expect(wechat.asked).toEqual([
      {
        method: 'GET',
        path: '/sns/jscode2session',
        query: {
          appid: options.appId,
          secret: options.appSecret,
          js_code: jsCode,
          grant_type: 'authorization_code',
        },
        body: '',
      },
    ]);
    expect(observed).toEqual(['sns/jscode2session ok']);
  });

  test.each([
    { name: 'with errcode 0', answer: { ...told, errcode: 0, errmsg: 'ok' }, unionid: 'uSomebody' },
    { name: 'of a mini program that is bound to nothing', answer: { ...told, unionid: undefined } },
    { name: 'with a unionid of another shape', answer: { ...told, unionid: 7 } },
  ])('$name is one', async ({ answer, unionid = null }) => {
    const { wechat, program } = await stage();
    wechat.answer(paths.login, () => answer);
    expect(await program.codeToSession(jsCode)).toEqual({ openid, sessionKey, unionid });
  });

  test.each([
    { errcode: 40029, code: 'code_invalid', status: 400, retryAfter: undefined },
    { errcode: 40163, code: 'code_used', status: 400, retryAfter: undefined },
    { errcode: 40226, code: 'person_refused', status: 403, retryAfter: undefined },
    { errcode: 45011, code: 'rate_limited', status: 429, retryAfter: 60 },
    { errcode: 40013, code: 'wechat_unavailable', status: 503, retryAfter: 10 },
    { errcode: 40125, code: 'wechat_unavailable', status: 503, retryAfter: 10 },
    { errcode: 41008, code: 'wechat_unavailable', status: 503, retryAfter: 5 },
    { errcode: 99999, code: 'wechat_unavailable', status: 503, retryAfter: 5 },
  ])('$errcode is $code', async ({ errcode, code, status, retryAfter }) => {
    const { wechat, program, lines } = await stage();
    wechat.answer(paths.login, () => ({ errcode, errmsg: `bad ${jsCode} ${options.appSecret}` }));
    const error = await failure(program.codeToSession(jsCode));
    expect(error).toMatchObject({ code, status, retryAfter });
    expect(wechat.count(paths.login)).toBe(1);
    const shown = `${inspect(error, { depth: 9 })} ${JSON.stringify(lines)}`;
    for (const canary of [jsCode, options.appSecret]) expect(shown).not.toContain(canary);
  });

  test.each([
    { name: 'no openid', answer: { session_key: sessionKey } },
    { name: 'no session_key', answer: { openid } },
    { name: 'a session_key of 15 bytes', answer: { openid, session_key: 'MDEyMzQ1Njc4OUFCQ0RF' } },
    { name: 'HTML', answer: '<html>busy</html>' },
  ])('with $name is none', async ({ answer }) => {
    const { wechat, program } = await stage();
    wechat.answer(paths.login, () => answer);
    expect(await failure(program.codeToSession(jsCode))).toMatchObject({ code: 'wechat_unavailable' });
  });

  test(
    'is no trouble of WeChat’s where many waited, and were refused late',
    { timeout: 15_000 },
    async () => {
      const { wechat, program, lines } = await stage();
      wechat.answer(paths.login, refusingLate);
      const codes = Array.from({ length: 3 * loginCallsInFlight }, () =>
        failure(program.codeToSession(jsCode)),
      );
      const refused = (await Promise.all(codes)).map(({ code }) => code);
      expect(refused.filter((code) => code === 'code_invalid')).toHaveLength(2 * loginCallsInFlight);
      wechat.answer(paths.login, () => told);
      expect(await program.codeToSession(jsCode)).toMatchObject({ openid });
      expect(lines).toEqual([]);
    },
  );

  test('is not tried again when its answer is lost: the code may be spent', async () => {
    const { wechat, program } = await stage();
    wechat.answer(paths.login, brokenOff);
    expect(await failure(program.codeToSession(jsCode))).toMatchObject({ code: 'wechat_unavailable' });
    expect(wechat.count(paths.login)).toBe(1);
  });

  test('is tried again when WeChat says that it is busy', async () => {
    const { wechat, program } = await stage();
    wechat.answer(paths.login, () => ({ errcode: -1, errmsg: 'system error' }));
    expect(await failure(program.codeToSession(jsCode))).toMatchObject({ code: 'wechat_unavailable' });
    expect(wechat.count(paths.login)).toBe(attempts);
  });

  test.each([40029, 40163, 40226, 45011])('%i holds up nobody else', async (errcode) => {
    const { wechat, program } = await stage();
    wechat.answer(paths.login, () => ({ errcode, errmsg: 'x' }));
    for (let i = 0; i < 2 * breakAfterFailures; i += 1) await failure(program.codeToSession(jsCode));
    wechat.answer(paths.login, () => told);
    expect(await program.codeToSession(jsCode)).toMatchObject({ openid });
    expect(program.health.fault).toBeNull();
  });

  test('with a wrong secret holds up all, and is told once', async () => {
    const { wechat, program, lines } = await stage();
    wechat.answer(paths.login, () => ({ errcode: 40125, errmsg: 'invalid appsecret' }));
    await failure(program.codeToSession(jsCode));
    await failure(program.codeToSession(jsCode));
    expect(wechat.count(paths.login)).toBe(1);
    expect(errorLines(lines)).toMatchObject([{ account: 'mini', api: 'sns/jscode2session', errcode: 40125 }]);
    expect(program.health.fault).toMatchObject({ errcode: 40125 });
  });
});

describe('whether a session_key stands', () => {
  test('is asked with the token and a signature, never with the key', async () => {
    const { wechat, program } = await stage();
    wechat.answer(
      paths.check,
      wechat.withToken(() => ({ errcode: 0, errmsg: 'ok' })),
    );
    expect(await program.sessionKeyStands(openid, sessionKey)).toBe(true);
    expect(wechat.asked.at(-1)).toEqual({
      method: 'GET',
      path: '/wxa/checksession',
      query: {
        access_token: 'token-1',
        openid,
        signature: 'd0e4e01fc367e73bd4d5c13f45ce407b008459a9dad1570c2fa89f5dc230fe2d',
        sig_method: 'hmac_sha256',
      },
      body: '',
    });
  });

  test.each([87007, 87009])('%i: it does not', async (errcode) => {
    const { wechat, program } = await stage();
    wechat.answer(paths.check, () => ({ errcode, errmsg: 'x' }));
    expect(await program.sessionKeyStands(openid, sessionKey)).toBe(false);
    expect(wechat.count(paths.check)).toBe(1);
  });

  test.each([-1, 45011, 48001, 99999])('%i: nobody knows', async (errcode) => {
    const { wechat, program } = await stage();
    wechat.answer(paths.check, () => ({ errcode, errmsg: 'x' }));
    const asked = program.sessionKeyStands(openid, sessionKey);
    expect(await failure(asked)).toMatchObject({ code: 'wechat_unavailable' });
  });

  test('is asked once more with another token when the token has died', async () => {
    const { wechat, program } = await stage();
    wechat.answer(
      paths.check,
      wechat.withToken(() => ({ errcode: 0, errmsg: 'ok' })),
    );
    await program.sessionKeyStands(openid, sessionKey);
    wechat.token = 'token-2';
    expect(await program.sessionKeyStands(openid, sessionKey)).toBe(true);
    expect(wechat.count(paths.token)).toBe(2);
  });
});

describe('a code', () => {
  const jpeg = Buffer.from('ffd8ffe000104a46494600ff', 'hex');
  const png = Buffer.from('89504e470d0a1a0a0000000dff', 'hex');
  const scene = 'V1StGXR8_Z5jdHi6B-myTA';

  test('is asked for by scene, page and version, published or not', async () => {
    const { wechat, program } = await stage({ page: 'pages/in', envVersion: 'trial' });
    wechat.answer(
      paths.code,
      wechat.withToken(() => jpeg),
    );
    expect(await program.createCode(scene)).toEqual({ image: jpeg, contentType: 'image/jpeg' });
    const { method, query, body } = wechat.asked.at(-1)!;
    expect({ method, query }).toEqual({ method: 'POST', query: { access_token: 'token-1' } });
    expect(JSON.parse(body)).toEqual({
      scene,
      page: 'pages/in',
      check_path: false,
      env_version: 'trial',
      width: 280,
    });
  });

  test('may be a PNG', async () => {
    const { wechat, program } = await stage();
    wechat.answer(paths.code, () => png);
    expect(await program.createCode(scene)).toEqual({ image: png, contentType: 'image/png' });
  });

  test.each([
    { name: 'a refusal, in the type of a picture', answer: refusalAsPicture, calls: 1, retryAfter: 5 },
    { name: 'the limit of the minute', answer: () => ({ errcode: 45009 }), calls: 1, retryAfter: 10 },
    { name: 'WeChat being busy', answer: () => ({ errcode: -1 }), calls: attempts, retryAfter: 5 },
    { name: 'a success without a picture', answer: () => ({ errcode: 0 }), calls: attempts, retryAfter: 5 },
    { name: 'another picture', answer: () => 'GIF89a', calls: attempts, retryAfter: 5 },
    { name: 'nothing', answer: () => '', calls: attempts, retryAfter: 5 },
    {
      name: 'more than 256 KiB',
      answer: () => Buffer.concat([jpeg, Buffer.alloc(codeBytes)]),
      calls: attempts,
      retryAfter: 5,
    },
  ])('$name is none', async ({ answer, calls, retryAfter }) => {
    const { wechat, program } = await stage();
    wechat.answer(paths.code, answer);
    const error = await failure(program.createCode(scene));
    expect(error).toMatchObject({ code: 'wechat_unavailable', retryAfter });
    expect(wechat.count(paths.code)).toBe(calls);
  });

  test('of 256 KiB is one', async () => {
    const { wechat, program } = await stage();
    wechat.answer(paths.code, () => Buffer.concat([jpeg, Buffer.alloc(codeBytes - jpeg.length)]));
    expect((await program.createCode(scene)).image).toHaveLength(codeBytes);
  });

  test('that WeChat refuses is told to the operator, with what to do', async () => {
    const { wechat, program } = await stage();
    wechat.answer(paths.code, () => ({ errcode: 41030, errmsg: 'invalid page' }));
    await failure(program.createCode(scene));
    expect(program.health).toMatchObject({
      token: { state: 'valid' },
      fault: { errcode: 41030, remedy: expect.stringContaining('page') as string },
    });
  });
});

test(
  'what stalls in one call holds up no other, and ends in time',
  async () => {
    const { wechat, program } = await stage();
    wechat.answer(paths.check, () => undefined);
    wechat.answer(paths.login, () => told);
    const stalled = failure(program.sessionKeyStands(openid, sessionKey));
    expect(await program.codeToSession(jsCode)).toMatchObject({ openid });
    expect(await stalled).toMatchObject({ code: 'wechat_unavailable' });
  },
  3 * callTimeout,
);

test('when it is closed, what is under way fails, and so does all that follows', async () => {
  const { wechat, program } = await stage();
  wechat.answer(paths.login, () => undefined);
  const underWay = failure(program.codeToSession(jsCode));
  program.close();
  expect(await underWay).toMatchObject({ code: 'wechat_unavailable' });
  expect(await failure(program.codeToSession(jsCode))).toMatchObject({ code: 'wechat_unavailable' });
});

function refusalAsPicture(_: unknown, response: http.ServerResponse): void {
  response
    .setHeader('content-type', 'image/jpeg')
    .end('{"errcode":40169,"errmsg":"invalid length for scene"}');
}
