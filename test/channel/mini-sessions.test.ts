import { EventEmitter, once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/kit/errors.ts';
import { sha256 } from '../../src/kit/id.ts';
import { settings } from '../../src/kit/settings.ts';
import { MemoryMiniSessionStore } from '../../src/store/memory/mini-session-store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { mini } from './mini-wechat.ts';
import { openMiniRoom } from './mini-room.ts';
import type { Answer } from './mini-room.ts';

const { miniProgram: figures } = settings;
const day = 24 * 60 * 60_000;
const nobody = 'A'.repeat(43);
const away = () => Promise.reject(new AppError('store_unavailable'));
const large = (bytes: number): string => 'a'.repeat(bytes);

async function openHeld(options: Parameters<typeof openMiniRoom>[0] = {}) {
  const clock = new FakeClock();
  return { clock, room: await openMiniRoom({ clock, ...options }) };
}

const told = ({ status, text, headers }: Answer) => {
  const { 'x-request-id': _, date: __, ...rest } = Object.fromEntries(headers);
  return { status, text, headers: rest };
};

describe('a login', () => {
  test('gives a session, and says how long it lives when nobody uses it', async () => {
    const { room, clock } = await openHeld();
    const answer = await room.logIn(room.wechat.login('oMei'));
    const session = answer.body['session'];
    expect(session).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(answer.body).toEqual({
      session,
      expiresAt: clock.now() + figures.sessionIdle,
      expiresIn: figures.sessionIdle / 1000,
    });
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await room.sessions.find(String(session))).toMatchObject({
      account: 'mini',
      openid: 'oMei',
      unionid: null,
      hash: sha256(String(session)),
    });
  });

  test('knows the person in all apps of their owner', async () => {
    const room = await openMiniRoom();
    room.wechat.unionids.set('oMei', 'uMei');
    expect(await room.sessions.find(await room.session('oMei'))).toMatchObject({ unionid: 'uMei' });
  });

  test('gives a new session each time, and the earlier ones stand', async () => {
    const room = await openMiniRoom();
    const tokens = [await room.session('oMei'), await room.session('oMei')] as const;
    expect(tokens[0]).not.toBe(tokens[1]);
    expect([(await room.look(tokens[0])).status, (await room.look(tokens[1])).status]).toEqual([200, 200]);
  });

  test('ends the session that nobody used for longest, of a person who has too many', async () => {
    const { room, clock } = await openHeld();
    const tokens: string[] = [];
    const begin = async (): Promise<void> => {
      clock.advance(1);
      tokens.push(await room.session('oMei'));
    };
    for (let i = 0; i < figures.sessionsPerPerson; i++) await begin();
    const others = await room.session('oBo');
    expect((await room.look(tokens[0]!)).status).toBe(200);
    await begin();
    const answers = await Promise.all([...tokens, others].map((token) => room.look(token)));
    const over = answers.filter(({ status }) => status !== 200);
    expect(over).toMatchObject([{ status: 401, body: { error: 'session_expired', relogin: true } }]);
    expect(room.ended).toEqual([{ account: 'mini', hash: sha256(tokens[1]!), openid: 'oMei' }]);
  });

  test('by the same code works once, however many try at once', async () => {
    const room = await openMiniRoom();
    const code = room.wechat.login('oMei');
    const answers = await Promise.all(Array.from({ length: 5 }, () => room.logIn(code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { body } of answers.filter(({ status }) => status !== 200))
      expect(body['error']).toBe('code_used');
  });

  test.each([
    { what: 'that WeChat does not know', code: '0'.repeat(32), asked: 1 },
    { what: 'that is empty', code: '', asked: 0 },
    { what: 'with a line break', code: 'abc\ndef', asked: 0 },
    { what: 'that is none of WeChat’s', code: 'the code is a mock one', asked: 0 },
    { what: 'that is too long', code: '0'.repeat(129), asked: 0 },
  ])('by a code $what is refused', async ({ code, asked }) => {
    const room = await openMiniRoom();
    expect(await room.logIn(code)).toMatchObject({ status: 400, body: { error: 'code_invalid' } });
    expect(room.wechat.count('jscode2session')).toBe(asked);
  });

  test.each([
    { errcode: 40226, status: 403, error: 'person_refused' },
    { errcode: 45011, status: 429, error: 'rate_limited' },
    { errcode: 40125, status: 503, error: 'wechat_unavailable' },
  ])('that WeChat answers by $errcode is $error', async ({ errcode, status, error }) => {
    const room = await openMiniRoom();
    room.wechat.faults.set('jscode2session', [errcode]);
    const answer = await room.logIn(room.wechat.login('oMei'));
    expect(answer).toMatchObject({ status, body: { error } });
    expect(answer.headers.has('retry-after')).toBe(status >= 429);
  });

  test.each([
    { what: 'without a code', body: {}, message: 'code: is missing' },
    { what: 'with a number', body: { code: 5 }, message: expect.stringContaining('code: ') as string },
    { what: 'with a list', body: [], message: expect.stringContaining('body: ') as string },
  ])('$what is not well formed', async ({ body, message }) => {
    const room = await openMiniRoom();
    const answer = await room.ask('POST', 'mini/login', { body });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request', message } });
  });

  test('of an account that is none of ours is told so, whatever comes with it', async () => {
    const room = await openMiniRoom();
    const token = await room.session('oMei');
    const answers = await Promise.all([
      room.ask('POST', 'nobody/login', { body: { code: 'a' } }),
      room.ask('GET', 'nobody/session', { token }),
      room.ask('POST', '__proto__/profile', { token, body: {} }),
      room.ask('POST', 'mini%2Flogin/logout', { token }),
    ]);
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 404, body: { error: 'unknown_account' } });
    expect((await room.look(token)).status).toBe(200);
  });
});

