import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeClock } from '../support/fake-clock.ts';
import { createSaoma, SaomaError } from './saoma.ts';
import type { Saoma } from './saoma.ts';
import { over, StandInSaoma } from './stand-in-saoma.ts';
import { StandInWx } from './stand-in-wx.ts';

const path = '/miniprogram/mini/session';
let server: StandInSaoma;
let wx: StandInWx;
let saoma: Saoma;

beforeEach(async () => {
  server = await StandInSaoma.open();
  wx = newPhone();
  saoma = start();
});
afterEach(() => server.close());

function newPhone(): StandInWx {
  let codes = 0;
  return new StandInWx({
    loginCode: () => `code-${(codes += 1)}`,
    sealedData: () => ({ rawData: '{}', signature: 's', encryptedData: `sealed-${codes}`, iv: 'i' }),
  });
}

/** As at each start of the mini program: the storage is what remains. */
function start(clock?: FakeClock): Saoma {
  if (!clock) return createSaoma({ baseUrl: server.url, account: 'mini', wx });
  const after = (ms: number, task: () => void): (() => void) => clock.after(ms, task);
  const world = { now: () => clock.now(), random: () => 0.5, after };
  return createSaoma({ baseUrl: server.url, account: 'mini', wx, world });
}

const sealedBy = (index: number): unknown => server.asked[index]?.body;

/** How a promise is rejected. */
async function refusal(promise: Promise<unknown>): Promise<InstanceType<typeof SaomaError>> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SaomaError);
  return error as InstanceType<typeof SaomaError>;
}

describe('logging in', () => {
  test('happens by itself, with the code of wx.login', async () => {
    expect(await saoma.request(path)).toEqual({ call: `GET ${path}` });
    expect(server.asked).toEqual([
      { call: 'POST /miniprogram/mini/login', token: undefined, body: { code: 'code-1' } },
      { call: `GET ${path}`, token: 'session-1', body: undefined },
    ]);
  });

  test('is one login however many ask at once', async () => {
    await Promise.all([saoma.login(), saoma.request(path), saoma.login(), saoma.request(path)]);
    expect([wx.logins, server.logins]).toEqual([1, 1]);
  });

  test('when asked for, is a new one, and tells how long it is good', async () => {
    await saoma.login();
    expect(await saoma.login()).toEqual({ expiresAt: 1_700_000_000_002, expiresIn: 604_800 });
    expect(server.logins).toBe(2);
  });

  test('is not needed again after a restart', async () => {
    await saoma.request(path);
    await start().request(path);
    expect(server.logins).toBe(1);
  });

  test('is not shared with another account or another Saoma on the same phone', async () => {
    await saoma.request(path);
    await createSaoma({ baseUrl: server.url, account: 'other', wx }).request('/miniprogram/other/session');
    expect(server.asked.at(-1)?.token).toBe('session-2');
  });

  test('works with a full storage, until the restart', async () => {
    wx.storageFull = true;
    await saoma.request(path);
    await saoma.request(path);
    expect(server.logins).toBe(1);
    await start().request(path);
    expect(server.logins).toBe(2);
  });

  test.each(['code_used', 'code_invalid'])('tries once more with another code after %s', async (error) => {
    server.script = ({ body }) =>
      (body as { code?: string })?.code === 'code-1'
        ? { status: 400, body: { error, message: '' } }
        : undefined;
    await saoma.request(path);
    expect(server.logins).toBe(2);
  });

  test('does not try for ever', async () => {
    server.script = () => ({ status: 400, body: { error: 'code_invalid', message: 'No.' } });
    expect(await refusal(saoma.request(path))).toMatchObject({ code: 'code_invalid', status: 400 });
    expect(server.logins).toBe(2);
  });

  test('that failed is tried again at the next call', async () => {
    wx.online = false;
    expect(await refusal(saoma.request(path))).toMatchObject({ code: 'unreachable', status: 0 });
    wx.online = true;
    expect(await saoma.request(path)).toEqual({ call: `GET ${path}` });
  });
});