describe('a session', () => {
  test('stands as long as it is used, and 30 days at most', async () => {
    const { room, clock } = await openHeld();
    const begun = clock.now();
    const token = await room.session('oMei');
    for (let days = 0; days < 28; days += 4) {
      clock.advance(4 * day);
      const expiresAt = Math.min(clock.now() + figures.sessionIdle, begun + 30 * day);
      const expiresIn = (expiresAt - clock.now()) / 1000;
      const answer = await room.look(token);
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
      expect(answer.body).toEqual({ expiresAt, expiresIn });
    }
    clock.advance(2 * day);
    expect((await room.look(token)).status).toBe(401);
  });

  test('that nobody used for 7 days is over', async () => {
    const { room, clock } = await openHeld();
    const token = await room.session('oMei');
    clock.advance(7 * day);
    expect((await room.look(token)).status).toBe(401);
  });

  test('that is not there, over, of another account or not one at all is told alike, at each door', async () => {
    const { room, clock } = await openHeld();
    const left = await room.session('oMei');
    clock.advance(7 * day);
    const ended = await room.session('oMei');
    await room.logOut(ended);
    const living = await room.session('oMei');
    const body = room.wechat.seal('oMei', { some: 'data' });
    const shown = [
      ...[left, ended, nobody, '', 'short', `${living}A`, living.slice(1)].map((token) => `Bearer ${token}`),
      `Basic ${living}`,
      living,
      undefined,
    ];
    const requests = shown.map((authorization) => authorization && { authorization });
    const answers = await Promise.all([
      ...requests.map((given) => room.ask('GET', 'mini/session', { ...given })),
      ...requests.map((given) => room.ask('POST', 'mini/profile', { ...given, body })),
      room.ask('GET', 'other/session', { token: living }),
      room.ask('POST', 'other/profile', { token: living, body }),
    ]);
    expect(new Set(answers.map((answer) => JSON.stringify(told(answer)))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 401, body: { error: 'session_expired', relogin: true } });
    expect(answers[0].headers.get('cache-control')).toBe('no-store');
    expect((await room.look(living)).status).toBe(200);
  });

  test('is never called over because the store is away', async () => {
    const clock = new FakeClock();
    const store = new MemoryMiniSessionStore(clock, figures);
    const { room } = await openHeld({ clock, store });
    const token = await room.session('oMei');
    Object.assign(store, { use: away, begin: away, end: away });
    const answers = [
      await room.look(token),
      await room.profile(token, room.wechat.seal('oMei', {})),
      await room.logOut(token),
      await room.logIn(room.wechat.login('oMei')),
    ];
    for (const { status, body, headers } of answers) {
      expect([status, body['error']]).toEqual([503, 'store_unavailable']);
      expect(headers.has('retry-after')).toBe(true);
    }
  });

  test('is over once its appSecret is another: nobody can read its session_key', async () => {
    const clock = new FakeClock();
    const store = new MemoryMiniSessionStore(clock, figures);
    const { room } = await openHeld({ clock, store });
    const token = await room.session('oMei');
    const sealed = room.wechat.seal('oMei', { some: 'data' });
    const { room: later } = await openHeld({ clock, store, wechat: room.wechat, appSecret: 'another' });
    expect(await later.profile(token, sealed)).toMatchObject({ status: 401, body: { relogin: true } });
    expect((await room.look(token)).status).toBe(401);
  });
});