describe('a wx.login that does not call back', () => {
  let clock: FakeClock;
  let callBack: (code: string) => void;

  /** The first one says nothing until `callBack`. */
  beforeEach(() => {
    clock = new FakeClock();
    const first = new Promise<string>((resolve) => {
      callBack = resolve;
    });
    wx = new StandInWx({ loginCode: () => (wx.logins === 1 ? first : 'code-2') });
    saoma = start(clock);
  });

  test('is given up after a while, and tried again at the next call', async () => {
    const asked = [refusal(saoma.request(path)), refusal(saoma.login())];
    await expect.poll(() => clock.alarms).toBe(1);
    clock.advance(15_000);
    expect(await Promise.all(asked)).toMatchObject([{ code: 'unreachable' }, { code: 'unreachable' }]);
    expect(await saoma.request(path)).toEqual({ call: `GET ${path}` });
    expect([wx.logins, clock.alarms]).toEqual([2, 0]);
  });

  test('changes nothing when it does so afterwards', async () => {
    const asked = refusal(saoma.login());
    await expect.poll(() => clock.alarms).toBe(1);
    clock.advance(15_000);
    await asked;
    callBack('code-1');
    await saoma.request(path);
    expect(sealedBy(0)).toEqual({ code: 'code-2' });
    expect([server.logins, clock.alarms]).toEqual([1, 0]);
  });

  test('just in time is as good as any', async () => {
    const asked = saoma.request(path);
    await expect.poll(() => clock.alarms).toBe(1);
    clock.advance(14_999);
    callBack('code-1');
    expect(await asked).toEqual({ call: `GET ${path}` });
    expect([wx.logins, clock.alarms]).toEqual([1, 0]);
  });

  test('does not hold up logging out for ever', async () => {
    const asked = refusal(saoma.login());
    const out = saoma.logout();
    await expect.poll(() => clock.alarms).toBe(1);
    clock.advance(15_000);
    await Promise.all([asked, out]);
    expect(server.asked).toEqual([]);
  });
});

describe('a session that the server has lost', () => {
  test('is replaced without a word, whatever the phone believed', async () => {
    await saoma.request(path);
    server.sessions.clear();
    expect(await saoma.request(path)).toEqual({ call: `GET ${path}` });
    expect(server.logins).toBe(2);
  });

  test('is replaced at the start of the mini program too', async () => {
    await saoma.request(path);
    server.sessions.clear();
    await start().request(path);
    expect(server.asked.at(-1)?.token).toBe('session-2');
  });

  test('is replaced once, though ten requests learn of it', async () => {
    await saoma.request(path);
    server.sessions.clear();
    await Promise.all(Array.from({ length: 10 }, () => saoma.request(path)));
    expect(server.logins).toBe(2);
  });

  test('is replaced once by two parts of a program that know nothing of each other', async () => {
    const other = start();
    await saoma.request(path);
    await other.login();
    server.sessions.delete('session-1');
    await saoma.request(path);
    expect(server.asked.at(-1)?.token).toBe('session-2');
    expect(server.logins).toBe(2);
  });

  test('asks for one more login, not for many', async () => {
    server.script = ({ call }) => (call.endsWith('/login') ? undefined : over);
    expect(await refusal(saoma.request(path))).toMatchObject({ code: 'session_expired', status: 401 });
    expect([server.logins, server.calls('/session')]).toEqual([2, 2]);
    server.script = () => undefined;
    server.sessions.clear();
    await saoma.request(path);
    expect(server.logins).toBe(3);
  });

  test('leaves no session behind when the login fails', async () => {
    await saoma.request(path);
    server.sessions.clear();
    server.script = ({ call }) => (call.endsWith('/login') ? busy : undefined);
    const error = await refusal(saoma.request(path));
    expect(error).toMatchObject({ code: 'wechat_unavailable', status: 503, retryAfter: 10 });
    expect([...wx.storage.values()]).toEqual([]);
    server.script = () => undefined;
    await saoma.request(path);
    expect(server.asked.at(-1)?.token).toBe('session-2');
  });
});

const busy = {
  status: 503,
  body: { error: 'wechat_unavailable', message: 'WeChat does not answer.' },
  headers: { 'retry-after': '10' },
};

describe('asking whether the session stands', () => {
  test('null without a session, and nobody is asked', async () => {
    expect(await saoma.session()).toBeNull();
    expect(server.asked).toEqual([]);
  });

  test('what the server says', async () => {
    await saoma.login();
    server.script = () => ({ status: 200, body: { expiresAt: 5, expiresIn: 4 } });
    expect(await saoma.session()).toEqual({ expiresAt: 5, expiresIn: 4 });
  });

  test('null when the server has lost it; the next call logs in', async () => {
    await saoma.login();
    server.sessions.clear();
    expect(await saoma.session()).toBeNull();
    expect(server.logins).toBe(1);
    await saoma.request(path);
    expect(server.calls('/session')).toBe(2);
  });

  test('an error when nobody can tell: the session stays', async () => {
    await saoma.login();
    wx.online = false;
    expect((await refusal(saoma.session())).code).toBe('unreachable');
    wx.online = true;
    await saoma.request(path);
    expect(server.logins).toBe(1);
  });
});