describe('a logout', () => {
  test('ends the session at once, and nobody else’s', async () => {
    const room = await openMiniRoom();
    const [token, other] = [await room.session('oMei'), await room.session('oMei')];
    expect(await room.logOut(token)).toMatchObject({ status: 204, text: '' });
    expect([(await room.look(token)).status, (await room.look(other)).status]).toEqual([401, 200]);
    expect(room.ended).toEqual([{ account: 'mini', hash: sha256(token), openid: 'oMei' }]);
  });

  test('may be repeated, and tells nobody whether there was a session', async () => {
    const room = await openMiniRoom();
    const token = await room.session('oMei');
    const answers = [
      await room.logOut(token),
      await room.logOut(token),
      await room.logOut(nobody),
      await room.logOut('not a token'),
      await room.ask('POST', 'mini/logout'),
    ];
    expect(new Set(answers.map((answer) => JSON.stringify(told(answer)))).size).toBe(1);
    expect(answers[0]!.status).toBe(204);
    expect(room.ended).toHaveLength(1);
  });

  test('at another account leaves the session alone', async () => {
    const room = await openMiniRoom();
    const token = await room.session('oMei');
    expect((await room.ask('POST', 'other/logout', { token })).status).toBe(204);
    expect((await room.look(token)).status).toBe(200);
  });
});