describe('a request', () => {
  test('carries a body and reads an empty answer', async () => {
    server.script = ({ call }) => (call.endsWith('/login') ? undefined : { status: 204, body: '' });
    expect(await saoma.request('/x', { method: 'POST', body: { a: 1 } })).toBeUndefined();
    expect(server.asked.at(-1)).toMatchObject({ call: 'POST /x', body: { a: 1 } });
  });

  test.each(['https://evil.example/x', '//evil.example/x', 'x'])(
    'does not take the session to %s',
    async (to) => {
      await expect(saoma.request(to)).rejects.toThrow(TypeError);
      expect(wx.requests).toEqual([]);
    },
  );

  test.each([
    { name: 'a page of the network', said: { status: 200, body: '<h1>Please pay</h1>' } },
    { name: 'a 401 of somebody else', said: { status: 401, body: '<h1>Proxy</h1>' } },
    { name: 'an error without a code', said: { status: 500, body: {} } },
  ])('$name is no answer, and ends no session', async ({ said }) => {
    await saoma.login();
    server.script = () => said;
    expect((await refusal(saoma.request(path))).code).toBe('unexpected');
    server.script = () => undefined;
    await saoma.request(path);
    expect(server.logins).toBe(1);
  });
});

describe('the profile', () => {
  test('is what WeChat sealed, as it is', async () => {
    server.script = ({ call }) =>
      call.endsWith('/profile') ? { status: 200, body: { profile: { nickName: '小桥' } } } : undefined;
    expect(await saoma.profile()).toEqual({ nickName: '小桥' });
    expect(sealedBy(1)).toEqual({ rawData: '{}', signature: 's', encryptedData: 'sealed-1', iv: 'i' });
  });

  test('is sealed anew after a new login', async () => {
    server.script = ({ call, token }) => {
      if (!call.endsWith('/profile')) return undefined;
      return token === 'session-1' ? over : { status: 200, body: { profile: {} } };
    };
    await saoma.profile();
    expect([sealedBy(1), sealedBy(3)]).toMatchObject([
      { encryptedData: 'sealed-1' },
      { encryptedData: 'sealed-2' },
    ]);
  });

  test.each(['invalid_signature', 'encrypted_data_invalid'])(
    'that was sealed before the new login is asked for again: no %s',
    async (error) => {
      server.script = ({ call, token }) => {
        if (!call.endsWith('/profile')) return undefined;
        return token === 'session-1' ? over : { status: 400, body: { error, message: '' } };
      };
      const old = { rawData: '{}', signature: 's', encryptedData: 'e', iv: 'i' };
      expect((await refusal(saoma.profile(old))).code).toBe('session_expired');
    },
  );

  test('with a signature that is wrong is an error at once', async () => {
    server.script = ({ call }) =>
      call.endsWith('/profile')
        ? { status: 400, body: { error: 'invalid_signature', message: '' } }
        : undefined;
    expect((await refusal(saoma.profile())).code).toBe('invalid_signature');
    expect(server.logins).toBe(1);
  });
});

describe('logging out', () => {
  test('ends the session at both ends', async () => {
    await saoma.login();
    await saoma.logout();
    expect([...server.sessions, ...wx.storage.values()]).toEqual([]);
    await saoma.logout();
    expect(server.calls('/logout')).toBe(1);
    await saoma.request(path);
    expect(server.logins).toBe(2);
  });

  describe('while a call is under way', () => {
    /** Has it answered. */
    let go: () => void;

    beforeEach(() => {
      const held = new Promise<void>((resolve) => {
        go = resolve;
      });
      server.hold = ({ call }) => (call === `GET ${path}` ? held : undefined);
    });

    test.each(['before', 'after'])('logs nobody in again, though that learns %s its end', async (when) => {
      await saoma.login();
      const asked = refusal(saoma.request(path));
      await expect.poll(() => server.calls(path)).toBe(1);
      const out = saoma.logout();
      await (when === 'after' ? out : vi.waitUntil(() => server.sessions.size === 0));
      go();
      expect(await asked).toMatchObject({ code: 'session_expired', status: 401 });
      await out;
      expect([server.logins, ...server.sessions, ...wx.storage.values()]).toEqual([1]);
      await saoma.request(path);
      expect(server.logins).toBe(2);
    });

    test('that waits for its login logs nobody in again', async () => {
      server.script = ({ call }) => (call === `GET ${path}` ? over : undefined);
      const asked = refusal(saoma.request(path));
      await saoma.logout();
      go();
      expect(await asked).toMatchObject({ code: 'session_expired' });
      expect([server.logins, ...server.sessions, ...wx.storage.values()]).toEqual([1]);
    });

    test('does not concern who logged in since', async () => {
      await saoma.login();
      const asked = refusal(saoma.request(path));
      await expect.poll(() => server.calls(path)).toBe(1);
      await saoma.logout();
      await saoma.login();
      go();
      expect(await asked).toMatchObject({ code: 'session_expired' });
      expect([server.logins, ...server.sessions]).toEqual([2, 'session-2']);
    });
  });

  test('also ends a login under way', async () => {
    const login = saoma.login();
    await saoma.logout();
    await login;
    expect([...server.sessions, ...wx.storage.values()]).toEqual([]);
  });

  describe('while the server is not reached', () => {
    let error: InstanceType<typeof SaomaError>;

    beforeEach(async () => {
      await saoma.login();
      wx.online = false;
      error = await refusal(saoma.logout());
      wx.online = true;
    });

    test('says so, and is over here at once: what comes next begins with a login', async () => {
      expect(error.code).toBe('unreachable');
      expect(await saoma.session()).toBeNull();
      await saoma.request(path);
      expect(server.asked.filter(({ call }) => call.endsWith(path)).map(({ token }) => token)).toEqual([
        'session-2',
      ]);
    });

    test.each(['the same start', 'the next start'])('is made good by doing it again, at %s', async (when) => {
      if (when === 'the next start') saoma = start();
      await saoma.logout();
      expect([...server.sessions, ...wx.storage.values()]).toEqual([]);
      await saoma.logout();
      expect([server.calls('/logout'), server.logins]).toEqual([1, 1]);
    });

    test('is made good by the next login', async () => {
      await saoma.login();
      await expect.poll(() => [...server.sessions]).toEqual(['session-2']);
      await expect.poll(() => [...wx.storage.values()]).toEqual(['session-2']);
    });

    test('and again with the next session leaves both to be ended', async () => {
      server.script = ({ call }) => (call.endsWith('/logout') ? busy : undefined);
      await saoma.login();
      expect((await refusal(saoma.logout())).code).toBe('wechat_unavailable');
      server.script = () => undefined;
      await saoma.logout();
      expect([...server.sessions, ...wx.storage.values()]).toEqual([]);
    });

    test('needs nobody any more when the server has lost the session', async () => {
      server.sessions.clear();
      await saoma.logout();
      expect(wx.storage.size).toBe(0);
    });
  });

  test('whose storage is full is made good all the same', async () => {
    wx.storageFull = true;
    await saoma.login();
    wx.online = false;
    await refusal(saoma.logout());
    wx.online = true;
    await saoma.logout();
    expect([...server.sessions]).toEqual([]);
  });

  test('while the server is not reached keeps no more than ten to be ended', async () => {
    server.script = ({ call }) => (call.endsWith('/logout') ? busy : undefined);
    for (let times = 0; times < 12; times += 1) {
      await saoma.login();
      await refusal(saoma.logout());
    }
    const asked = wx.requests.filter((request) => request.endsWith('/logout')).length;
    await expect.poll(() => server.calls('/logout')).toBe(asked);
    server.script = () => undefined;
    await saoma.logout();
    expect([...server.sessions]).toEqual(['session-1', 'session-2']);
  });

  test('is over at once, though a login is under way', async () => {
    await saoma.login();
    const login = saoma.login();
    const out = saoma.logout();
    expect(wx.storage.get(`saoma:mini@${server.url}`)).toBeUndefined();
    await Promise.all([login, out]);
    expect([...server.sessions, ...wx.storage.values()]).toEqual([]);
  });

  test('also ends what another part of the program has got meanwhile', async () => {
    await saoma.login();
    await start().login();
    await saoma.logout();
    expect([...server.sessions, ...wx.storage.values()]).toEqual([]);
  });
});

test('says at once what it was made without', () => {
  expect(() => createSaoma({ baseUrl: server.url, account: 'mini' })).toThrow(TypeError);
  expect(() => createSaoma({ baseUrl: 'login.example', account: 'mini', wx })).toThrow(TypeError);
  expect(() => createSaoma({ baseUrl: server.url, account: '', wx })).toThrow(TypeError);
});