describe('limits', () => {
  test('an address that brings one wrong code after the other is told to wait, and locks nobody out', async () => {
    const { room, clock } = await openHeld();
    for (let i = 0; i < figures.refusedCodes; i++)
      expect((await room.logIn('0'.repeat(32))).status).toBe(400);
    const answer = await room.logIn('0'.repeat(32));
    expect(answer).toMatchObject({ status: 429, body: { error: 'rate_limited' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await room.logIn(room.wechat.login('oMei'))).status).toBe(200);
    clock.advance(figures.refusedWindow);
    expect((await room.logIn('0'.repeat(32))).status).toBe(400);
  });

  test('one address does not take all the places at WeChat', async () => {
    const room = await openMiniRoom();
    const held = new EventEmitter();
    room.wechat.until = once(held, 'go');
    const logIn = async (person: string, from?: string): Promise<number> =>
      (await room.logIn(room.wechat.login(person), from)).status;
    const crowd = Array.from({ length: 3 * figures.loginsAtOnce }, (_, i) => logIn(`oPerson${i}`));
    await expect.poll(() => room.wechat.count('jscode2session')).toBe(figures.loginsAtOnce);
    const other = logIn('oMei', '203.0.113.7');
    await expect.poll(() => room.wechat.count('jscode2session')).toBe(figures.loginsAtOnce + 1);
    held.emit('go');
    expect(await other).toBe(200);
    expect(new Set(await Promise.all(crowd))).toEqual(new Set([200]));
  });

  test('an address past its refusals has one place at WeChat, and a right code of it passes', async () => {
    const { room, clock } = await openHeld();
    for (let i = 0; i <= figures.refusedCodes; i++) await room.logIn('0'.repeat(32));
    const asked = (): number => room.wechat.count('jscode2session');
    const before = asked();
    const held = new EventEmitter();
    room.wechat.until = once(held, 'go');
    const wrong = Array.from({ length: figures.loginsAtOnce }, () => room.logIn('0'.repeat(32)));
    await expect.poll(asked).toBe(before + 1);
    const right = room.logIn(room.wechat.login('oMei'));
    const other = room.logIn(room.wechat.login('oBo'), '203.0.113.7');
    await expect.poll(asked).toBe(before + 2);
    held.emit('go');
    expect([(await right).status, (await other).status]).toEqual([200, 200]);
    expect((await Promise.all(wrong)).map(({ status }) => status)).toEqual(wrong.map(() => 429));
    clock.advance(figures.refusedWindow);
    room.wechat.until = once(held, 'go');
    const later = Array.from({ length: figures.loginsAtOnce }, () => room.logIn('0'.repeat(32)));
    await expect.poll(asked).toBe(before + 2 + 2 * figures.loginsAtOnce);
    held.emit('go');
    await Promise.all(later);
  });

  test('a code whose turn does not come in time is told to come again', async () => {
    const { room, clock } = await openHeld();
    const held = new EventEmitter();
    room.wechat.until = once(held, 'go');
    const first = Array.from({ length: figures.loginsAtOnce }, () => room.logIn('0'.repeat(32)));
    await expect.poll(() => room.wechat.count('jscode2session')).toBe(figures.loginsAtOnce);
    const code = room.wechat.login('oMei');
    const late = room.logIn(code);
    await expect.poll(() => clock.alarms).toBeGreaterThan(0);
    const waits = clock.alarms;
    await new Promise((resolve) => void setTimeout(resolve, 50));
    clock.advance(figures.loginPatience);
    const answer = await late;
    expect(answer).toMatchObject({ status: 429, body: { error: 'rate_limited' } });
    expect(Number(answer.headers.get('retry-after'))).toBe(settings.http.retryAfterSeconds);
    held.emit('go');
    await Promise.all(first);
    expect([waits > 0, (await room.logIn(code)).status]).toEqual([true, 200]);
  });

  test('a crowd behind one address logs in', async () => {
    const room = await openMiniRoom();
    for (let i = 0; i < figures.refusedCodes + 10; i++)
      expect((await room.logIn(room.wechat.login(`oPerson${i}`))).status).toBe(200);
  });

  test('WeChat’s own trouble counts against nobody', async () => {
    const { room, clock } = await openHeld();
    const attempts = figures.refusedCodes + 10;
    const trouble = Array.from({ length: attempts }, () => 45011);
    room.wechat.faults.set('jscode2session', trouble);
    for (let i = 0; i < attempts; i++)
      expect((await room.logIn(room.wechat.login('oMei'))).status).toBeGreaterThanOrEqual(429);
    room.wechat.faults.clear();
    clock.advance(settings.wechat.probeEvery);
    expect((await room.logIn(room.wechat.login('oMei'))).status).toBe(200);
  });

  test('one person fills no store with sessions, and the others do not notice', async () => {
    const { room, clock } = await openHeld();
    for (let i = 0; i < figures.sessionsEach; i++) await room.session('oMei');
    const answer = await room.logIn(room.wechat.login('oMei'));
    expect(answer).toMatchObject({ status: 429, body: { error: 'rate_limited' } });
    expect(answer.headers.has('retry-after')).toBe(true);
    expect((await room.logIn(room.wechat.login('oBo'))).status).toBe(200);
    clock.advance(figures.sessionsWindow);
    expect((await room.logIn(room.wechat.login('oMei'))).status).toBe(200);
  });

  test('bodies have a size', async () => {
    const room = await openMiniRoom();
    const token = await room.session('oMei');
    const answers = [
      await room.logIn(large(settings.http.jsonBytes)),
      await room.profile(token, { rawData: large(figures.profileBytes) }),
    ];
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 413, body: { error: 'payload_too_large' } });
    const fits = { ...room.wechat.seal('oMei', {}), iv: large(figures.profileBytes - 1_000) };
    expect(await room.profile(token, fits)).toMatchObject({ body: { error: 'iv_invalid' } });
  });
});

test('nothing of a login is found in what is logged or answered', async () => {
  const { room } = await openHeld();
  const answers: Answer[] = [];
  const code = room.wechat.login('oCanaryOpenid000000000000000');
  const login = await room.logIn(code);
  const token = String(login.body['session']);
  const seal = () => room.wechat.seal('oCanaryOpenid000000000000000', { purePhoneNumber: '13800000000' });
  const sealed = seal();
  answers.push(await room.logIn(code), await room.logIn('canary-wrong-code'));
  answers.push(await room.look(token), await room.profile(token, sealed));
  answers.push(await room.profile(token, { ...sealed, signature: 'canary' }));
  room.wechat.replaceKey('oCanaryOpenid000000000000000');
  answers.push(await room.profile(token, seal()), await room.logOut(token));
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 200, 200, 400, 401, 204]);
  const secrets = [...room.wechat.keys, mini.appSecret, 'a-token', 'oCanaryOpenid'];
  const said = JSON.stringify([answers, login]);
  expect(secrets.filter((secret) => said.includes(secret))).toEqual([]);
  expect(JSON.stringify(answers)).not.toContain(token);
  const logged = room.logged.join('');
  expect(logged).toContain('/miniprogram/mini/profile');
  const unlogged = [...secrets, token, sha256(token), code, 'canary-wrong-code', sealed.encryptedData];
  expect([...unlogged, '13800000000'].filter((secret) => logged.includes(secret))).toEqual([]);
});
